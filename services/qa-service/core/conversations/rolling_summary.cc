#include "services/qa-service/core/conversations/rolling_summary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/text/segmentation.h"
#include "services/qa-service/core/answering/wish.h"
#include "services/qa-service/core/conversations/conversation.h"
#include "services/qa-service/core/retrieval/question_terms.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kFewestDigits = 4;
constexpr std::size_t kMostDigits = 12;
constexpr std::size_t kMaxNumberBytes = 40;

bool IsLetterOrDigit(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsDecimalDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// The end of the run of letters, digits and single joining signs at `begin`.
std::size_t NamedWordEnd(absl::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size()) {
    const bool joins = absl::StrContains("-_.", text.substr(end, 1)) && end + 1 < text.size() &&
                       IsLetterOrDigit(text[end + 1]) && end > begin;
    if (!IsLetterOrDigit(text[end]) && !joins) break;
    ++end;
  }
  return end;
}

bool IsDate(absl::string_view word) {
  int year = 0;
  if (word.size() == 4) return absl::SimpleAtoi(word, &year) && year >= 1900 && year < 2100;
  return word.size() == 10 && word[4] == '-' && word[7] == '-';
}

bool NamesSomething(absl::string_view word) {
  const auto digits =
      static_cast<std::size_t>(std::count_if(word.begin(), word.end(), IsDecimalDigit));
  if (digits == 0 || digits > kMostDigits || word.size() > kMaxNumberBytes) return false;
  if (!IsDecimalDigit(word.front())) return word.size() > 2;
  // An amount has a point, and what is counted has few digits ("30 days", "5kg").
  return digits >= kFewestDigits && !absl::StrContains(word, '.') && !IsDate(word);
}

// How many of a sentence's words say something, numbers apart.
std::size_t TellingWords(absl::string_view sentence) {
  const std::vector<ContentWord> words = ContentWords(sentence);
  return static_cast<std::size_t>(
      std::count_if(words.begin(), words.end(), [](const ContentWord& word) {
        return !std::all_of(word.term.begin(), word.term.end(), IsDecimalDigit);
      }));
}

// The sentence that says most; empty for small talk.
absl::string_view TellingSentence(absl::string_view message) {
  absl::string_view best;
  std::size_t most = 0;
  for (const text::Segment& segment : text::Sentences(message)) {
    const absl::string_view sentence = text::TextOf(message, segment);
    const std::size_t words = TellingWords(sentence);
    if (words <= most) continue;
    most = words;
    best = sentence;
  }
  return best;
}

void DropOnePoint(std::vector<SummaryPoint>& points) {
  const auto answered = std::find_if(points.begin(), points.end(), [](const SummaryPoint& point) {
    return point.state == AnswerState::kAnswered;
  });
  points.erase(answered == points.end() ? points.begin() : answered);
}

}  // namespace

std::string CutText(absl::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "…");
}

std::vector<std::string> NamedNumbers(absl::string_view message) {
  std::vector<std::string> numbers;
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t end = NamedWordEnd(message, at);
    if (end == at) {
      ++at;
      continue;
    }
    const absl::string_view word = message.substr(at, end - at);
    if (NamesSomething(word) && std::find(numbers.begin(), numbers.end(), word) == numbers.end()) {
      numbers.emplace_back(word);
    }
    at = end;
  }
  return numbers;
}

void AddNumbers(const std::vector<std::string>& numbers, std::vector<std::string>& known) {
  for (const std::string& number : numbers) {
    known.erase(std::remove(known.begin(), known.end(), number), known.end());
    known.push_back(number);
  }
  if (known.size() > kMaxNamedNumbers) {
    known.erase(known.begin(), known.end() - static_cast<std::ptrdiff_t>(kMaxNamedNumbers));
  }
}

void RollUp(const Turn& turn, RollingSummary& summary) {
  ++summary.turn_count;
  AddNumbers(NamedNumbers(turn.question), summary.named_numbers);
  const absl::string_view sentence = TellingSentence(turn.question);
  if (sentence.empty() || WishOf(turn.question) == Wish::kPerson) return;
  SummaryPoint point{.sentence = CutText(sentence, kMaxPointBytes),
                     .article_title = CutText(turn.article_title, kMaxPointBytes),
                     .state = turn.state};
  std::vector<SummaryPoint>& points = summary.points;
  if (!point.article_title.empty()) {
    std::erase_if(points, [&](const SummaryPoint& known) {
      return known.article_title == point.article_title;
    });
  }
  points.push_back(std::move(point));
  if (points.size() > kMaxPoints) DropOnePoint(points);
}

}  // namespace clientele::qa
