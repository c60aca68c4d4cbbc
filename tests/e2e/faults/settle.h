#ifndef CLIENTELE_TESTS_E2E_FAULTS_SETTLE_H_
#define CLIENTELE_TESTS_E2E_FAULTS_SETTLE_H_

#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/channel.h>

#include "tests/e2e/faults/load.h"
#include "tests/support/reliability.h"

namespace clientele::testing {

// Ends the load, counts what is there and fills in the row: everything acknowledged must
// be there once, and no caller have met what a caller must not meet.
inline void Settle(Load& load, const std::shared_ptr<grpc::Channel>& channel, ReliabilityRow& row) {
  REQUIRE(load.Finish());
  for (const std::string& wrong : load.wrongs()) FAIL_CHECK(wrong);
  const Load::Counted counted = load.Count(channel);
  INFO(counted.explanation);
  row.acknowledged = load.acknowledged();
  row.lost = counted.lost;
  row.duplicated = counted.duplicated;
  CHECK(row.acknowledged > 0);
  CHECK(row.lost == 0);
  CHECK(row.duplicated == 0);
  CHECK(counted.explanation.empty());
}

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_FAULTS_SETTLE_H_
