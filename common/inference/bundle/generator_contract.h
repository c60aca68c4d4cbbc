#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_GENERATOR_CONTRACT_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_GENERATOR_CONTRACT_H_

// What a TEXT_GENERATOR's manifest says of its tensors and tokens: the contract of
// deploy/models/CONTRACTS.md in numbers.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const GeneratorContract contract,
//                              ReadGeneratorContract(model->manifest()));
//
// Pure functions, thread-safe. No torch here.

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

namespace clientele::inference {

enum class GeneratorKind {
  kDecoder,         // prompt and answer are one sequence
  kEncoderDecoder,  // the prompt is encoded; the answer begins with a start token
};

struct GeneratorContract {
  GeneratorKind kind = GeneratorKind::kDecoder;
  // A sequence ends with any of these; may be empty.
  std::vector<std::int64_t> end_ids;
  // Fills rows that are shorter than their batch.
  std::int64_t pad_id = 0;
  // The decoder's first token, of an encoder-decoder.
  std::int64_t start_id = 0;
  // Ids are in [0, vocabulary).
  std::int64_t vocabulary = 0;
  // Of the cache [layers, 2, B, heads, S, width].
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t width = 0;
  // Positions of one sequence, and of one source.
  std::int64_t max_tokens = 0;
  // Rows of one call; 0: no bound.
  std::int64_t max_batch_rows = 0;

  // Of one row at one position: float32 keys and values of every layer. The same for a
  // position of the source.
  std::int64_t bytes_per_position() const { return layers * 2 * heads * width * 4; }
};

// INVALID_ARGUMENT names the first field of the manifest that breaks the contract: shapes
// of inputs and outputs, limits.max_tokens, settings.
absl::StatusOr<GeneratorContract> ReadGeneratorContract(const model::v1::Bundle& manifest);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_GENERATOR_CONTRACT_H_
