#ifndef CLIENTELE_TESTS_SUPPORT_PATHS_H_
#define CLIENTELE_TESTS_SUPPORT_PATHS_H_

#include <string>

namespace clientele::testing {

// The repository's root, where this build was configured.
std::string SourceDir();
// The folder of the suite's binaries in this build.
std::string BinDir();

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_PATHS_H_
