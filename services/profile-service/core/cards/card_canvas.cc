#include "services/profile-service/core/cards/card_canvas.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace clientele::profile {

std::string Grouped(std::int64_t number) {
  std::string digits = absl::StrCat(number < 0 ? -number : number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return absl::StrCat(number < 0 ? "-" : "", digits);
}

std::string Percent(double share) { return absl::StrFormat("%.0f%%", 100 * share); }

void CardCanvas::Title(absl::string_view title, absl::string_view subtitle) {
  y_ = 48;
  svg_.Text(kCardMargin, y_, title, {.size = 28, .bold = true, .max_width = kCardInner});
  y_ += 28;
  svg_.Text(kCardMargin, y_, subtitle,
            {.size = kCardLabel, .color = kCardMuted, .max_width = kCardInner});
  y_ += 20;
}

void CardCanvas::Heading(absl::string_view heading) {
  y_ += 36;
  svg_.Text(kCardMargin, y_, heading, {.size = 18, .bold = true, .max_width = kCardInner});
  y_ += 8;
}

void CardCanvas::Sentence(absl::string_view sentence) {
  y_ += 32;
  svg_.Text(kCardMargin, y_, sentence, {.size = 18, .max_width = kCardInner});
  Say(sentence);
  y_ += 12;
}

void CardCanvas::Figures(const std::vector<std::pair<std::string, std::string>>& figures) {
  constexpr double kTile = kCardInner / 2;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const auto& [value, label] = figures[i];
    const double x = kCardMargin + (i % 2 == 0 ? 0 : kTile);
    const std::size_t row = i / 2;
    const double top = y_ + 36 + 66 * static_cast<double>(row);
    svg_.Text(x, top, value, {.size = 26, .bold = true, .max_width = kTile - 12});
    svg_.Text(x, top + 22, label,
              {.size = kCardLabel, .color = kCardMuted, .max_width = kTile - 12});
    Say(absl::StrCat(label, ": ", value, "."));
  }
  const std::size_t rows = (figures.size() + 1) / 2;
  y_ += 66 * static_cast<double>(rows) + 12;
}

double CardCanvas::Legend(double x, absl::string_view color, absl::string_view label) {
  svg_.Rect({x, y_ - 11, 12, 12, 3}, color);
  svg_.Text(x + 18, y_, label, {.size = kCardNote});
  return x + 18 + kCardNote * TextWidth(label) + 22;
}

void CardCanvas::Footnote(absl::string_view note) {
  Paragraph(note, {.size = kCardNote, .color = kCardMuted}, 4);
  Say(note);
}

void CardCanvas::Paragraph(absl::string_view text, const SvgText& style, int lines) {
  const double step = style.size + 6;
  for (int line = 1; line <= lines && !text.empty(); ++line) {
    const std::size_t size = line == lines ? text.size() : LineBreak(text, kCardInner / style.size);
    SvgText drawn = style;
    drawn.max_width = kCardInner;
    if (line > 1) y_ += step;
    svg_.Text(kCardMargin, y_, text.substr(0, size), drawn);
    text.remove_prefix(size);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
}

std::string CardCanvas::Finish(std::string title) const {
  return svg_.Finish({kCardWidth, y_},
                     {.title = std::move(title), .description = absl::StrJoin(said_, " ")});
}

}  // namespace clientele::profile
