#include "services/qa-service/core/conversations/conversation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace clientele::qa {
namespace {

std::size_t BytesOf(const Turn& turn) {
  return turn.question.size() + turn.search_text.size() + turn.answer.size() +
         turn.article_title.size();
}

}  // namespace

std::string ConversationName(const std::string& id) { return absl::StrCat("conversations/", id); }

bool AddTurn(std::vector<Turn>& turns, RollingSummary& earlier, Turn turn) {
  const auto same = [&](const Turn& other) {
    return !turn.request_id.empty() && other.request_id == turn.request_id;
  };
  if (std::any_of(turns.begin(), turns.end(), same)) return false;
  turns.push_back(std::move(turn));
  std::size_t kept = 0;
  std::size_t bytes = 0;
  for (auto it = turns.rbegin(); it != turns.rend() && kept < kMaxTurns; ++it, ++kept) {
    bytes += BytesOf(*it);
    if (kept > 0 && bytes > kMaxTurnBytes) break;
  }
  const auto forgotten = turns.end() - static_cast<std::ptrdiff_t>(kept);
  for (auto it = turns.begin(); it != forgotten; ++it) RollUp(*it, earlier);
  turns.erase(turns.begin(), forgotten);
  return true;
}

}  // namespace clientele::qa
