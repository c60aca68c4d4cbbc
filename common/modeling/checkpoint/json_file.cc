#include "common/modeling/checkpoint/json_file.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::modeling {
namespace {

constexpr std::uintmax_t kMaxBytes = 64 << 20;
// Deeper than any of these files; what is deep takes the stack of whoever copies it.
constexpr int kMaxDepth = 64;

}  // namespace

absl::StatusOr<nlohmann::json> ParseJsonText(absl::string_view text, absl::string_view name) {
  bool too_deep = false;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;
  };
  nlohmann::json json = nlohmann::json::parse(text, watch, /*allow_exceptions=*/false);
  if (too_deep) return InvalidField(name, absl::StrCat("nests deeper than ", kMaxDepth));
  if (json.is_discarded()) return InvalidField(name, "is not valid JSON: is it truncated?");
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
