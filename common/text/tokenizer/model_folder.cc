#include "common/text/tokenizer/model_folder.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/tokenizer_json.h"

namespace clientele::text::tokenization {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> ReadFile(const fs::path& path, std::size_t max_bytes) {
  const std::string name = path.filename().string();
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || !fs::is_regular_file(path, error)) return NotFound(name);
  if (size > max_bytes) {
    return InvalidField(name, absl::StrCat("has more than ", max_bytes, " bytes"));
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) return absl::UnavailableError(absl::StrCat(name, " could not be read"));
  return text;
}

}  // namespace

absl::StatusOr<Pipeline> ReadTokenizerFile(const std::string& path, std::size_t max_file_bytes) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, max_file_bytes));
  return ReadTokenizerJson(fs::path(path).filename().string(), text);
}

absl::StatusOr<Pipeline> ReadModelFolder(const std::string& folder, std::size_t max_file_bytes) {
  return ReadTokenizerFile((fs::path(folder) / "tokenizer.json").string(), max_file_bytes);
}

}  // namespace clientele::text::tokenization
