#include "services/qa-service/core/handovers/handover.h"

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

// The latest question that was more than the wish for a person; null: there is none.
const Turn* Matter(const Handover& handover) {
  for (auto it = handover.transcript.rbegin(); it != handover.transcript.rend(); ++it) {
    if (WishOf(it->question) == Wish::kAnswer) return &*it;
  }
  return nullptr;
}

}  // namespace

std::string HandoverName(const std::string& id) { return absl::StrCat("handovers/", id); }

std::string SummaryOf(const Handover& handover) {
  if (handover.transcript.empty()) return "";
  const bool chinese = handover.language == "zh";
  const Turn& wish = handover.transcript.back();
  std::string summary =
      chinese ? absl::StrCat("顾客希望由人工处理：“", Quoted(wish.question), "”。")
              : absl::StrCat("The customer wants a person: \"", Quoted(wish.question), "\".");
  const Turn* const matter = Matter(handover);
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
