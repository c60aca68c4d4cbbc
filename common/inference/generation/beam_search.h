#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_BEAM_SEARCH_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_BEAM_SEARCH_H_

// Beam search of one request, token for token that of transformers 5
// (`generate(num_beams=n, do_sample=False)`).
//
// With n beams and e end ids, each step, for a sequence of t generated tokens:
//  1. s(b, v) = score(b) + rules(log softmax(logits(b)))[v], in float32, with the rules of
//     logits_processor.h. Before the first step beam 0 has score 0 and the others -1e9, all on
//     the prompt's row.
//  2. The best max(2, 1 + e) x n pairs (b, v) are the candidates; of equal scores the lower
//     beam comes first, then the lower id.
//  3. A candidate ends when v is an end id, or t + 1 is the budget. The best n that do not
//     end run on.
//  4. A candidate that ends enters the n finished sequences, ordered by
//     s / (t + 1)^length_penalty, if it is one of the first n candidates.
//  5. It is over when every candidate ended; when all n finished (kFirst); or when n have
//     finished and score(best running) / length^length_penalty is not above the worst of
//     them, with `length` that of the running beam (the budget with kNever and a positive
//     penalty).
// The answer is the best finished sequence.
//
// Source: the algorithm of Graves 2012 and Sutskever et al. 2014 (arXiv:1409.3215), with
// the length penalty of Wu et al. 2016 (arXiv:1609.08144) in the reference's simpler form.

#include <cstdint>
#include <vector>

#include "common/inference/generation/decoding.h"
#include "common/inference/generation/logits_processor.h"

namespace clientele::inference {

class BeamSearch final : public Decoding {
 public:
  // `options` and budget are in range: use MakeDecoding().
  BeamSearch(const BeamSearchOptions& options, LogitsProcessor processor, std::int64_t max_tokens,
             std::vector<std::int64_t> end_ids);

  std::size_t max_rows() const override { return beams_; }
  std::int64_t max_tokens() const override { return max_tokens_; }

  // INVALID_ARGUMENT too when the vocabulary has fewer than max(2, 1 + e) ids.
  absl::StatusOr<std::vector<Continuation>> Advance(
      absl::Span<const absl::Span<const float>> rows) override;

  const std::vector<std::int64_t>& tokens() const override { return tokens_; }
  FinishReason finish_reason() const override { return finish_; }

 private:
  struct Beam {
    std::vector<std::int64_t> tokens;
    float score = 0;
    bool finished = false;
  };
  struct Candidate {
    std::size_t beam = 0;
    std::int64_t token = 0;
    float score = 0;
    bool ends = false;
  };

  absl::StatusOr<std::vector<Candidate>> BestCandidates(
      absl::Span<const absl::Span<const float>> rows) const;
  void UpdateFinished(const std::vector<Candidate>& candidates);
  bool CanImprove() const;
  bool IsEnd(std::int64_t token) const;
  float LengthFactor(std::int64_t length) const;

  const std::size_t beams_;
  const double length_penalty_;
  const EarlyStopping early_stopping_;
  const LogitsProcessor processor_;
  const std::int64_t max_tokens_;
  const std::vector<std::int64_t> end_ids_;

  std::int64_t generated_ = 0;
  std::vector<Beam> running_;   // best first
  std::vector<Beam> finished_;  // best first; places without a sequence score -1e9
  std::vector<std::int64_t> tokens_;
  FinishReason finish_ = FinishReason::kLength;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_BEAM_SEARCH_H_
