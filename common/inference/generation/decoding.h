#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_DECODING_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_DECODING_H_

// How one request turns logits into tokens: greedily, by sampling, or with beams. The
// engine asks for rows and hands over their logits; it knows nothing else of the method.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto decoding, MakeDecoding({.max_new_tokens = 64}, end_ids));
//   std::vector<absl::Span<const float>> rows = {prompt_logits};
//   while (true) {
//     CLIENTELE_ASSIGN_OR_RETURN(const auto next, decoding->Advance(rows));
//     if (next.empty()) break;                       // decoding->tokens() is the answer
//     rows = RunModel(next);                         // one row for each continuation
//   }
//
// A Decoding belongs to one request; not thread-safe. No torch here.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/generation/logits_processor.h"
#include "common/inference/generation/sampling.h"

namespace clientele::inference {

enum class FinishReason {
  kStop,    // the model gave an end token, the last one of the result
  kLength,  // the budget of tokens is spent
};

// A row to continue with: `token` is fed to a copy of row `parent` of the call before.
struct Continuation {
  std::size_t parent = 0;
  std::int64_t token = 0;
};

class Decoding {
 public:
  virtual ~Decoding() = default;

  // Most rows that it has at one time; at least 1.
  virtual std::size_t max_rows() const = 0;
  // Most tokens that it generates; at least 1.
  virtual std::int64_t max_tokens() const = 0;

  // Takes the logits of its rows in the order in which it asked for them; the first call
  // has the prompt's one row. Returns the rows to continue with, at most max_rows(), or none
  // when it is finished and must not be called again. INTERNAL when the logits are not
  // finite, INVALID_ARGUMENT when they do not suit the method or its rules.
  virtual absl::StatusOr<std::vector<Continuation>> Advance(
      absl::Span<const absl::Span<const float>> rows) = 0;

  // Generated tokens that no later call changes: all so far, or with beams none before the
  // end. Without the prompt; with the end token.
  virtual const std::vector<std::int64_t>& tokens() const = 0;
  // After the end only.
  virtual FinishReason finish_reason() const = 0;
};

// The most probable token each time.
struct Greedy {};

enum class EarlyStopping {
  kHeuristic,  // when the best running beam, at its present length, cannot win any more
  kFirst,      // as soon as there are as many finished sequences as beams
  kNever,      // when no running beam can win at any length
};

// See beam_search.h.
struct BeamSearchOptions {
  // 1 to 64.
  std::int64_t beams = 4;
  // A finished sequence's score is its log-probability / length^length_penalty: above 0
  // favours long ones, below 0 short ones.
  double length_penalty = 1.0;
  EarlyStopping early_stopping = EarlyStopping::kHeuristic;
};

struct DecodingOptions {
  std::variant<Greedy, SamplingOptions, BeamSearchOptions> method = Greedy{};
  // The budget, the end token included; at least 1.
  std::int64_t max_new_tokens = 64;
  LogitsRules rules = {};
};

// `end_ids` end a sequence; none: only the budget does. `before` stands before the first new
// token, for the rules that look back: the prompt of a decoder, the start token of an
// encoder-decoder. INVALID_ARGUMENT names the first option out of range.
absl::StatusOr<std::unique_ptr<Decoding>> MakeDecoding(const DecodingOptions& options,
                                                       std::vector<std::int64_t> end_ids,
                                                       std::vector<std::int64_t> before = {});

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_DECODING_H_
