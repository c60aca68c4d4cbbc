#include "tools/clientele/import/id_survey.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"

namespace clientele::cli {
namespace {

constexpr int64_t kShownPairs = 3;

}  // namespace

uint64_t StableHash(absl::string_view text) {
  const std::string digits = crypto::Sha256Hex(text).substr(0, 16);
  uint64_t hash = 0;
  for (const char c : digits) {
    hash = hash * 16 + static_cast<uint64_t>(absl::ascii_isdigit(c) ? c - '0' : c - 'a' + 10);
  }
  return hash;
}

void IdSurvey::Add(int64_t line, absl::string_view id, absl::string_view content) {
  const uint64_t hash = StableHash(content);
  const auto [found, is_new] = seen_.try_emplace(StableHash(id), Seen{hash, line, 0});
  Seen& seen = found->second;
  if (!is_new && seen.content != hash && seen.other_line == 0) seen.other_line = line;
}

std::string IdSurvey::Conflict(absl::string_view id, int64_t line) const {
  if (id.empty() || seen_.empty()) return "";
  const auto found = seen_.find(StableHash(id));
  if (found == seen_.end() || found->second.other_line == 0) return "";
  const Seen& seen = found->second;
  return absl::StrCat("the same id is in line ", line == seen.line ? seen.other_line : seen.line,
                      " with other values: keep one of the rows");
}

void SharedEmails::Add(int64_t line, absl::string_view id, absl::string_view email) {
  if (email.empty()) return;
  const uint64_t owner = StableHash(id);
  const auto [found, is_new] =
      owners_.try_emplace(StableHash(absl::AsciiStrToLower(email)), Owner{owner, line});
  if (is_new || found->second.id == owner) return;
  if (++shared_ > kShownPairs) return;
  absl::StrAppend(&examples_, examples_.empty() ? "" : "; ", found->second.line, " and ", line);
}

std::string SharedEmails::Warning() const {
  if (shared_ == 0) return "";
  return absl::StrCat("warning: ", shared_, shared_ == 1 ? " customer has" : " customers have",
                      " the e-mail address of another one (lines ", examples_,
                      shared_ > kShownPairs ? "; and more)" : ")");
}

}  // namespace clientele::cli
