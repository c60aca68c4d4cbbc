#ifndef CLIENTELE_TESTS_BENCH_GROWTH_GATEWAY_FRESHNESS_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_GATEWAY_FRESHNESS_H_

#include <string>

#include "tests/support/suite.h"

namespace clientele {

// From the call that stores a purchase to a recommendation without what was bought, both through
// the gateway: profile-service's commit, its feed, recommend-service's, and the calls. The customer
// exists.
void MeasureFreshness(const testing::Suite& suite, const std::string& customer);

}  // namespace clientele

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_GATEWAY_FRESHNESS_H_
