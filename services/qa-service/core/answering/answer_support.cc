#include "services/qa-service/core/answering/answer_support.h"

#include <algorithm>
#include <utility>

#include "common/text/search_terms.h"
#include "services/qa-service/core/answering/stated_names.h"
#include "services/qa-service/core/answering/stated_values.h"
#include "services/qa-service/core/retrieval/question_terms.h"

namespace clientele::qa {
namespace {

// What a text says beside function words, each term once.
std::set<std::string> SaidTerms(absl::string_view text) {
  const std::vector<std::string> terms = QuestionTerms(text);
  return {terms.begin(), terms.end()};
}

bool Includes(const std::set<std::string>& all, const std::string& one,
              const std::set<std::string>& more) {
  return all.count(one) > 0 || more.count(one) > 0;
}

double Share(const std::set<std::string>& terms, const std::set<std::string>& of,
             const std::set<std::string>& more) {
  if (terms.empty()) return 0;
  const auto held = std::count_if(terms.begin(), terms.end(), [&](const std::string& term) {
    return Includes(of, term, more);
  });
  return static_cast<double>(held) / static_cast<double>(terms.size());
}

double Cosine(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.empty() || a.size() != b.size()) return 0;
  double cosine = 0;
  for (std::size_t i = 0; i < a.size(); ++i) cosine += double{a[i]} * b[i];
  return std::clamp(cosine, 0.0, 1.0);
}

}  // namespace

AnswerSupport::AnswerSupport(std::vector<std::vector<SupportingSentence>> passages,
                             absl::Span<const std::string> facts, SupportOptions options)
    : options_(options) {
  for (const std::string& fact : facts) {
    fact_terms_.merge(SaidTerms(fact));
    fact_values_.merge(ValuesOf(fact));
    fact_words_.merge(WrittenWords(fact));
  }
  passages_.reserve(passages.size());
  for (std::vector<SupportingSentence>& sentences : passages) {
    Known known;
    for (const SupportingSentence& sentence : sentences) {
      // Function words may be what is said ("can", "all"): all terms of the passage count.
      const std::vector<std::string> terms = text::SearchTerms(sentence.text);
      known.terms.emplace_back(terms.begin(), terms.end());
      known.all_terms.insert(terms.begin(), terms.end());
      known.denies.push_back(Denies(sentence.text));
      known.values.merge(ValuesOf(sentence.text));
      known.words.merge(WrittenWords(sentence.text));
    }
    known.sentences = std::move(sentences);
    passages_.push_back(std::move(known));
  }
}

double AnswerSupport::Score(const Known& passage, const Said& said,
                            const std::vector<float>& vector) const {
  for (const std::string& value : said.values) {
    if (!Includes(passage.values, value, fact_values_)) return 0;
  }
  for (const std::string& name : said.names) {
    if (!Includes(passage.words, name, fact_words_)) return 0;
  }
  const std::set<std::string>& terms = said.terms;
  const double overlap = Share(terms, passage.all_terms, fact_terms_);
  if (overlap < options_.min_overlap) return 0;
  double nearest = -1;
  double cosine = 0;
  bool denied = said.denies;
  for (std::size_t i = 0; i < passage.sentences.size(); ++i) {
    const double near = Cosine(vector, passage.sentences[i].vector);
    const double score = Share(terms, passage.terms[i], fact_terms_) + near;
    if (score <= nearest) continue;
    nearest = score;
    cosine = near;
    denied = passage.denies[i];
  }
  if (denied != said.denies) return 0;
  const double score =
      vector.empty() ? overlap
                     : options_.lexical_weight * overlap + (1 - options_.lexical_weight) * cosine;
  return score >= options_.min_score ? score : 0;
}

std::optional<std::size_t> AnswerSupport::SupporterOf(absl::string_view sentence,
                                                      const std::vector<float>& vector) const {
  const Said said = {.terms = SaidTerms(sentence),
                     .values = ValuesOf(sentence),
                     .names = NamesOf(sentence),
                     .denies = Denies(sentence)};
  std::optional<std::size_t> best;
  double best_score = 0;
  for (std::size_t i = 0; i < passages_.size(); ++i) {
    const double score = Score(passages_[i], said, vector);
    if (score > best_score) {
      best_score = score;
      best = i;
    }
  }
  return best;
}

}  // namespace clientele::qa
