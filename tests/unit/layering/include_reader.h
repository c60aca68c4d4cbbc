// Reads which headers the project's source files include.
//
//   for (const SourceFile& file : ReadSources(SourceDir(), {"common", "services"})) …
//
// Only lines are read: an include under #if counts, one in a line comment does not.
#ifndef CLIENTELE_TESTS_UNIT_LAYERING_INCLUDE_READER_H_
#define CLIENTELE_TESTS_UNIT_LAYERING_INCLUDE_READER_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace clientele::layering {

struct Include {
  int line = 0;
  std::string header;  // as written, without brackets; empty: the line could not be read
};

struct SourceFile {
  std::string path;  // from the root, with forward slashes
  std::vector<Include> includes;
};

// The includes of a file's text.
std::vector<Include> ReadIncludes(std::string_view text);

// Every C and C++ file below `tops`, which are relative to `root`, ordered by path.
std::vector<SourceFile> ReadSources(const std::filesystem::path& root,
                                    const std::vector<std::string>& tops);

}  // namespace clientele::layering

#endif  // CLIENTELE_TESTS_UNIT_LAYERING_INCLUDE_READER_H_
