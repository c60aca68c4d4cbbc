// Connections are secured in one place, so that it can be made stricter in one place.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/paths.h"

namespace {

namespace fs = std::filesystem;

TEST_CASE("insecure credentials are named in common/rpc/credentials.cc alone") {
  const fs::path root = clientele::testing::SourceDir();
  // In two pieces, so that this file does not name them.
  const std::string insecure = "grpc::Insecure";
  std::set<std::string> naming;
  for (const char* top : {"common", "services", "tools", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".h" && path.extension() != ".cc") continue;
      std::ifstream in(path);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      for (const char* credentials : {"ServerCredentials", "ChannelCredentials"}) {
        if (absl::StrContains(text, insecure + credentials)) {
          naming.insert(fs::relative(path, root).generic_string());
        }
      }
    }
  }
  CHECK(naming == std::set<std::string>{"common/rpc/credentials.cc"});
}

}  // namespace
