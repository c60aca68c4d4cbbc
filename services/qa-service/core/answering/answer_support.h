#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_SUPPORT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_SUPPORT_H_

// Whether a sentence that a generator wrote is supported by a passage that it was given.
//
//   AnswerSupport support(passages, facts, {});
//   const std::optional<std::size_t> passage = support.SupporterOf("Refunds take five days.", v);
//
// A passage supports a sentence when
//   - every number, date, amount and name of the sentence stands in the passage, or in what is
//     known of the customer (stated_values.h, stated_names.h);
//   - the sentence of the passage that is nearest to it denies where it denies, and nowhere else;
//   - its words stand in that passage (or the facts), and it is near that nearest sentence: the
//     share of its words and the cosine of the vectors, weighed, reach a threshold; without vectors
//     the share alone.
// So a sentence is never supported by what only resembles it but says another number or the
// contrary. Immutable after construction, thread-safe.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::qa {

struct SupportOptions {
  // Of the words; the cosine has the rest.
  double lexical_weight = 0.7;
  double min_score = 0.5;
  // Of the sentence's words that must stand in the passage, whatever the vectors say.
  double min_overlap = 0.4;
};

// A sentence of a passage with its vector; empty: none.
struct SupportingSentence {
  std::string text;
  std::vector<float> vector = {};
};

class AnswerSupport {
 public:
  // `passages` in sentences, in the order in which they were retrieved; `facts` are what is known
  // of the customer.
  AnswerSupport(std::vector<std::vector<SupportingSentence>> passages,
                absl::Span<const std::string> facts, SupportOptions options);

  // The passage that supports the sentence best; nullopt: none does. `vector` is the sentence's, or
  // empty.
  std::optional<std::size_t> SupporterOf(absl::string_view sentence,
                                         const std::vector<float>& vector) const;

 private:
  struct Known {
    std::vector<SupportingSentence> sentences;
    std::vector<std::set<std::string>> terms;  // of each sentence
    std::vector<bool> denies;                  // each sentence
    std::set<std::string> all_terms;           // of the passage
    std::set<std::string> values;
    std::set<std::string> words;
  };
  // What a sentence says.
  struct Said {
    std::set<std::string> terms;
    std::set<std::string> values;
    std::set<std::string> names;
    bool denies = false;
  };

  // 0 where it does not support.
  double Score(const Known& passage, const Said& said, const std::vector<float>& vector) const;

  std::vector<Known> passages_;
  std::set<std::string> fact_terms_;
  std::set<std::string> fact_values_;
  std::set<std::string> fact_words_;
  const SupportOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_SUPPORT_H_
