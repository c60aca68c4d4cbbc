#ifndef CLIENTELE_TESTS_UNIT_INFERENCE_TINY_GENERATOR_H_
#define CLIENTELE_TESTS_UNIT_INFERENCE_TINY_GENERATOR_H_

// Text generators of a few numbers that keep the contract of TEXT_GENERATOR, and the same
// answers computed without a cache.
//
// Position p of a sequence holds the key (id + 1) x (p + 1) and the value id + 2, the keys
// read back from the first layer and head, the values from the last. With `total` the sum
// of all keys and values, and for an encoder-decoder 31 times that of its source beside
// it, z(v) = (5 v + total) mod V and
//   logit(v) = -0.02 x z(v) x (3 + total mod 5).
// All sums are of small integers, so that logits are equal to the bit whatever the batch.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/generator_contract.h"
#include "common/inference/generation/decoding.h"
#include "common/inference/generation/generator_model.h"
#include "common/inference/model_runner.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::inference::testing {

inline constexpr std::int64_t kVocabulary = 23;
inline constexpr std::int64_t kGeneratorPositions = 64;
inline constexpr std::int64_t kEndId = 4;
inline constexpr std::int64_t kStartId = 1;
inline constexpr std::int64_t kLayers = 2;
inline constexpr std::int64_t kHeads = 2;
inline constexpr std::int64_t kWidth = 3;
// Of one row at one position.
inline constexpr std::int64_t kPositionBytes = kLayers * 2 * kHeads * kWidth * 4;

torch::jit::Module TinyGenerator(GeneratorKind kind);
// The same with methods of your own.
torch::jit::Module TinyGeneratorOf(const std::string& source);
// Its source, to break.
std::string TinyGeneratorSource(GeneratorKind kind);
model::v1::Bundle TinyGeneratorManifest(GeneratorKind kind, const std::string& version = "1");

// Logits behind `sequence`: a prompt and what was generated, or the start token and what
// was generated behind `source`.
std::vector<float> ExpectedLogits(const std::vector<std::int64_t>& sequence,
                                  const std::vector<std::int64_t>& source = {});
// What a request gets, computed alone and anew for every token.
std::vector<std::int64_t> ExpectedTokens(GeneratorKind kind,
                                         const std::vector<std::int64_t>& prompt,
                                         const DecodingOptions& options,
                                         const std::vector<std::int64_t>& end_ids = {kEndId});

// A call of the model.
struct ModelCall {
  std::string method;
  std::int64_t rows = 0;
  std::int64_t length = 0;  // of the prompts, or of the cache that a step sees
  // Of a step: where its cache lies, and whether one layer of it is a batch of rows x heads
  // matrices of one stride, which a matrix product takes as it is.
  const void* cache = nullptr;
  bool one_stride = false;
};

// Watches and disturbs the calls of a model. Outlives it. Not thread-safe.
struct ModelProbe {
  std::vector<ModelCall> calls;
  // Called before each; an error is the call's answer.
  std::function<absl::Status(const ModelCall&)> before = nullptr;
  // Called after each, to change its outputs.
  std::function<void(const ModelCall&, std::vector<at::Tensor>&)> after = nullptr;

  std::size_t Count(const std::string& method) const;
};

// A loaded version, as a handle would give it. `probe` may be null.
std::shared_ptr<const GeneratorModel> LoadTinyGenerator(GeneratorKind kind, ModelProbe* probe,
                                                        const std::string& version = "1",
                                                        std::int64_t max_batch_rows = 64);

}  // namespace clientele::inference::testing

#endif  // CLIENTELE_TESTS_UNIT_INFERENCE_TINY_GENERATOR_H_
