#include "tools/clientele-models/starter/text_file.h"

#include <fstream>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"

#include "common/text/normalization.h"
#include "common/text/utf8.h"

namespace clientele::starter {

absl::StatusOr<TextFile> ReadTextFile(const std::filesystem::path& path, std::size_t max_texts) {
  constexpr std::size_t kMaxLine = 16 << 10;
  std::ifstream in(path, std::ios::binary);
  std::error_code error;
  if (!in || !std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError("the file of texts (--texts) can't be opened");
  }
  TextFile file;
  absl::flat_hash_set<std::string> seen;
  std::string line;
  while (file.texts.size() < max_texts && std::getline(in, line)) {
    ++file.lines;
    if (line.size() > kMaxLine) {
      std::size_t end = kMaxLine;
      while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
      line.resize(end);
    }
    if (!text::IsValidUtf8(line)) {
      ++file.invalid;
      continue;
    }
    std::string text = text::Normalize(line);
    if (text.empty()) continue;
    if (!seen.insert(text).second) {
      ++file.repeated;
      continue;
    }
    file.texts.push_back(std::move(text));
  }
  return file;
}

}  // namespace clientele::starter
