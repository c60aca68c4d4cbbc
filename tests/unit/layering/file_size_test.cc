// Files that a person can read in one go.
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"

namespace clientele::layering {
namespace {

namespace fs = std::filesystem;

constexpr std::ptrdiff_t kMostLines = 600;
constexpr std::ptrdiff_t kMostLinesOfServer = 150;
constexpr std::ptrdiff_t kMostLinesOfArchitecture = 150;

std::ptrdiff_t LinesOf(const fs::path& file) {
  std::ifstream in(file);
  return std::count(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(), '\n');
}

TEST_CASE("no source file is longer than 600 lines, and no server.cc longer than 150") {
  const fs::path root = clientele::testing::SourceDir();
  int read = 0;
  for (const char* const folder : {"common", "services", "tools", "tests"}) {
    for (fs::recursive_directory_iterator it(root / folder), end; it != end; ++it) {
      const fs::path& file = it->path();
      // Other people's.
      if (file.filename() == "node_modules") it.disable_recursion_pending();
      if (file.extension() != ".cc" && file.extension() != ".h") continue;
      ++read;
      const std::ptrdiff_t lines = LinesOf(file);
      INFO(file.lexically_relative(root).string() << " has " << lines << " lines");
      CHECK(lines <= (file.filename() == "server.cc" ? kMostLinesOfServer : kMostLines));
    }
  }
  CHECK(read > 1000);
}

TEST_CASE("ARCHITECTURE.md is a map of at most 150 lines") {
  CHECK(LinesOf(fs::path(clientele::testing::SourceDir()) / "ARCHITECTURE.md") <=
        kMostLinesOfArchitecture);
}

}  // namespace
}  // namespace clientele::layering
