// Abseil's functions come from their own headers. What another header happens to bring along in one
// release of Debian is missing in the next: gRPC's brought absl/strings/str_cat.h until Debian 13.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"

namespace clientele::layering {
namespace {

struct OwnHeader {
  const char* header;
  std::regex names;
};

const std::vector<OwnHeader>& OwnHeaders() {
  static const std::vector<OwnHeader> headers = {
      {"absl/strings/ascii.h", std::regex("absl::(ascii_|AsciiStrTo|Strip\\w*AsciiWhitespace)")},
      {"absl/strings/escaping.h",
       std::regex("absl::(\\w*Base64\\w*|BytesToHexString|HexStringToBytes|C\\w*Escape)\\(")},
      {"absl/strings/match.h",
       std::regex("absl::(StrContains|StartsWith|EndsWith|EqualsIgnoreCase)\\b")},
      {"absl/strings/numbers.h", std::regex("absl::SimpleAto\\w+\\(")},
      {"absl/strings/str_cat.h", std::regex("absl::(StrCat|StrAppend)\\(")},
      {"absl/strings/str_format.h", std::regex("absl::(StrFormat|StreamFormat)\\(")},
      {"absl/strings/str_join.h", std::regex("absl::StrJoin\\(")},
      {"absl/strings/str_replace.h", std::regex("absl::StrReplaceAll\\(")},
      {"absl/strings/str_split.h", std::regex("absl::StrSplit\\(")},
      {"absl/strings/strip.h", std::regex("absl::(Consume|Strip)(Prefix|Suffix)\\(")},
      {"absl/strings/substitute.h", std::regex("absl::Substitute\\(")},
      {"absl/time/clock.h", std::regex("absl::(Now|SleepFor)\\(")},
  };
  return headers;
}

std::string Read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string WithoutComments(const std::string& text) {
  return std::regex_replace(text, std::regex("//[^\n]*"), "");
}

bool Includes(const std::string& text, const std::string& header) {
  return text.find("#include \"" + header + "\"") != std::string::npos;
}

// The headers that a source file names something of and includes neither itself nor in its own
// header.
std::vector<std::string> Missing(const std::string& source, const std::string& own_header) {
  const std::string code = WithoutComments(source);
  std::vector<std::string> missing;
  for (const OwnHeader& own : OwnHeaders()) {
    if (Includes(source, own.header) || Includes(own_header, own.header)) continue;
    if (std::regex_search(code, own.names)) missing.emplace_back(own.header);
  }
  return missing;
}

TEST_CASE("every source file includes the headers of the Abseil functions that it calls") {
  const std::filesystem::path root = testing::SourceDir();
  std::string problems;
  int files = 0;
  for (const char* folder : {"common", "services", "tools", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::filesystem::path& file = entry.path();
      const std::string extension = file.extension().string();
      if (extension != ".cc" && extension != ".h") continue;
      ++files;
      const std::filesystem::path header = std::filesystem::path(file).replace_extension(".h");
      const bool has_header = extension == ".cc" && std::filesystem::exists(header);
      for (const std::string& name :
           Missing(Read(file), has_header ? Read(header) : std::string())) {
        problems += file.lexically_relative(root).string() + " needs " + name + "\n";
      }
    }
  }
  INFO(problems);
  CHECK(problems.empty());
  CHECK(files > 500);
}

TEST_CASE("a function is found where it is called, not where it is spoken of") {
  const std::string call = std::string("absl::Str") + "Cat(1)";  // this file calls none
  const std::string include = "#include \"absl/strings/str_cat.h\"\n";
  CHECK(Missing(call, "") == std::vector<std::string>{"absl/strings/str_cat.h"});
  CHECK(Missing(include + call, "").empty());
  CHECK(Missing(call, include).empty());
  CHECK(Missing("// " + call, "").empty());
}

}  // namespace
}  // namespace clientele::layering
