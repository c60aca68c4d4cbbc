#ifndef CLIENTELE_TESTS_SUPPORT_CLUSTER_SCRIPT_H_
#define CLIENTELE_TESTS_SUPPORT_CLUSTER_SCRIPT_H_

#include <string>

namespace clientele::testing {

// Runs `test_cluster.sh ACTION STATE <pid of this process>` and gives what it
// prints, without the newline. Throws std::runtime_error with its complaint, which
// fails the test case.
std::string RunClusterScript(const std::string& action, const std::string& state);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_CLUSTER_SCRIPT_H_
