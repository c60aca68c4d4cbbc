#include "common/rpc/resource_name.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::rpc {
namespace {

constexpr absl::string_view kPlaceholder = "{}";
constexpr absl::string_view kIdRule = "1 to 64 letters, digits, '.', '_' or '-'";

bool IsValidId(absl::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
  });
}

struct Split {
  absl::string_view prefix;
  absl::string_view suffix;
};

Split SplitPattern(absl::string_view pattern) {
  const std::size_t at = pattern.find(kPlaceholder);
  if (at == absl::string_view::npos) return {pattern, ""};
  return {pattern.substr(0, at), pattern.substr(at + kPlaceholder.size())};
}

// Nullopt where the name has another shape.
std::optional<std::string> FindId(absl::string_view pattern, absl::string_view name) {
  const auto [prefix, suffix] = SplitPattern(pattern);
  if (name.size() <= prefix.size() + suffix.size() || !absl::StartsWith(name, prefix) ||
      !absl::EndsWith(name, suffix)) {
    return std::nullopt;
  }
  const absl::string_view id =
      name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  if (!IsValidId(id)) return std::nullopt;
  return std::string(id);
}

absl::Status BadName(absl::string_view pattern, absl::string_view field) {
  return InvalidField(field, absl::StrCat("must be like \"", pattern, "\", where {} is ", kIdRule));
}

}  // namespace

absl::StatusOr<std::string> ParseResourceName(absl::string_view pattern, absl::string_view name,
                                              absl::string_view field) {
  std::optional<std::string> id = FindId(pattern, name);
  if (!id.has_value()) return BadName(pattern, field);
  return *std::move(id);
}

absl::StatusOr<std::pair<std::string, std::string>> ParseNestedResourceName(
    absl::string_view pattern, absl::string_view name, absl::string_view field) {
  // Cut where the collection begins, each half is a name of one id; ids have no slash, and one may
  // be the collection's name.
  const auto [prefix, rest] = SplitPattern(pattern);
  const absl::string_view collection = SplitPattern(rest).prefix;
  const std::size_t cut = name.rfind(collection);
  if (cut == absl::string_view::npos) return BadName(pattern, field);
  std::optional<std::string> parent =
      FindId(absl::StrCat(prefix, kPlaceholder), name.substr(0, cut));
  std::optional<std::string> id = FindId(rest, name.substr(cut));
  if (!parent.has_value() || !id.has_value()) return BadName(pattern, field);
  return std::pair(*std::move(parent), *std::move(id));
}

std::string FormatNestedResourceName(absl::string_view pattern, absl::string_view parent_id,
                                     absl::string_view id) {
  const auto [prefix, rest] = SplitPattern(pattern);
  return absl::StrCat(prefix, parent_id, FormatResourceName(rest, id));
}

std::string FormatResourceName(absl::string_view pattern, absl::string_view id) {
  const auto [prefix, suffix] = SplitPattern(pattern);
  return absl::StrCat(prefix, id, suffix);
}

absl::Status CheckResourceId(absl::string_view id, absl::string_view field) {
  if (IsValidId(id)) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be ", kIdRule));
}

}  // namespace clientele::rpc
