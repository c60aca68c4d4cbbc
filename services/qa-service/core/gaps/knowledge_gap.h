#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_KNOWLEDGE_GAP_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_KNOWLEDGE_GAP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace clientele::qa {

// A question that no article answered. Personal data until it is masked: never log it.
struct UnansweredQuestion {
  std::string text;
  std::string article_id;  // the nearest; empty: nothing was near
  absl::Time ask_time;
};

// Questions of one topic that no article answers.
struct KnowledgeGap {
  std::vector<std::string> terms;  // that they share, most telling first, at most 5
  std::int64_t question_count = 0;
  std::vector<std::string> examples;  // masked and distinct, most typical first, at most 5
  std::string nearest_article;        // that came nearest most often; empty: none
  absl::Time last_ask_time;
};

struct ClusterOptions {
  // A question joins a topic when the cosine of its words and the topic's, weighed by rarity, is at
  // least this.
  double min_similarity = 0.4;
  // Of a word that one question alone has, which can only keep it away from others.
  double singleton_weight = 0.5;
  std::size_t max_terms = 5;
  std::size_t max_examples = 5;
};

// Groups questions into topics, most asked first; those without a meaningful word are left out.
// Deterministic: each question, in the given order, joins the topic that is nearest, or begins one;
// then each is assigned once more to the topics found (leader clustering with one pass of k-means
// over tf-idf vectors). Names and numbers of persons are masked before anything is counted. Takes
// time in proportion to the questions, times the topics that share a word with one. Pure,
// thread-safe.
std::vector<KnowledgeGap> FindGaps(const std::vector<UnansweredQuestion>& questions,
                                   const ClusterOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_KNOWLEDGE_GAP_H_
