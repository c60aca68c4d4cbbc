#include "services/qa-service/core/retrieval/spelling.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/text/han_folding.h"
#include "common/text/search_terms.h"
#include "common/text/segmentation.h"
#include "services/qa-service/core/retrieval/question_terms.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kMinLetters = 4;
constexpr std::size_t kMinNameLetters = 3;
constexpr std::size_t kShortWord = 5;
constexpr std::size_t kLongWord = 8;
constexpr std::size_t kMaxLetters = 40;

bool IsLatin(absl::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
}

// The best word for one that is not known.
class Nearest {
 public:
  Nearest(std::string word, const KnowledgeIndex& index)
      : word_(std::move(word)), index_(&index), limit_(word_.size() >= kLongWord ? 2 : 1) {}

  void Offer(absl::string_view term, bool is_function_word) {
    if (term.size() + 1 < word_.size() || word_.size() + 1 < term.size()) return;
    if (term.size() < 2 || (term[0] != word_[0] && (term[0] != word_[1] || term[1] != word_[0]))) {
      return;
    }
    // Another word with the same beginning: "cook" is no typo of "cookie".
    if (word_.size() <= kShortWord && term.size() > word_.size() &&
        term.substr(0, word_.size()) == word_) {
      return;
    }
    const std::size_t distance = EditDistance(word_, term, limit_);
    if (distance > limit_ || distance > distance_) return;
    // A function word is in most questions, if in no article.
    const std::int64_t frequency =
        is_function_word ? std::int64_t{1'000'000} : index_->Frequency(term);
    if (frequency == 0) return;
    const bool is_better =
        distance < distance_ || frequency > frequency_ || (frequency == frequency_ && term < best_);
    if (!is_better) return;
    distance_ = distance;
    frequency_ = frequency;
    best_ = std::string(term);
  }

  const std::string& best() const { return best_; }

 private:
  std::string word_;
  const KnowledgeIndex* index_;
  std::size_t limit_;
  std::size_t distance_ = 3;
  std::int64_t frequency_ = 0;
  std::string best_;
};

}  // namespace

std::size_t EditDistance(absl::string_view a, absl::string_view b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return limit + 1;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::string CorrectSpelling(absl::string_view question, const KnowledgeIndex& index) {
  struct Unknown {
    text::Segment place;
    Nearest nearest;
  };
  std::vector<Unknown> unknown;
  for (const text::Segment& segment : text::Words(question)) {
    if (unknown.size() == kMaxCorrections) break;
    const absl::string_view written = text::TextOf(question, segment);
    if (written.size() < kMinLetters || written.size() > kMaxLetters || !IsLatin(written)) continue;
    const std::vector<std::string> terms = text::SearchTerms(written);
    if (terms.size() != 1 || index.Frequency(terms.front()) > 0) continue;
    if (QuestionTerms(written).empty()) continue;  // a function word
    unknown.push_back({segment, Nearest(absl::AsciiStrToLower(written), index)});
  }
  if (unknown.empty()) return std::string(question);
  ForEachFunctionWord([&](absl::string_view term) {
    for (Unknown& one : unknown) one.nearest.Offer(term, true);
  });
  index.ForEachTerm([&](absl::string_view term) {
    for (Unknown& one : unknown) one.nearest.Offer(term, false);
  });

  std::string corrected;
  std::size_t copied = 0;
  for (const Unknown& one : unknown) {
    if (one.nearest.best().empty()) continue;
    absl::StrAppend(&corrected, question.substr(copied, one.place.begin - copied),
                    one.nearest.best());
    copied = one.place.end;
  }
  absl::StrAppend(&corrected, question.substr(copied));
  return corrected;
}

std::string WithoutUnknownNames(absl::string_view question, const KnowledgeIndex& index) {
  if (!text::HasHan(question)) return std::string(question);
  std::string kept;
  std::size_t copied = 0;
  for (const text::Segment& segment : text::Words(question)) {
    const absl::string_view word = text::TextOf(question, segment);
    if (word.size() < kMinNameLetters || !IsLatin(word)) continue;
    const std::vector<std::string> terms = text::SearchTerms(word);
    if (terms.size() != 1 || index.Frequency(terms.front()) > 0) continue;
    absl::StrAppend(&kept, question.substr(copied, segment.begin - copied));
    copied = segment.end;
  }
  absl::StrAppend(&kept, question.substr(copied));
  return kept;
}

}  // namespace clientele::qa
