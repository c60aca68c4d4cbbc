#include "tests/unit/layering/include_reader.h"

#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"

namespace clientele::layering {
namespace {

std::vector<std::string> HeadersOf(std::string_view text) {
  std::vector<std::string> headers;
  for (const Include& include : ReadIncludes(text)) headers.push_back(include.header);
  return headers;
}

TEST_CASE("both forms of an include are read, with their lines") {
  const auto includes = ReadIncludes("#include <vector>\n\n  #  include \"a/b.h\"  // why\n");
  REQUIRE(includes.size() == 2);
  CHECK(includes[0].line == 1);
  CHECK(includes[0].header == "vector");
  CHECK(includes[1].line == 3);
  CHECK(includes[1].header == "a/b.h");
}

TEST_CASE("comments, other directives and text are no includes") {
  CHECK(HeadersOf("// #include <a.h>\n#define INCLUDE\nint include = 1;\n").empty());
}

TEST_CASE("an include through a macro or without an end has no header") {
  CHECK(HeadersOf("#include HEADER\n#include <a.h\n") == std::vector<std::string>{"", ""});
}

TEST_CASE("sources of every folder below are read in the order of their paths, other files not") {
  const testing::TemporaryFolder folder;
  const auto write = [&](const std::filesystem::path& path) {
    std::filesystem::create_directories((folder.path() / path).parent_path());
    std::ofstream(folder.path() / path) << "#include <map>\n";
  };
  for (const char* path : {"b/z.h", "b/c/a.cc", "b/old.cpp", "b/notes.md", "other/x.h"})
    write(path);
  const auto files = ReadSources(folder.path(), {"b"});
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == "b/c/a.cc");
  CHECK(files[1].path == "b/old.cpp");
  CHECK(files[2].path == "b/z.h");
  CHECK(files[0].includes.size() == 1);
}

}  // namespace
}  // namespace clientele::layering
