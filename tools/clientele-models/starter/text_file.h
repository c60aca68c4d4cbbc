#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_TEXT_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_TEXT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace clientele::starter {

struct TextFile {
  std::vector<std::string> texts;  // normalized, each once, in the order of the file
  std::int64_t lines = 0;
  std::int64_t repeated = 0;  // lines left out because an equal one came before
  std::int64_t invalid = 0;   // lines left out because they are not UTF-8
};

// One text a line; empty lines are skipped, lines are cut at 16 KiB. Of more than `max_texts`
// different texts the first ones are kept. NOT_FOUND when the file can't be opened.
absl::StatusOr<TextFile> ReadTextFile(const std::filesystem::path& path, std::size_t max_texts);

}  // namespace clientele::starter

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_TEXT_FILE_H_
