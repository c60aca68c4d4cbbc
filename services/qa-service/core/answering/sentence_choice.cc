#include "services/qa-service/core/answering/sentence_choice.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_set.h"

#include "common/text/search_terms.h"

namespace clientele::qa {
namespace {

double Overlap(absl::string_view sentence, const QuestionFocus& focus) {
  const std::vector<std::string> terms = text::SearchTerms(sentence);
  const absl::flat_hash_set<absl::string_view> held(terms.begin(), terms.end());
  double all = 0;
  double found = 0;
  for (std::size_t i = 0; i < focus.words->size(); ++i) {
    const ContentWord& word = (*focus.words)[i];
    const double weight = (*focus.word_weights)[i];
    all += weight;
    if (held.contains(word.term)) {
      found += weight;
      continue;
    }
    double pairs = 0;
    for (const std::string& pair : word.pairs) pairs += held.contains(pair) ? 1 : 0;
    if (!word.pairs.empty()) found += weight * pairs / static_cast<double>(word.pairs.size());
  }
  return all > 0 ? found / all : 0;
}

}  // namespace

double SentenceScore(absl::string_view sentence, const std::vector<float>& vector,
                     const QuestionFocus& focus, const SentenceOptions& options) {
  const double overlap = Overlap(sentence, focus);
  if (vector.empty() || vector.size() != focus.vector.size()) return overlap;
  double cosine = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) cosine += double{vector[i]} * focus.vector[i];
  return options.lexical_weight * overlap +
         (1 - options.lexical_weight) * std::clamp(cosine, 0.0, 1.0);
}

std::vector<std::size_t> ChooseSentences(const std::vector<double>& scores,
                                         const SentenceOptions& options) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.empty()) return order;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const double best = scores[order.front()];
  if (best < options.min_score) {
    order.resize(std::min<std::size_t>(scores.size(), 2));
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
  }
  const double least = options.keep_ratio * best;
  std::vector<std::size_t> chosen;
  for (const std::size_t i : order) {
    if (chosen.size() == options.max_sentences || scores[i] < least) break;
    chosen.push_back(i);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace clientele::qa
