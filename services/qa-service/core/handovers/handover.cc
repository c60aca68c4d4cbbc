#include "services/qa-service/core/handovers/handover.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/answering/wish.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kMaxQuotedBytes = 300;
constexpr std::size_t kToldPoints = 4;
constexpr std::size_t kToldNumbers = 8;

std::string Quoted(absl::string_view text) { return CutText(text, kMaxQuotedBytes); }

// The last `count` of a list.
template <typename T>
absl::Span<const T> Latest(const std::vector<T>& list, std::size_t count) {
  return absl::MakeConstSpan(list).last(std::min(count, list.size()));
}

// Of the turns before the last, the latest that was more than a wish for a person; null: there is
// none.
const Turn* MatterBefore(const Handover& handover) {
  const auto& transcript = handover.transcript;
  const auto found = std::find_if(transcript.rbegin() + 1, transcript.rend(), [](const Turn& turn) {
    return WishOf(turn.question) == Wish::kAnswer;
  });
  return found == transcript.rend() ? nullptr : &*found;
}

std::string OpeningOf(const Handover& handover) {
  const bool chinese = handover.language == "zh";
  const std::string words = Quoted(handover.transcript.back().question);
  if (handover.reason == answer_reason::kComplaint) {
    return chinese ? absl::StrCat("顾客投诉：“", words, "”。")
                   : absl::StrCat("The customer complains: \"", words, "\".");
  }
  return chinese ? absl::StrCat("顾客希望由人工处理：“", words, "”。")
                 : absl::StrCat("The customer wants a person: \"", words, "\".");
}

void AddMatter(const Turn& matter, bool chinese, std::string& summary) {
  const bool answered = matter.state == AnswerState::kAnswered;
  if (chinese) {
    absl::StrAppend(&summary, "此前的问题（", answered ? "已回答" : "未回答", "）：“",
                    Quoted(matter.question), "”。");
    if (!matter.article_title.empty())
      absl::StrAppend(&summary, "最相关的文章：", matter.article_title, "。");
  } else {
    absl::StrAppend(&summary, " Asked before (", answered ? "answered" : "not answered", "): \"",
                    Quoted(matter.question), "\".");
    if (!matter.article_title.empty())
      absl::StrAppend(&summary, " Nearest article: ", matter.article_title, ".");
  }
}

void AddEarlier(const RollingSummary& earlier, bool chinese, std::string& summary) {
  if (earlier.points.empty()) return;
  const auto told = [&](std::string* text, const SummaryPoint& point) {
    const bool answered = point.state == AnswerState::kAnswered;
    const std::string from = answered ? point.article_title : "";
    if (chinese) {
      absl::StrAppend(text, "“", point.sentence, "”（", answered ? "已回答" : "未回答",
                      from.empty() ? "" : "：", from, "）");
    } else {
      absl::StrAppend(text, "\"", point.sentence, "\" (", answered ? "answered" : "not answered",
                      from.empty() ? "" : ": ", from, ")");
    }
  };
  absl::StrAppend(&summary, chinese ? "更早：" : " Earlier: ",
                  absl::StrJoin(Latest(earlier.points, kToldPoints), chinese ? "；" : "; ", told),
                  chinese ? "。" : ".");
}

}  // namespace

std::string HandoverName(const std::string& id) { return absl::StrCat("handovers/", id); }

std::string SummaryOf(const Handover& handover, const RollingSummary& earlier) {
  if (handover.transcript.empty()) return "";
  std::string summary = OpeningOf(handover);
  const bool chinese = handover.language == "zh";
  if (const Turn* const matter = MatterBefore(handover)) AddMatter(*matter, chinese, summary);
  AddEarlier(earlier, chinese, summary);
  std::vector<std::string> numbers = earlier.named_numbers;
  for (const Turn& turn : handover.transcript) AddNumbers(NamedNumbers(turn.question), numbers);
  if (!numbers.empty()) {
    absl::StrAppend(&summary, chinese ? "提到的号码：" : " Named: ",
                    absl::StrJoin(Latest(numbers, kToldNumbers), chinese ? "、" : ", "),
                    chinese ? "。" : ".");
  }
  return summary;
}

}  // namespace clientele::qa
