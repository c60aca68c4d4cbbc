#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_PAIR_MODULE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_PAIR_MODULE_H_

// A module that reads a question and a passage together, made of a text encoder of the BERT family.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       PairModule pair, MakePairModule(*encoder, TokenRarities(rows, vocabulary)));
//   pair.module.register_buffer(...);
//   pair.module.define(head_source);   // forward(ids, mask, segments), by states() and overlap()
//
// The encoder's layers see each token's part in a kind of segment: question or passage, whether the
// token stands in both, and how much of the question stands around it. That is what a pretrained
// cross-encoder finds by itself and a small one needs to be given (the exact-match feature of Chen
// et al., Reading Wikipedia to answer open-domain questions, ACL 2017, and the sliding window of
// Richardson et al., MCTest, EMNLP 2013). Everything is computed inside the module: a service gives
// ids, mask and segments as to any other.
//
// Methods of the module, with B rows of T tokens, W the encoder's width:
//   overlap(ids, mask, segments) -> float [B, T, kOverlapFeatures]
//   states(ids, mask, segments, overlap) -> float [B, T, W]
//
// overlap is, for a token of the passage (zeros for others): 1 where the question has it; its
// weight there as a share of the question's; the question's share within 4, 12 and 32 tokens
// around; the share within 12 as a part of the row's largest; whether the question has the token
// before, and the one after; and the shares within the 4 tokens before, and after. Weights are the
// tokens' rarities.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/inference/versions/loaded_model.h"
#include "common/text/tokenizer/tokenizer.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

inline constexpr std::int64_t kOverlapFeatures = 10;

struct PairModule {
  torch::jit::Module module;  // its own copy of the encoder is `encoder`
  std::int64_t width = 0;
  // Tokens of a row that the encoder has positions for.
  std::int64_t max_tokens = 0;
};

// float32 [vocabulary]: ln((n + 1) / (df + 1)) of each token, df being in how many of the n texts
// it is; a token of no text is as rare as can be. The tokens of `special` weigh nothing. Pure.
at::Tensor TokenRarities(absl::Span<const std::vector<std::int64_t>> texts,
                         absl::Span<const std::int64_t> special, std::int64_t vocabulary);

// The same by the model's own tokenizer and vocabulary, its special tokens weighing nothing.
at::Tensor TokenRaritiesOf(const inference::LoadedModel& model,
                           absl::Span<const std::vector<std::int64_t>> texts);

// The beginning of a text that has at most so many tokens. INVALID_ARGUMENT for text that is not
// UTF-8.
absl::StatusOr<std::string> CutToTokens(const text::Tokenizer& tokenizer, absl::string_view text,
                                        std::size_t max_tokens);

// INVALID_ARGUMENT for an encoder that is not of the BERT family.
absl::StatusOr<PairModule> MakePairModule(const EncoderBundle& encoder, const at::Tensor& rarities);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_PAIR_MODULE_H_
