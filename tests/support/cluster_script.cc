#include "tests/support/cluster_script.h"

#include <array>
#include <cstdio>
#include <stdexcept>

#include <unistd.h>

#include "tests/support/paths.h"

namespace clientele::testing {

std::string RunClusterScript(const std::string& action, const std::string& state) {
  const std::string command = std::string("'") + clientele::testing::SourceDir() +
                              "/tests/support/test_cluster.sh' " + action + " '" + state + "' " +
                              std::to_string(getpid());
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run tests/support/test_cluster.sh");
  std::string output;
  std::array<char, 512> buffer;
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  if (pclose(pipe) != 0) {
    throw std::runtime_error("tests/support/test_cluster.sh " + action +
                             " failed; its message is above");
  }
  while (!output.empty() && output.back() == '\n') output.pop_back();
  return output;
}

}  // namespace clientele::testing
