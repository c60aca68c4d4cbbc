#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_TRAINING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_TRAINING_H_

// Questions, passages and answers to a TEXT_GENERATOR bundle of the T5 family, by teacher forcing.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto begun, OpenTextBundle(folder,
//                                                               model::v1::TASK_TEXT_GENERATOR));
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const PublishedGenerator published,
//       TrainGeneratorBundle(*begun, examples, {.out = "models", .name = "generator"}));
//
// Whole passages with their questions are held out, and end the training when their loss gets no
// lower.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/crypto/signing.h"
#include "common/inference/versions/loaded_model.h"
#include "services/qa-service/training/generator/generation_example.h"

namespace clientele::qa {

struct GeneratorTrainingOptions {
  std::uint64_t seed = 1;
  int epochs = 6;  // at most
  double held_out = 0.1;
  std::size_t max_source = 320;  // tokens
  std::size_t max_target = 160;
  std::size_t batch_examples = 8;
  double learning_rate = 1e-3;
  std::filesystem::path checkpoints = {};  // empty: none
  std::function<void(absl::string_view)> progress = {};
};

struct GeneratorBundleOptions {
  std::filesystem::path out;  // <out>/<name>/<version> is made
  std::string name;
  std::string version;
  std::string license = {};
  std::string description = {};             // empty: what it was trained from
  const crypto::SigningKey* key = nullptr;  // null: unsigned
  GeneratorTrainingOptions training = {};
};

struct PublishedGenerator {
  std::filesystem::path folder = {};
  std::size_t examples = 0;  // that were learned from
  // `loss` of a held-out token and `held_out_examples`. Empty where all examples are of one
  // passage.
  std::map<std::string, double> metrics = {};
};

// Goes on with the weights of `begun`, a TEXT_GENERATOR. Errors of ForcedTokenizer, TuneModule and
// WriteBundle; INVALID_ARGUMENT for no examples and for text that is not UTF-8.
absl::StatusOr<PublishedGenerator> TrainGeneratorBundle(
    const inference::LoadedModel& begun, absl::Span<const GenerationExample> examples,
    const GeneratorBundleOptions& options);

// The mean loss of the examples' target tokens. The same errors.
absl::StatusOr<double> GenerationLoss(const inference::LoadedModel& model,
                                      absl::Span<const GenerationExample> examples,
                                      const GeneratorTrainingOptions& limits = {});

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_TRAINING_H_
