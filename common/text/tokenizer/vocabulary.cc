#include "common/text/tokenizer/vocabulary.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace clientele::text::tokenization {
namespace {

std::string Shown(absl::string_view token) {
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(token.substr(0, 100)), "\"");
}

}  // namespace

absl::Status Vocabulary::Add(absl::string_view token, std::int64_t id) {
  if (ids_.contains(token)) {
    return absl::InvalidArgumentError(absl::StrCat("the token ", Shown(token), " comes twice"));
  }
  return AddListed(token, id);
}

absl::Status Vocabulary::AddListed(absl::string_view token, std::int64_t id) {
  if (id < 0 || id >= kMaxTokenId) {
    return absl::InvalidArgumentError(
        absl::StrCat("the id ", id, " of ", Shown(token), " is not in [0, ", kMaxTokenId, ")"));
  }
  if (TokenOf(id) != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the id ", id, " is that of ", Shown(*TokenOf(id)), " and of ", Shown(token)));
  }
  ids_[token] = static_cast<std::int32_t>(id);
  tokens_.emplace_back(token);
  if (id >= end()) entries_.resize(static_cast<std::size_t>(id) + 1);
  entries_[static_cast<std::size_t>(id)] = static_cast<std::uint32_t>(tokens_.size());
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
