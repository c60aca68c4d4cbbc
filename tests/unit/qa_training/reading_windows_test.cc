// Windows of long passages, whose tokens lead back to the passage's own characters.
#include "services/qa-service/training/reader/reading_windows.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/qa-service/training/encoder_bundle.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/qa_training/tiny_bert.h"

namespace clientele::qa {
namespace {

using clientele::testing::TemporaryFolder;
using clientele::testing::WriteTinyBert;

const std::vector<std::string>& Words() {
  static const auto& words = *new std::vector<std::string>{
      "the", "parcel", "##s", "ship", "on", "friday", "when", "where", "包",
      "裹",  "周",     "五",  "发",   "货", "什",     "么",   "时",    "候"};
  return words;
}

class Fixture {
 public:
  Fixture() : encoder_(*EncoderBundle::Open(WriteTinyBert(folder_, Words()))) {}

  std::vector<ReadingWindow> Windows(absl::string_view question, absl::string_view passage,
                                     std::size_t max_tokens = 24, std::size_t overlap = 6) const {
    const auto windows = MakeWindows(encoder_->model(), question, passage,
                                     {.max_tokens = max_tokens, .overlap = overlap});
    INFO(windows.status());
    REQUIRE(windows.ok());
    return *windows;
  }

 private:
  const TemporaryFolder folder_;
  const std::unique_ptr<EncoderBundle> encoder_;
};

// The answer's own bytes come back from the tokens that it is mapped to.
void CheckRoundTrip(const Fixture& fixture, const std::string& question, const std::string& passage,
                    const std::string& answer) {
  const std::size_t begin = passage.find(answer);
  REQUIRE(begin != std::string::npos);
  std::size_t found = 0;
  for (const ReadingWindow& window : fixture.Windows(question, passage)) {
    const TokenLabel label = LabelOf(window, {begin, begin + answer.size()});
    if (label.last == 0) continue;
    ++found;
    const AnswerPlace place = PlaceOf(window, label.first, label.last);
    CHECK(passage.substr(place.begin, place.end - place.begin) == answer);
    CHECK(place.begin == begin);
  }
  INFO(answer);
  CHECK(found > 0);
}

TEST_CASE("an answer's tokens lead back to its own characters") {
  const Fixture fixture;
  std::string english;
  for (int i = 0; i < 12; ++i) english += "The parcels ship. ";
  english += "They ship on Friday, ship.";
  CheckRoundTrip(fixture, "When ship the parcels?", english, "on Friday");
  std::string chinese;
  for (int i = 0; i < 12; ++i) chinese += "包裹发货。";
  chinese += "周五发货。";
  CheckRoundTrip(fixture, "什么时候发货？", chinese, "周五");
  std::string emoji;
  for (int i = 0; i < 12; ++i) emoji += "📦 parcel 🚚, ";
  emoji += "on 周五 👩‍👩‍👧 ship.";
  CheckRoundTrip(fixture, "when 发货 📦?", emoji, "周五");
  CheckRoundTrip(fixture, "when 发货 📦?", emoji, "on 周五");
}

TEST_CASE("windows overlap, keep to their length and hold every token of the passage") {
  const Fixture fixture;
  std::string passage;
  for (int i = 0; i < 40; ++i) absl::StrAppend(&passage, i % 7 == 3 ? "parcels " : "ship ", "包裹");
  const auto windows = fixture.Windows("where?", passage);
  CHECK(windows.size() > 3);
  std::size_t reached = 0;
  for (const ReadingWindow& window : windows) {
    CHECK(window.pair.row.ids.size() <= 24);
    // Nothing lies between this window and the one before.
    CHECK(window.begin <= reached);
    for (std::size_t i = 0; i < window.pair.sequences.size(); ++i) {
      if (window.pair.sequences[i] == 1) reached = PlaceOf(window, i, i).end;
    }
  }
  CHECK(reached == passage.size());
}

TEST_CASE("a window begins between words") {
  const Fixture fixture;
  std::string passage;
  for (int i = 0; i < 60; ++i) passage += "parcels ";
  for (const ReadingWindow& window : fixture.Windows("where?", passage)) {
    CHECK(passage.substr(window.begin, 7) == "parcels");
  }
}

TEST_CASE("a window that lacks a part of the answer has none") {
  const Fixture fixture;
  const std::string passage = "the parcel ship on friday";
  const auto windows = fixture.Windows("when?", passage);
  REQUIRE(windows.size() == 1);
  CHECK(LabelOf(windows[0], {0, passage.size()}).last > 0);
  ReadingWindow later = windows[0];
  later.begin = 4;
  CHECK(LabelOf(later, {0, 10}) == TokenLabel{});
  CHECK(LabelOf(windows[0], {20, passage.size() + 1}) == TokenLabel{});
}

TEST_CASE("a long question is cut, an empty passage has no window, and bad bytes are refused") {
  const Fixture fixture;
  std::string question;
  for (int i = 0; i < 200; ++i) question += "where ";
  const auto windows = fixture.Windows(question, "the parcel");
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].pair.row.ids.size() <= 24);
  CHECK(fixture.Windows("where?", "").empty());
  CHECK(fixture.Windows("where?", " \n ").empty());
  const TemporaryFolder folder;
  const auto encoder = EncoderBundle::Open(WriteTinyBert(folder, Words()));
  REQUIRE(encoder.ok());
  CHECK_FALSE(MakeWindows((*encoder)->model(), "where?", "\xff", {}).ok());
  CHECK_FALSE(MakeWindows((*encoder)->model(), "where?", "parcel", {.max_tokens = 8}).ok());
}

}  // namespace
}  // namespace clientele::qa
