#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_TEACHER_FORCING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_TEACHER_FORCING_H_

// The loss of an encoder-decoder that is given the right answer up to each token.
//
//   const ForcedBatch batch = PadForced(examples, start_id);
//   at::Tensor loss = TargetLoss(module.get_method("reference")(
//       {batch.source, batch.source_mask, batch.decoder_inputs}).toTensor(), batch.targets);

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/versions/loaded_model.h"
#include "services/qa-service/training/generator/generation_example.h"

namespace clientele::qa {

struct ForcedExample {
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> target;  // its end token is the last

  std::int64_t length() const { return static_cast<std::int64_t>(source.size() + target.size()); }
};

// Tokenizes prompts and answers of a TEXT_GENERATOR that is an encoder-decoder.
class ForcedTokenizer {
 public:
  // FAILED_PRECONDITION without a trained tokenizer, INVALID_ARGUMENT for another kind of generator
  // or one without an end token.
  static absl::StatusOr<ForcedTokenizer> Create(const inference::LoadedModel& model);

  // Both cut to so many tokens. INVALID_ARGUMENT for text that is not UTF-8.
  absl::StatusOr<ForcedExample> Encode(const GenerationExample& example, std::size_t max_source,
                                       std::size_t max_target) const;

  std::int64_t start_id() const { return start_id_; }

 private:
  explicit ForcedTokenizer(const inference::LoadedModel& model) : model_(&model) {}

  const inference::LoadedModel* model_;
  std::int64_t start_id_ = 0;
  std::int64_t end_id_ = 0;
};

// int64; S is the longest source and T the longest target.
struct ForcedBatch {
  at::Tensor source;          // [B, S], zeros behind a row's end
  at::Tensor source_mask;     // [B, S]
  at::Tensor decoder_inputs;  // [B, T]: the start token, then the target but for its last
  at::Tensor targets;         // [B, T], -1 behind a row's end
};
ForcedBatch PadForced(absl::Span<const ForcedExample* const> examples, std::int64_t start_id);

// Mean cross entropy of the targets' tokens: `logits` [B, T, V], `targets` [B, T] with -1 for none.
at::Tensor TargetLoss(const at::Tensor& logits, const at::Tensor& targets);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_TEACHER_FORCING_H_
