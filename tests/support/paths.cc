#include "tests/support/paths.h"

namespace clientele::testing {

std::string SourceDir() { return CLIENTELE_SOURCE_DIR; }
std::string BinDir() { return CLIENTELE_BIN_DIR; }

}  // namespace clientele::testing
