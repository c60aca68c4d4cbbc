#ifndef CLIENTELE_TESTS_SUPPORT_DURABLE_CLUSTER_H_
#define CLIENTELE_TESTS_SUPPORT_DURABLE_CLUSTER_H_

#include "tests/support/test_cluster.h"

namespace clientele::testing {

// A cluster that flushes commits to disk, which tests do without: for measuring what they cost.
TestCluster StartDurableCluster();

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_DURABLE_CLUSTER_H_
