#include "services/profile-service/core/cards/profile_card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"

#include "services/profile-service/core/cards/card_canvas.h"
#include "services/profile-service/core/cards/card_texts.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxCategories = 5;
constexpr std::size_t kMaxShares = 4;  // of channels or devices; the rest is left blank
constexpr std::array<absl::string_view, kMaxShares> kShareColors = {"#2563eb", "#0f766e", "#b45309",
                                                                    "#7c3aed"};

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
      canvas_.Sentence(texts_.not_profiled);
    } else if (profile.summary.event_count() == 0 && !profile.summary.responses.first_event_time) {
      canvas_.Sentence(texts_.nothing_known);
    } else {
      Figures();
      Categories();
      Responses();
      Activity();
      Shares(texts_.channels, profile.channel_mix);
      Shares(texts_.devices, profile.device_mix);
    }
    Footer();
    return canvas_.Finish(absl::Substitute(texts_.profile_of, Name()));
  }

 private:
  std::string Name() const {
    const Customer& customer = card_.customer;
    return customer.display_name.empty() ? customer.id : customer.display_name;
  }

  void Header() {
    const Customer& customer = card_.customer;
    std::string line = absl::Substitute(texts_.customer, customer.id);
    for (const std::string& part : {customer.language_code, customer.region}) {
      if (!part.empty()) absl::StrAppend(&line, " · ", part);
    }
    canvas_.Title(Name(), line);
  }

  void Figures() {
    const BehaviorSummary& summary = card_.profile.summary;
    std::vector<std::pair<std::string, std::string>> figures;
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
    canvas_.Figures(figures);
  }

  void Categories() {
    const std::vector<Share>& shares = card_.profile.category_affinity;
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < std::min(shares.size(), kMaxCategories); ++i) {
      bars.push_back({shares[i].key, shares[i].share, Percent(shares[i].share)});
    }
    Bars(texts_.favorite_categories, bars, 64);
  }

  void Responses() {
    const ResponseSummary& responses = card_.profile.summary.responses;
    std::vector<Bar> bars;
    const auto add = [&](absl::string_view name, std::int64_t count, std::int64_t of) {
      // A coupon that was redeemed may have been handed out elsewhere.
      of = std::max(count, of);
      if (of == 0) return;
      bars.push_back({std::string(name), static_cast<double>(count) / static_cast<double>(of),
                      absl::Substitute(texts_.count_of, Grouped(count), Grouped(of))});
    };
    add(texts_.campaigns_opened, responses.campaigns_opened, responses.campaigns_received);
    add(texts_.campaigns_clicked, responses.campaigns_clicked, responses.campaigns_received);
    add(texts_.coupons_redeemed, responses.count(EventType::kCouponRedeemed),
        responses.count(EventType::kCouponIssued));
    Bars(texts_.responses, bars, 124);
  }

  struct Bar {
    std::string name;
    double share = 0;
    std::string value;
  };

  // `room` is that of the values.
  void Bars(absl::string_view heading, const std::vector<Bar>& bars, double room) {
    if (bars.empty()) return;
    canvas_.Heading(heading);
    constexpr double kName = 190;
    const double whole = kCardInner - kName - room;
    SvgWriter& svg = canvas_.svg();
    std::vector<std::string> said;
    for (const Bar& bar : bars) {
      canvas_.Down(30);
      const double y = canvas_.y();
      svg.Text(kCardMargin, y, bar.name, {.size = kCardLabel, .max_width = kName - 12});
      svg.Rect({kCardMargin + kName, y - 12, whole, 12, 6}, kCardTrack);
      if (bar.share > 0) {
        svg.Rect({kCardMargin + kName, y - 12, std::max(6.0, whole * bar.share), 12, 6},
                 kCardAccent);
      }
      svg.Text(kCardWidth - kCardMargin, y, bar.value,
               {.size = kCardLabel, .color = kCardMuted, .anchor = "end", .max_width = room - 4});
      said.push_back(absl::StrCat(bar.name, " ", bar.value));
    }
    canvas_.Say(absl::StrCat(heading, ": ", absl::StrJoin(said, texts_.list_separator), "."));
    canvas_.Down(8);
  }

  void Activity() {
    std::int64_t most = 0, events = 0, purchases = 0;
    for (const MonthOfActivity& month : card_.months) {
      most = std::max(most, month.events);
      events += month.events;
      purchases += month.purchases;
    }
    if (most == 0) return;
    canvas_.Heading(texts_.activity);
    constexpr double kChart = 96;
    canvas_.Down(16 + kChart);
    const double y = canvas_.y();
    SvgWriter& svg = canvas_.svg();
    const double step = kCardInner / static_cast<double>(card_.months.size());
    for (std::size_t i = 0; i < card_.months.size(); ++i) {
      const MonthOfActivity& month = card_.months[i];
      const double x = kCardMargin + step * static_cast<double>(i) + 4;
      const auto height = [&](std::int64_t count) {
        return count == 0
                   ? 0.0
                   : std::max(2.0, kChart * static_cast<double>(count) / static_cast<double>(most));
      };
      svg.Rect({x, y - height(month.events), step - 8, height(month.events)}, kCardAccent);
      svg.Rect({x, y - height(month.purchases), step - 8, height(month.purchases)}, kCardPurchase);
      if (i % 3 == 0) {
        svg.Text(x + (step - 8) / 2, y + 22, texts_.Month(month.month),
                 {.size = kCardNote, .color = kCardMuted, .anchor = "middle"});
      }
    }
    svg.Rect({kCardMargin, y, kCardInner, 1}, kCardMuted);
    canvas_.Down(50);
    const double x =
        canvas_.Legend(kCardMargin, kCardAccent, absl::StrCat(texts_.events, " ", Grouped(events)));
    canvas_.Legend(x, kCardPurchase, absl::StrCat(texts_.purchases, " ", Grouped(purchases)));
    canvas_.Say(absl::StrCat(texts_.activity, ": ", texts_.events, " ", Grouped(events),
                             texts_.list_separator, texts_.purchases, " ", Grouped(purchases),
                             "."));
  }

  void Shares(absl::string_view heading, const std::vector<Share>& shares) {
    if (shares.empty()) return;
    canvas_.Heading(heading);
    canvas_.Down(10);
    SvgWriter& svg = canvas_.svg();
    svg.Rect({kCardMargin, canvas_.y(), kCardInner, 14}, kCardTrack);
    double x = kCardMargin;
    std::vector<std::string> said;
    const std::size_t shown = std::min(shares.size(), kMaxShares);
    for (std::size_t i = 0; i < shown; ++i) {
      svg.Rect({x, canvas_.y(), kCardInner * shares[i].share, 14}, kShareColors[i]);
      x += kCardInner * shares[i].share;
      said.push_back(absl::StrCat(shares[i].key, " ", Percent(shares[i].share)));
    }
    canvas_.Down(38);
    x = kCardMargin;
    for (std::size_t i = 0; i < shown; ++i) {
      if (x > kCardMargin && x + 18 + kCardNote * TextWidth(said[i]) > kCardWidth - kCardMargin) {
        x = kCardMargin;
        canvas_.Down(24);
      }
      x = canvas_.Legend(x, kShareColors[i], said[i]);
    }
    canvas_.Say(absl::StrCat(heading, ": ", absl::StrJoin(said, texts_.list_separator), "."));
  }

  void Footer() {
    const Profile& profile = card_.profile;
    canvas_.Down(34);
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
      canvas_.svg().Text(kCardMargin, canvas_.y(), made,
                         {.size = kCardNote, .color = kCardMuted, .max_width = kCardInner});
      canvas_.Say(absl::StrCat(made, "."));
    }
    canvas_.Down(24);
  }

  const ProfileCard& card_;
  const CardTexts& texts_;
  CardCanvas canvas_;
};

}  // namespace

std::string RenderProfileCard(const ProfileCard& card, absl::string_view language) {
  return CardPainter(card, CardTexts::For(language)).Paint();
}

}  // namespace clientele::profile
