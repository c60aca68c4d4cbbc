#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_LOGITS_PROCESSOR_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_LOGITS_PROCESSOR_H_

// Rules that change what a model says of the next token before one is chosen: penalties and
// bans. In the order and with the meaning of transformers 5 (`generate`), so that equal
// settings give equal tokens.
//
//   const LogitsProcessor processor({.no_repeat_ngram_size = 3}, prompt, end_ids, budget);
//   if (processor.Applies(generated.size())) {
//     CLIENTELE_RETURN_IF_ERROR(processor.Process(generated, absl::MakeSpan(scores)));
//   }
//
// Scores are logits in greedy decoding and sampling, log-probabilities in a beam search. The
// history of a sequence is what stands before its first new token (the prompt of a decoder,
// the start token of an encoder-decoder), and then the new ones.
//
// A value; const calls are thread-safe. No torch here.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace clientele::inference {

struct LogitsRules {
  // A score of an id that is in the history is divided by this where it is positive, else
  // multiplied: above 1 makes repetition rarer (Keskar et al. 2019, arXiv:1909.05858, section
  // 4.1, as published since). In [0.01, 100]; 1: nothing.
  double repetition_penalty = 1.0;
  // No n-gram of this length is in the history twice (Paulus et al. 2017, arXiv:1705.04304,
  // section 2.5). 0: any may; at most 1024.
  std::int64_t no_repeat_ngram_size = 0;
  // No history has one of these behind each other. A single end id among them counts for
  // nothing.
  std::vector<std::vector<std::int64_t>> bad_words = {};
  // An end token comes behind so many new ones at least.
  std::int64_t min_new_tokens = 0;
  // The token behind a history of one: the first of an encoder-decoder.
  std::optional<std::int64_t> forced_bos_id = {};
  // The last token that the budget leaves is one of these; none: any.
  std::vector<std::int64_t> forced_eos_ids = {};
  // Never a new token; and never the first one (behind forced_bos_id, where that comes first).
  std::vector<std::int64_t> suppress_ids = {};
  std::vector<std::int64_t> begin_suppress_ids = {};
};

// INVALID_ARGUMENT names the first value out of range. Ids that no vocabulary has change
// nothing.
absl::Status Check(const LogitsRules& rules);

class LogitsProcessor {
 public:
  // `rules` have passed Check(). `before` stands before the first new token;
  // `max_new_tokens` is the budget.
  LogitsProcessor(LogitsRules rules, std::vector<std::int64_t> before,
                  std::vector<std::int64_t> end_ids, std::int64_t max_new_tokens);

  // Whether a rule has a say in the token behind `generated` new ones.
  bool Applies(std::size_t generated) const;

  // Changes `scores`, finite numbers with one for each id; a forbidden id gets kForbidden
  // (logits.h). INVALID_ARGUMENT when no id is left.
  absl::Status Process(absl::Span<const std::int64_t> generated, absl::Span<float> scores) const;

 private:
  const LogitsRules rules_;
  const std::vector<std::int64_t> before_;
  const std::vector<std::int64_t> end_ids_;
  const std::int64_t max_new_tokens_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_LOGITS_PROCESSOR_H_
