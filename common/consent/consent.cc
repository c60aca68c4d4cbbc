#include "common/consent/consent.h"

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace clientele::consent {
namespace {

constexpr std::array<absl::string_view, kPurposes.size()> kIds = {
    "profiling", "image-analysis", "recommendation", "marketing", "answer-personalization"};
constexpr std::int64_t kMask = 3;

constexpr std::size_t IndexOf(Purpose purpose) { return static_cast<std::size_t>(purpose) - 1; }
constexpr int ShiftOf(Purpose purpose) { return 2 * static_cast<int>(purpose); }

}  // namespace

absl::string_view IdOf(Purpose purpose) { return kIds[IndexOf(purpose)]; }

std::optional<Purpose> ParsePurpose(absl::string_view id) {
  for (const Purpose purpose : kPurposes) {
    if (IdOf(purpose) == id) return purpose;
  }
  return std::nullopt;
}

Consents::Consents(std::int64_t bits) {
  for (const Purpose purpose : kPurposes) {
    const std::int64_t decision = bits >> ShiftOf(purpose) & kMask;
    if (decision == static_cast<std::int64_t>(Decision::kGranted) ||
        decision == static_cast<std::int64_t>(Decision::kWithdrawn)) {
      Set(purpose, static_cast<Decision>(decision));
    }
  }
}

Decision Consents::Of(Purpose purpose) const {
  return static_cast<Decision>(bits_ >> ShiftOf(purpose) & kMask);
}

void Consents::Set(Purpose purpose, Decision decision) {
  bits_ &= ~(kMask << ShiftOf(purpose));
  bits_ |= static_cast<std::int64_t>(decision) << ShiftOf(purpose);
}

Policy::Policy(const std::vector<Purpose>& needing_grant) {
  for (const Purpose purpose : needing_grant) needs_grant_[IndexOf(purpose)] = true;
}

absl::StatusOr<Policy> Policy::Parse(absl::string_view needing_grant) {
  std::vector<Purpose> purposes;
  for (const absl::string_view part : absl::StrSplit(needing_grant, ',', absl::SkipWhitespace())) {
    const absl::string_view id = absl::StripAsciiWhitespace(part);
    const std::optional<Purpose> purpose = ParsePurpose(id);
    if (!purpose) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", id, "\" is no purpose of consent; there are ", absl::StrJoin(kIds, ", ")));
    }
    purposes.push_back(*purpose);
  }
  return Policy(purposes);
}

bool Policy::Allows(Purpose purpose, const Consents& consents) const {
  switch (consents.Of(purpose)) {
    case Decision::kGranted:
      return true;
    case Decision::kWithdrawn:
      return false;
    case Decision::kNone:
      break;
  }
  return !NeedsGrant(purpose);
}

bool Policy::NeedsGrant(Purpose purpose) const { return needs_grant_[IndexOf(purpose)]; }

}  // namespace clientele::consent
