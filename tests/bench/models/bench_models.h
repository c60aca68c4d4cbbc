#ifndef CLIENTELE_TESTS_BENCH_MODELS_BENCH_MODELS_H_
#define CLIENTELE_TESTS_BENCH_MODELS_BENCH_MODELS_H_

// The models that are measured, with random weights, in a temporary folder.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"
#include "common/inference/generation/generator_model.h"
#include "common/inference/tasks/text_encoder.h"
#include "common/inference/versions/model_handle.h"
#include "tests/support/temporary_folder.h"

namespace clientele::bench {

// The encoder: BERT of MiniLM's size.
inline constexpr std::int64_t kVocabulary = 30'522;
inline constexpr std::int64_t kWidth = 384;
inline constexpr std::int64_t kLayers = 6;
inline constexpr std::int64_t kInner = 1536;
// The generator: GPT-2 of the same size.
inline constexpr std::int64_t kGeneratorVocabulary = 8'000;

class BenchModels {
 public:
  BenchModels() : key_(crypto::SigningKey::Generate()) {}

  // The signed bundle's folder. Made when first asked for. The encoder has a WordPiece
  // tokenizer whose words are w0, w1, ..., each one token.
  absl::StatusOr<std::filesystem::path> Encoder();
  absl::StatusOr<std::filesystem::path> Generator();

  absl::StatusOr<std::unique_ptr<inference::ModelHandle<inference::TextEncoderModel>>>
  ServeEncoder();
  absl::StatusOr<std::unique_ptr<inference::ModelHandle<inference::GeneratorModel>>>
  ServeGenerator();

  // A BERT whose layer norms let magnitudes pass (epsilon 1), so that tokens with a large
  // embedding have large activations in every layer.
  absl::StatusOr<std::filesystem::path> LoudEncoder();

 private:
  absl::StatusOr<std::filesystem::path> New(const std::string& architecture,
                                            const std::string& name, const std::string& config);
  template <typename Servable>
  absl::StatusOr<std::unique_ptr<inference::ModelHandle<Servable>>> Serve(const std::string& name,
                                                                          model::v1::Task task);

  testing::TemporaryFolder folder_;
  crypto::SigningKey key_;
};

// A word of the encoder's tokenizer.
std::string Word(std::int64_t index);
// How many there are.
std::int64_t Words();

// Bytes of the weights of a TorchScript file, each tensor once.
absl::StatusOr<std::int64_t> WeightBytes(const std::filesystem::path& bundle);

// Floating-point operations of the encoder's matrix products for [rows, length] tokens.
double EncoderOperations(std::int64_t rows, std::int64_t length);
// Bytes of weights that one step of the generator reads.
std::int64_t StepWeightBytes();

// Random ids of the encoder, [rows, length].
at::Tensor RandomIds(std::int64_t rows, std::int64_t length, std::uint64_t seed);

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_MODELS_BENCH_MODELS_H_
