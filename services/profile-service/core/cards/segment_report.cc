#include "services/profile-service/core/cards/segment_report.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"

#include "services/profile-service/core/cards/card_canvas.h"
#include "services/profile-service/core/cards/card_texts.h"
#include "services/profile-service/core/cards/report_texts.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxInterests = 6;
constexpr int kMaxRuleLines = 6;
constexpr int kDaysCompared = 30;
constexpr double kChart = 96;

std::string Signed(std::int64_t number) {
  return absl::StrCat(number > 0 ? "+" : "", Grouped(number));
}

double Part(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Draws from top to bottom; says the same in words.
class ReportPainter {
 public:
  ReportPainter(const SegmentReport& report, absl::string_view language)
      : report_(report),
        texts_(ReportTexts::For(language)),
        card_texts_(CardTexts::For(language)) {}

  std::string Paint() {
    const Segment& segment = report_.segment;
    const std::string title = segment.display_name.empty() ? segment.id : segment.display_name;
    canvas_.Title(title, absl::Substitute(texts_.segment, segment.id));
    Rule();
    Figures();
    Sizes();
    if (report_.members.persons > 0) {
      Interests();
      Activity();
      canvas_.Down(34);
      canvas_.Footnote(
          absl::Substitute(texts_.looked_at, Grouped(report_.members.persons),
                           Grouped(std::max(segment.member_count, report_.members.persons)),
                           Grouped(report_.everybody.persons), absl::FormatCivilTime(Today())));
    } else {
      canvas_.Sentence(texts_.nobody);
    }
    canvas_.Down(24);
    return canvas_.Finish(absl::Substitute(texts_.segment, title));
  }

 private:
  absl::CivilDay Today() const { return report_.sizes.back().day; }

  void Rule() {
    canvas_.Heading(texts_.rule);
    canvas_.Down(20);
    canvas_.Paragraph(report_.segment.rule, {.size = kCardLabel}, kMaxRuleLines);
    canvas_.Say(absl::StrCat(texts_.rule, ": ", report_.segment.rule, "."));
    canvas_.Down(10);
  }

  void Figures() {
    std::vector<std::pair<std::string, std::string>> figures;
    figures.emplace_back(Grouped(report_.segment.member_count), texts_.members);
    // The last day that is at least so long ago.
    const SegmentSize* before = nullptr;
    for (const SegmentSize& size : report_.sizes) {
      if (size.day <= Today() - kDaysCompared) before = &size;
    }
    if (before != nullptr) {
      figures.emplace_back(
          Signed(report_.segment.member_count - before->member_count),
          absl::Substitute(texts_.change_since, absl::FormatCivilTime(before->day)));
    }
    canvas_.Figures(figures);
  }

  // A bar for each day; days on which the size was not recorded have none.
  void Sizes() {
    const std::vector<SegmentSize>& sizes = report_.sizes;
    if (sizes.size() < 2) return;
    const auto [least, most] = std::minmax_element(
        sizes.begin(), sizes.end(),
        [](const SegmentSize& a, const SegmentSize& b) { return a.member_count < b.member_count; });
    canvas_.Heading(texts_.size_over_time);
    SvgWriter& svg = canvas_.svg();
    canvas_.Down(18);
    svg.Text(kCardMargin, canvas_.y(),
             absl::Substitute(texts_.size_on, Grouped(most->member_count),
                              absl::FormatCivilTime(most->day)),
             {.size = kCardNote, .color = kCardMuted});
    canvas_.Down(8 + kChart);
    const absl::CivilDay first = sizes.front().day;
    const double step = std::min(40.0, kCardInner / static_cast<double>(Today() - first + 1));
    for (const SegmentSize& size : sizes) {
      const double height = kChart * Part(size.member_count, most->member_count);
      svg.Rect({kCardMargin + step * static_cast<double>(size.day - first), canvas_.y() - height,
                std::max(1.0, step - 1), height},
               kCardAccent);
    }
    svg.Rect({kCardMargin, canvas_.y(), kCardInner, 1}, kCardMuted);
    canvas_.Down(22);
    svg.Text(kCardMargin, canvas_.y(), absl::FormatCivilTime(first),
             {.size = kCardNote, .color = kCardMuted});
    if (const double end = step * static_cast<double>(Today() - first + 1); end > 220) {
      svg.Text(kCardMargin + end, canvas_.y(), absl::FormatCivilTime(Today()),
               {.size = kCardNote, .color = kCardMuted, .anchor = "end"});
    }
    canvas_.Say(
        absl::StrCat(texts_.size_over_time, ": ",
                     absl::Substitute(texts_.size_said, Grouped(least->member_count),
                                      Grouped(most->member_count), absl::FormatCivilTime(first),
                                      absl::FormatCivilTime(Today()))));
    canvas_.Down(8);
  }

  // What members are most interested in, and everybody.
  void Interests() {
    canvas_.Heading(texts_.interests);
    std::vector<std::pair<double, std::string>> strongest;
    for (const auto& [category, share] : report_.members.interests) {
      strongest.emplace_back(-share, category);
    }
    std::sort(strongest.begin(), strongest.end());
    if (strongest.size() > kMaxInterests) strongest.resize(kMaxInterests);
    if (strongest.empty()) {
      canvas_.Sentence(texts_.nothing_known);
      return;
    }
    for (const auto& [negative, category] : strongest) {
      const auto everybody = report_.everybody.interests.find(category);
      Interest(category, -negative,
               everybody == report_.everybody.interests.end() ? 0 : everybody->second);
    }
    canvas_.Down(34);
    const double x = canvas_.Legend(kCardMargin, kCardAccent, texts_.active_members);
    canvas_.Legend(x, kCardOther, texts_.everybody);
    canvas_.Down(8);
  }

  void Interest(const std::string& category, double members, double everybody) {
    constexpr double kName = 190;
    constexpr double kBar = kCardInner - kName - 64;
    SvgWriter& svg = canvas_.svg();
    canvas_.Down(38);
    const double y = canvas_.y();
    svg.Text(kCardMargin, y, category, {.size = kCardLabel, .max_width = kName - 12});
    const auto bar = [&](double top, double share, absl::string_view color) {
      svg.Rect({kCardMargin + kName, top, kBar, 9, 4}, kCardTrack);
      if (share > 0) {
        svg.Rect({kCardMargin + kName, top, std::max(4.0, kBar * share), 9, 4}, color);
      }
    };
    bar(y - 17, members, kCardAccent);
    bar(y - 5, everybody, kCardOther);
    svg.Text(kCardWidth - kCardMargin, y - 8, Percent(members),
             {.size = kCardNote, .bold = true, .anchor = "end"});
    svg.Text(kCardWidth - kCardMargin, y + 8, Percent(everybody),
             {.size = kCardNote, .color = kCardMuted, .anchor = "end"});
    canvas_.Say(absl::StrCat(category, ": ", texts_.active_members, " ", Percent(members),
                             card_texts_.list_separator, texts_.everybody, " ", Percent(everybody),
                             "."));
  }

  void Activity() {
    const std::vector<MonthOfPersons>& members = report_.members.months;
    const std::vector<MonthOfPersons>& everybody = report_.everybody.months;
    const auto of_members = [&](std::int64_t count) {
      return Part(count, report_.members.persons);
    };
    const auto of_everybody = [&](std::int64_t count) {
      return Part(count, report_.everybody.persons);
    };
    double most = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      most = std::max({most, of_members(members[i].active), of_everybody(everybody[i].active)});
    }
    if (most == 0) return;
    canvas_.Heading(texts_.activity);
    canvas_.Say(absl::StrCat(texts_.activity, "."));
    SvgWriter& svg = canvas_.svg();
    canvas_.Down(18);
    svg.Text(kCardMargin, canvas_.y(), Percent(most), {.size = kCardNote, .color = kCardMuted});
    svg.Rect({kCardMargin + 50, canvas_.y() - 5, kCardInner - 50, 1}, kCardTrack);
    canvas_.Down(kChart - 5);
    const double y = canvas_.y();
    const double step = kCardInner / static_cast<double>(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      const double x = kCardMargin + step * static_cast<double>(i) + 4;
      const double width = (step - 8) / 2;
      const auto bar = [&](double left, double share, absl::string_view color) {
        const double height = share == 0 ? 0 : std::max(2.0, kChart * share / most);
        svg.Rect({left, y - height, width - 1, height}, color);
      };
      bar(x, of_members(members[i].active), kCardAccent);
      bar(x, of_members(members[i].bought), kCardPurchase);
      bar(x + width, of_everybody(everybody[i].active), kCardOther);
      const std::string month = card_texts_.Month(members[i].month);
      if (i % 3 == 0) {
        svg.Text(x + width, y + 22, month,
                 {.size = kCardNote, .color = kCardMuted, .anchor = "middle"});
      }
      canvas_.Say(absl::Substitute(texts_.month_said, month, Percent(of_members(members[i].active)),
                                   Percent(of_members(members[i].bought)),
                                   Percent(of_everybody(everybody[i].active))));
    }
    svg.Rect({kCardMargin, y, kCardInner, 1}, kCardMuted);
    canvas_.Down(50);
    double x = canvas_.Legend(kCardMargin, kCardAccent, texts_.active_members);
    x = canvas_.Legend(x, kCardPurchase, texts_.buying_members);
    canvas_.Legend(x, kCardOther, texts_.everybody);
  }

  const SegmentReport& report_;
  const ReportTexts& texts_;
  const CardTexts& card_texts_;
  CardCanvas canvas_;
};

}  // namespace

std::string RenderSegmentReport(const SegmentReport& report, absl::string_view language) {
  return ReportPainter(report, language).Paint();
}

}  // namespace clientele::profile
