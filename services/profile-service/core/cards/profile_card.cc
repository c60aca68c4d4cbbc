#include "services/profile-service/core/cards/profile_card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"

#include "services/profile-service/core/cards/card_texts.h"
#include "services/profile-service/core/cards/svg_writer.h"

namespace clientele::profile {
namespace {

constexpr double kCardWidth = 600;
constexpr double kMargin = 28;
constexpr double kInner = kCardWidth - 2 * kMargin;
constexpr double kLabelSize = 16;
constexpr std::size_t kMaxCategories = 5;
constexpr std::size_t kMaxShares = 4;            // of channels or devices; the rest is left blank
constexpr absl::string_view kMuted = "#52606d";  // 6.6 : 1 on white
constexpr absl::string_view kTrack = "#e4e7eb";
constexpr absl::string_view kAccent = "#2563eb";
constexpr absl::string_view kPurchaseColor = "#b45309";
constexpr std::array<absl::string_view, kMaxShares> kShareColors = {"#2563eb", "#0f766e", "#b45309",
                                                                    "#7c3aed"};

std::string Grouped(std::int64_t number) {
  std::string digits = absl::StrCat(number < 0 ? -number : number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return absl::StrCat(number < 0 ? "-" : "", digits);
}

std::string Percent(double share) { return absl::StrFormat("%.0f%%", 100 * share); }

// The currency with the largest purchases among those that are named.
const CurrencySums* LeadingCurrency(const Profile& profile) {
  const CurrencySums* leading = nullptr;
  for (const CurrencySums& sums : profile.summary.currencies) {
    if (sums.currency_code.empty()) continue;
    if (leading == nullptr || sums.purchase_amount_micros > leading->purchase_amount_micros) {
      leading = &sums;
    }
  }
  return leading;
}

// Draws from top to bottom; says the same in words.
class CardPainter {
 public:
  CardPainter(const ProfileCard& card, const CardTexts& texts) : card_(card), texts_(texts) {}

  std::string Paint() {
    Header();
    const Profile& profile = card_.profile;
    if (!profile.withheld_purposes.empty()) {
      Sentence(texts_.not_profiled);
    } else if (profile.summary.event_count() == 0) {
      Sentence(texts_.nothing_known);
    } else {
      Figures();
      Categories();
      Activity();
      Shares(texts_.channels, profile.channel_mix);
      Shares(texts_.devices, profile.device_mix);
    }
    Footer();
    return svg_.Finish({kCardWidth, y_},
                       {.title = Title(), .description = absl::StrJoin(said_, " ")});
  }

 private:
  std::string Name() const {
    const Customer& customer = card_.customer;
    return customer.display_name.empty() ? customer.id : customer.display_name;
  }
  std::string Title() const { return absl::Substitute(texts_.profile_of, Name()); }
  void Say(absl::string_view sentence) { said_.emplace_back(sentence); }

  void Header() {
    const Customer& customer = card_.customer;
    y_ = 48;
    svg_.Text(kMargin, y_, Name(), {.size = 28, .bold = true, .max_width = kInner});
    std::string line = absl::Substitute(texts_.customer, customer.id);
    for (const std::string& part : {customer.language_code, customer.region}) {
      if (!part.empty()) absl::StrAppend(&line, " · ", part);
    }
    y_ += 28;
    svg_.Text(kMargin, y_, line, {.size = kLabelSize, .color = kMuted, .max_width = kInner});
    y_ += 20;
  }

  void Sentence(absl::string_view sentence) {
    y_ += 32;
    svg_.Text(kMargin, y_, sentence, {.size = 18, .max_width = kInner});
    Say(sentence);
    y_ += 12;
  }

  void Figures() {
    const BehaviorSummary& summary = card_.profile.summary;
    std::vector<std::pair<std::string, std::string>> figures;  // value, label
    figures.emplace_back(Grouped(summary.count(EventType::kPurchase)), texts_.purchases);
    if (const CurrencySums* sums = LeadingCurrency(card_.profile)) {
      const double net = (static_cast<double>(sums->purchase_amount_micros) -
                          static_cast<double>(sums->return_amount_micros)) /
                         1e6;
      figures.emplace_back(Grouped(std::llround(net)),
                           absl::Substitute(texts_.net_spending, sums->currency_code));
    }
    figures.emplace_back(summary.last_event_time
                             ? texts_.DaysAgo(card_.profile.features[BehaviorFeature::kRecencyDays])
                             : texts_.never,
                         texts_.last_seen);
    figures.emplace_back(Grouped(summary.active_days), texts_.active_days);
    constexpr double kTile = kInner / 2;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      const double x = kMargin + (i % 2 == 0 ? 0 : kTile);
      const std::size_t row = i / 2;
      const double top = y_ + 36 + 66 * static_cast<double>(row);
      svg_.Text(x, top, figures[i].first, {.size = 26, .bold = true, .max_width = kTile - 12});
      svg_.Text(x, top + 22, figures[i].second,
                {.size = kLabelSize, .color = kMuted, .max_width = kTile - 12});
      Say(absl::StrCat(figures[i].second, ": ", figures[i].first, "."));
    }
    const std::size_t rows = (figures.size() + 1) / 2;
    y_ += 66 * static_cast<double>(rows) + 12;
  }

  void Heading(absl::string_view heading) {
    y_ += 36;
    svg_.Text(kMargin, y_, heading, {.size = 18, .bold = true, .max_width = kInner});
    y_ += 8;
  }

  void Categories() {
    const std::vector<Share>& shares = card_.profile.category_affinity;
    if (shares.empty()) return;
    Heading(texts_.favorite_categories);
    constexpr double kName = 190;
    constexpr double kBar = kInner - kName - 64;
    std::vector<std::string> said;
    for (std::size_t i = 0; i < std::min(shares.size(), kMaxCategories); ++i) {
      y_ += 30;
      const std::string percent = Percent(shares[i].share);
      svg_.Text(kMargin, y_, shares[i].key, {.size = kLabelSize, .max_width = kName - 12});
      svg_.Rect({kMargin + kName, y_ - 12, kBar, 12, 6}, kTrack);
      svg_.Rect({kMargin + kName, y_ - 12, std::max(6.0, kBar * shares[i].share), 12, 6}, kAccent);
      svg_.Text(kCardWidth - kMargin, y_, percent,
                {.size = kLabelSize, .color = kMuted, .anchor = "end"});
      said.push_back(absl::StrCat(shares[i].key, " ", percent));
    }
    Say(absl::StrCat(texts_.favorite_categories, ": ", absl::StrJoin(said, texts_.list_separator),
                     "."));
    y_ += 8;
  }

  void Activity() {
    std::int64_t most = 0, events = 0, purchases = 0;
    for (const MonthOfActivity& month : card_.months) {
      most = std::max(most, month.events);
      events += month.events;
      purchases += month.purchases;
    }
    if (most == 0) return;
    Heading(texts_.activity);
    constexpr double kChart = 96;
    y_ += 16 + kChart;
    const double step = kInner / static_cast<double>(card_.months.size());
    for (std::size_t i = 0; i < card_.months.size(); ++i) {
      const MonthOfActivity& month = card_.months[i];
      const double x = kMargin + step * static_cast<double>(i) + 4;
      const auto height = [&](std::int64_t count) {
        return count == 0
                   ? 0.0
                   : std::max(2.0, kChart * static_cast<double>(count) / static_cast<double>(most));
      };
      svg_.Rect({x, y_ - height(month.events), step - 8, height(month.events)}, kAccent);
      svg_.Rect({x, y_ - height(month.purchases), step - 8, height(month.purchases)},
                kPurchaseColor);
      if (i % 3 == 0) {
        svg_.Text(x + (step - 8) / 2, y_ + 22, texts_.Month(month.month),
                  {.size = 15, .color = kMuted, .anchor = "middle"});
      }
    }
    svg_.Rect({kMargin, y_, kInner, 1}, kMuted);
    y_ += 50;
    double x = kMargin;
    x = Legend(x, kAccent, absl::StrCat(texts_.events, " ", Grouped(events)));
    Legend(x, kPurchaseColor, absl::StrCat(texts_.purchases, " ", Grouped(purchases)));
    Say(absl::StrCat(texts_.activity, ": ", texts_.events, " ", Grouped(events),
                     texts_.list_separator, texts_.purchases, " ", Grouped(purchases), "."));
  }

  // Returns where the next one begins.
  double Legend(double x, absl::string_view color, absl::string_view label) {
    svg_.Rect({x, y_ - 11, 12, 12, 3}, color);
    svg_.Text(x + 18, y_, label, {.size = 15});
    return x + 18 + 15 * TextWidth(label) + 22;
  }

  void Shares(absl::string_view heading, const std::vector<Share>& shares) {
    if (shares.empty()) return;
    Heading(heading);
    y_ += 10;
    svg_.Rect({kMargin, y_, kInner, 14}, kTrack);
    double x = kMargin;
    std::vector<std::string> said;
    const std::size_t shown = std::min(shares.size(), kMaxShares);
    for (std::size_t i = 0; i < shown; ++i) {
      svg_.Rect({x, y_, kInner * shares[i].share, 14}, kShareColors[i]);
      x += kInner * shares[i].share;
      said.push_back(absl::StrCat(shares[i].key, " ", Percent(shares[i].share)));
    }
    y_ += 38;
    x = kMargin;
    for (std::size_t i = 0; i < shown; ++i) {
      if (x > kMargin && x + 18 + 15 * TextWidth(said[i]) > kCardWidth - kMargin) {
        x = kMargin;
        y_ += 24;
      }
      x = Legend(x, kShareColors[i], said[i]);
    }
    Say(absl::StrCat(heading, ": ", absl::StrJoin(said, texts_.list_separator), "."));
  }

  void Footer() {
    const Profile& profile = card_.profile;
    y_ += 34;
    if (!profile.modalities.empty()) {
      std::vector<std::string> parts;
      parts.reserve(profile.modalities.size());
      for (const std::string& modality : profile.modalities) {
        parts.emplace_back(modality == "behavior" ? texts_.behavior
                           : modality == "text"   ? texts_.text
                                                  : modality.c_str());
      }
      const std::string made =
          absl::Substitute(texts_.made_of, absl::StrJoin(parts, texts_.list_separator),
                           absl::FormatTime("%Y-%m-%d", profile.compute_time, absl::UTCTimeZone()));
      svg_.Text(kMargin, y_, made, {.size = 15, .color = kMuted, .max_width = kInner});
      Say(absl::StrCat(made, "."));
    }
    y_ += 24;
  }

  const ProfileCard& card_;
  const CardTexts& texts_;
  SvgWriter svg_;
  double y_ = 0;  // the base line of what was drawn last
  std::vector<std::string> said_;
};

}  // namespace

std::string RenderProfileCard(const ProfileCard& card, absl::string_view language) {
  return CardPainter(card, CardTexts::For(language)).Paint();
}

}  // namespace clientele::profile
