#include "services/recommend-service/core/ranking/repeat_purchases.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace clientele::recommend {
namespace {

std::optional<absl::Duration> ParseDays(absl::string_view text) {
  double days = 0;
  absl::Duration duration;
  if (absl::ConsumeSuffix(&text, "d")) {
    if (!absl::SimpleAtod(text, &days)) return std::nullopt;
    duration = days * absl::Hours(24);
  } else if (!absl::ParseDuration(std::string(text), &duration)) {
    return std::nullopt;
  }
  if (duration <= absl::ZeroDuration() || duration == absl::InfiniteDuration()) return std::nullopt;
  return duration;
}

}  // namespace

absl::StatusOr<RepeatPurchases> RepeatPurchases::Parse(absl::string_view text) {
  RepeatPurchases repeats;
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::size_t equals = part.rfind('=');
    const absl::string_view category = absl::StripAsciiWhitespace(part.substr(0, equals));
    const std::optional<absl::Duration> after =
        equals == absl::string_view::npos
            ? std::nullopt
            : ParseDays(absl::StripAsciiWhitespace(part.substr(equals + 1)));
    if (category.empty() || !after.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", part, "\" is no repeat purchase: write CATEGORY=TIME, such as coffee=14d"));
    }
    if (!repeats.by_category_.emplace(category, *after).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the category \"", category, "\" is named twice"));
    }
  }
  return repeats;
}

std::optional<absl::Duration> RepeatPurchases::After(const CatalogItem& item) const {
  if (by_category_.empty()) return std::nullopt;
  auto found = by_category_.find(item.category);
  for (auto parent = item.parent_categories.rbegin();
       found == by_category_.end() && parent != item.parent_categories.rend(); ++parent) {
    found = by_category_.find(*parent);
  }
  if (found == by_category_.end()) return std::nullopt;
  return found->second;
}

}  // namespace clientele::recommend
