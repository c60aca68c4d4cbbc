#include "common/modeling/checkpoint/json_file.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

constexpr std::uintmax_t kMaxBytes = 64 << 20;
// Deeper than any of these files; what is deep takes the stack of whoever copies it.
constexpr int kMaxDepth = 64;

// What Python writes of numbers that JSON does not have: "Infinity in line 3"; empty: nothing.
std::string PythonNumber(absl::string_view text) {
  bool quoted = false;
  int line = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++line;
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      for (const char* word : {"-Infinity", "Infinity", "NaN"}) {
        if (absl::StartsWith(text.substr(i), word)) return absl::StrCat(word, " in line ", line);
      }
    }
  }
  return "";
}

}  // namespace

absl::Status RefuseLfsPointer(absl::string_view text, absl::string_view name) {
  if (!absl::StartsWith(text, "version https://git-lfs.github.com/spec/")) return absl::OkStatus();
  return InvalidField(name,
                      "is a Git LFS pointer, not the file itself: run git lfs pull in the folder "
                      "it came from, or download the file");
}

absl::StatusOr<nlohmann::json> ParseJsonText(absl::string_view text, absl::string_view name) {
  bool too_deep = false;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;
  };
  nlohmann::json json = nlohmann::json::parse(text, watch, /*allow_exceptions=*/false);
  if (too_deep) return InvalidField(name, absl::StrCat("nests deeper than ", kMaxDepth));
  if (json.is_discarded()) {
    CLIENTELE_RETURN_IF_ERROR(RefuseLfsPointer(text, name));
    if (const std::string number = PythonNumber(text); !number.empty()) {
      return InvalidField(name, absl::StrCat("holds ", number,
                                             ", which Python writes and JSON does not have: put a "
                                             "number there, or remove the field"));
    }
    return InvalidField(name, "is not valid JSON: is it truncated?");
  }
  return json;
}

absl::StatusOr<nlohmann::json> ReadJsonFile(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) return absl::NotFoundError(absl::StrCat(name, " cannot be read"));
  if (size > kMaxBytes) {
    return InvalidField(name,
                        absl::StrCat("has ", size, " bytes; at most ", kMaxBytes, " are accepted"));
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return ParseJsonText(text, name);
}

}  // namespace clientele::modeling
