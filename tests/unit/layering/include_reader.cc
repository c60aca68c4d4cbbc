#include "tests/unit/layering/include_reader.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace clientele::layering {
namespace {

namespace fs = std::filesystem;

bool IsSource(const fs::path& path) {
  static const std::set<std::string> extensions = {".h",  ".hh",  ".hpp", ".inc", ".ipp", ".c",
                                                   ".cc", ".cpp", ".cxx", ".cu",  ".cuh"};
  return extensions.contains(path.extension().string());
}

std::string_view SkipSpace(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

// What follows #include on a line, or nothing where the line is no include.
std::string_view IncludeArgument(std::string_view line) {
  line = SkipSpace(line);
  if (!line.starts_with('#')) return {};
  line = SkipSpace(line.substr(1));
  constexpr std::string_view kInclude = "include";
  return line.starts_with(kInclude) ? SkipSpace(line.substr(kInclude.size())) : std::string_view();
}

std::string Header(std::string_view argument) {
  if (argument.empty() || (argument[0] != '<' && argument[0] != '"')) return "";
  const std::size_t end = argument.find(argument[0] == '<' ? '>' : '"', 1);
  return end == std::string_view::npos ? "" : std::string(argument.substr(1, end - 1));
}

}  // namespace

std::vector<Include> ReadIncludes(std::string_view text) {
  std::vector<Include> includes;
  std::istringstream in{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string_view argument = IncludeArgument(line);
    if (!argument.empty()) includes.push_back({number, Header(argument)});
  }
  return includes;
}

std::vector<SourceFile> ReadSources(const fs::path& root, const std::vector<std::string>& tops) {
  std::vector<SourceFile> files;
  for (const std::string& top : tops) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      files.push_back({fs::relative(entry.path(), root).generic_string(), ReadIncludes(text)});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace clientele::layering
