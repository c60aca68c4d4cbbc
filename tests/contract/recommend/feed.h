#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_FEED_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_FEED_H_

// What profile-service tells, as a sink under test is told it.

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/changefeed/change_sink.h"

namespace clientele::recommend::testing {

// That a customer is there, or no longer is.
inline changefeed::Change CustomerChange(changefeed::Change::Kind kind,
                                         const std::string& customer) {
  return {.kind = kind, .customer_id = customer, .change_time = {}, .event = {}};
}

// The next batch.
inline void Feed(changefeed::ChangeSink& sink, std::vector<changefeed::Change> changes) {
  const auto cursor = sink.LoadCursor();
  REQUIRE(cursor.ok());
  const absl::Status applied =
      sink.Apply(*cursor, {std::move(changes), absl::StrCat(*cursor, "+")});
  INFO(applied);
  REQUIRE(applied.ok());
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_FEED_H_
