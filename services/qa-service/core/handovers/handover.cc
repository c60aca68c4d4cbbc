#include "services/qa-service/core/handovers/handover.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/answering/wish.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kMaxQuotedBytes = 300;

std::string Quoted(absl::string_view text) {
  if (text.size() <= kMaxQuotedBytes) return std::string(text);
  std::size_t end = kMaxQuotedBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "…");
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

}  // namespace

std::string HandoverName(const std::string& id) { return absl::StrCat("handovers/", id); }

std::string SummaryOf(const Handover& handover) {
  if (handover.transcript.empty()) return "";
  const bool chinese = handover.language == "zh";
  std::string summary = OpeningOf(handover);
  const Turn* const matter = MatterBefore(handover);
  if (matter == nullptr) return summary;
  const bool answered = matter->state == AnswerState::kAnswered;
  if (chinese) {
    absl::StrAppend(&summary, "此前的问题（", answered ? "已回答" : "未回答", "）：“",
                    Quoted(matter->question), "”。");
    if (!matter->article_title.empty())
      absl::StrAppend(&summary, "最相关的文章：", matter->article_title, "。");
  } else {
    absl::StrAppend(&summary, " Asked before (", answered ? "answered" : "not answered", "): \"",
                    Quoted(matter->question), "\".");
    if (!matter->article_title.empty())
      absl::StrAppend(&summary, " Nearest article: ", matter->article_title, ".");
  }
  return summary;
}

}  // namespace clientele::qa
