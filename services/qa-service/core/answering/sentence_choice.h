#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_SENTENCE_CHOICE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_SENTENCE_CHOICE_H_

// Which sentences of a passage answer a question: extractive answers, so that
// every word of an answer stands in the company's own article.
//
// Pure functions, thread-safe.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/qa-service/core/retrieval/question_terms.h"

namespace clientele::qa {

struct SentenceOptions {
  std::size_t max_sentences = 3;
  // A further sentence joins the best one when it scores at least this share of it.
  double keep_ratio = 0.7;
  // Below this score nothing in the passage stands out (the article was found by
  // one of its questions): its first two sentences answer.
  double min_score = 0.15;
  // The weight of the words; the vectors have the rest.
  double lexical_weight = 0.5;
};

// A question's words with their weights, and its vector (empty: words alone).
struct QuestionFocus {
  const std::vector<ContentWord>* words = nullptr;
  const std::vector<double>* word_weights = nullptr;  // as many as words
  std::vector<float> vector;
};

// How near a sentence is to the question: idf-weighted share of the question's words
// that it holds, and the cosine of the vectors. `vector` may be empty.
double SentenceScore(absl::string_view sentence, const std::vector<float>& vector,
                     const QuestionFocus& focus, const SentenceOptions& options);

// Indices of the chosen ones among sentences with these scores, ascending: one to
// max_sentences of them; none of none.
std::vector<std::size_t> ChooseSentences(const std::vector<double>& scores,
                                         const SentenceOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_SENTENCE_CHOICE_H_
