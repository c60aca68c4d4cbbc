#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_TOKENIZER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_TOKENIZER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/qa-service/training/generator/generation_example.h"

namespace clientele::qa {

// What a new generator reads and writes with.
struct GeneratorTokenizer {
  inference::BundleFile file;   // of the bundle's folder of the tokenizer
  std::int64_t vocabulary = 0;  // ids are below
};

// Learned from all texts of the examples (common/text/tokenizer/unigram_training.h), of at most
// `vocabulary` tokens. The same examples give the same tokenizer. INVALID_ARGUMENT names the
// example whose text is not UTF-8; the errors of UnigramTrainer.
absl::StatusOr<GeneratorTokenizer> LearnTokenizer(absl::Span<const GenerationExample> examples,
                                                  std::size_t vocabulary);

// The bundle's folder that holds it.
inline constexpr char kGeneratorTokenizerFolder[] = "tokenizer";

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_TOKENIZER_H_
