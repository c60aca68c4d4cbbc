#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_CARD_CANVAS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_CARD_CANVAS_H_

// What pictures for people have in common: 600 units in width, filled from top to bottom, with
// everything that is drawn in words too. At 400 pixels the smallest text, of 15 units, is 10 pixels
// high.
//
//   CardCanvas canvas;
//   canvas.Title("Profile of Ada", "Customer 42");
//   canvas.Heading("Channels");
//   canvas.Say("Channels: web 100%.");
//   const std::string svg = canvas.Finish("Profile of Ada");
//
// Not thread-safe.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/profile-service/core/cards/svg_writer.h"

namespace clientele::profile {

inline constexpr double kCardWidth = 600;
inline constexpr double kCardMargin = 28;
inline constexpr double kCardInner = kCardWidth - 2 * kCardMargin;
inline constexpr double kCardLabel = 16;  // size of a font
inline constexpr double kCardNote = 15;
inline constexpr absl::string_view kCardMuted = "#52606d";  // 6.6 : 1 on white
inline constexpr absl::string_view kCardTrack = "#e4e7eb";
inline constexpr absl::string_view kCardAccent = "#2563eb";
inline constexpr absl::string_view kCardPurchase = "#b45309";
inline constexpr absl::string_view kCardOther = "#7b8794";

// "1,234".
std::string Grouped(std::int64_t number);
// "12%".
std::string Percent(double share);

class CardCanvas {
 public:
  SvgWriter& svg() { return svg_; }
  // The base line of what was drawn last.
  double y() const { return y_; }
  void Down(double units) { y_ += units; }

  // For those who cannot see the picture.
  void Say(absl::string_view sentence) { said_.emplace_back(sentence); }

  void Title(absl::string_view title, absl::string_view subtitle);
  void Heading(absl::string_view heading);
  // Drawn and said.
  void Sentence(absl::string_view sentence);
  // Values with their labels, two in a row; said too.
  void Figures(const std::vector<std::pair<std::string, std::string>>& figures);
  // A colored square and what it stands for, from `x` on; returns where the next one begins.
  double Legend(double x, absl::string_view color, absl::string_view label);
  // Small and at the end, in as many lines as it takes; said too.
  void Footnote(absl::string_view note);
  // Lines of at most the card's width, broken between words where there are some; at most `lines`.
  void Paragraph(absl::string_view text, const SvgText& style, int lines);

  std::string Finish(std::string title) const;

 private:
  SvgWriter svg_;
  double y_ = 0;
  std::vector<std::string> said_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_CARD_CANVAS_H_
