#include "services/qa-service/training/generator/generator_training.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/crypto/digest.h"
#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/stored_weights.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/teacher_forcing.h"
#include "services/qa-service/training/held_out_groups.h"
#include "services/qa-service/training/module_tuning.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kExamplesAtOnce = 16;

absl::StatusOr<std::vector<ForcedExample>> EncodeAll(const ForcedTokenizer& tokenizer,
                                                     absl::Span<const GenerationExample> examples,
                                                     const GeneratorTrainingOptions& options) {
  std::vector<ForcedExample> forced;
  forced.reserve(examples.size());
  for (const GenerationExample& example : examples) {
    auto encoded = tokenizer.Encode(example, options.max_source, options.max_target);
    if (!encoded.ok()) {
      return InvalidField(absl::StrCat("example ", forced.size() + 1), encoded.status().message());
    }
    forced.push_back(*std::move(encoded));
  }
  return forced;
}

at::Tensor LossOf(const torch::jit::Module& module, std::int64_t start_id,
                  absl::Span<const ForcedExample* const> examples) {
  const ForcedBatch batch = PadForced(examples, start_id);
  const at::Tensor logits =
      module.get_method("reference")({batch.source, batch.source_mask, batch.decoder_inputs})
          .toTensor();
  return TargetLoss(logits, batch.targets);
}

// Over the tokens of all examples, those of similar length side by side.
double MeanTokenLoss(const torch::jit::Module& module, std::int64_t start_id,
                     std::vector<const ForcedExample*> examples) {
  std::stable_sort(
      examples.begin(), examples.end(),
      [](const ForcedExample* a, const ForcedExample* b) { return a->length() < b->length(); });
  double sum = 0;
  double tokens = 0;
  for (std::size_t begin = 0; begin < examples.size(); begin += kExamplesAtOnce) {
    const std::size_t count = std::min(kExamplesAtOnce, examples.size() - begin);
    const auto batch = absl::MakeConstSpan(examples).subspan(begin, count);
    double own = 0;
    for (const ForcedExample* example : batch) own += static_cast<double>(example->target.size());
    sum += own * LossOf(module, start_id, batch).item<double>();
    tokens += own;
  }
  return tokens > 0 ? sum / tokens : 0;
}

class GeneratorTraining {
 public:
  GeneratorTraining(const inference::LoadedModel& begun,
                    absl::Span<const GenerationExample> examples,
                    const GeneratorBundleOptions& bundle)
      : begun_(begun), examples_(examples), bundle_(bundle), options_(bundle.training) {}

  absl::StatusOr<PublishedGenerator> Run() {
    if (examples_.empty()) return InvalidField("examples", "must be one or more");
    CLIENTELE_ASSIGN_OR_RETURN(const ForcedTokenizer tokenizer, ForcedTokenizer::Create(begun_));
    CLIENTELE_ASSIGN_OR_RETURN(torch::jit::Module module, LoadBundleModule(begun_));
    if (!module.find_method("reference").has_value()) {
      return InvalidField("generator", absl::StrCat(begun_.id(), " is not of the T5 family"));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<ForcedExample> forced,
                               EncodeAll(tokenizer, examples_, options_));
    Split(forced);
    std::vector<std::int64_t> lengths;
    lengths.reserve(learned_.size());
    for (const ForcedExample* example : learned_) lengths.push_back(example->length());
    TuningCallbacks callbacks;
    callbacks.loss = [&](absl::Span<const std::size_t> batch,
                         std::mt19937_64&) -> absl::StatusOr<at::Tensor> {
      std::vector<const ForcedExample*> chosen;
      chosen.reserve(batch.size());
      for (const std::size_t i : batch) chosen.push_back(learned_[i]);
      return LossOf(module, tokenizer.start_id(), chosen);
    };
    if (!held_out_.empty()) {
      callbacks.validate = [&]() -> absl::StatusOr<double> {
        return MeanTokenLoss(module, tokenizer.start_id(), held_out_);
      };
    }
    CLIENTELE_RETURN_IF_ERROR(
        TuneModule(module,
                   {{.tensors = FloatTensors(module), .learning_rate = options_.learning_rate}},
                   lengths, callbacks, Tuning())
            .status());
    PublishedGenerator published = {.examples = learned_.size()};
    if (!held_out_.empty()) {
      const at::NoGradGuard no_grad;
      published.metrics["loss"] = MeanTokenLoss(module, tokenizer.start_id(), held_out_);
      published.metrics["held_out_examples"] = static_cast<double>(held_out_.size());
    }
    CLIENTELE_ASSIGN_OR_RETURN(published.folder, Write(module, published));
    return published;
  }

 private:
  void Split(const std::vector<ForcedExample>& forced) {
    std::vector<std::string> passages;
    passages.reserve(examples_.size());
    for (const GenerationExample& example : examples_) passages.push_back(example.passage);
    const std::vector<char> held_out = HoldOutGroups(passages, options_.held_out, options_.seed);
    for (std::size_t i = 0; i < forced.size(); ++i) {
      (held_out[i] != 0 ? held_out_ : learned_).push_back(&forced[i]);
    }
    if (options_.progress) {
      options_.progress(absl::StrFormat("%d examples to learn from, %d held out", learned_.size(),
                                        held_out_.size()));
    }
  }

  TuningOptions Tuning() const {
    std::string facts = absl::StrFormat("%d %d %g %d ", options_.seed, options_.epochs,
                                        options_.learning_rate, options_.batch_examples);
    absl::StrAppend(&facts, begun_.id());
    for (const ForcedExample* example : learned_) {
      for (const auto* ids : {&example->source, &example->target}) {
        absl::StrAppend(&facts, ";");
        for (const std::int64_t id : *ids) absl::StrAppend(&facts, ",", id);
      }
    }
    TuningOptions tuning = {.seed = options_.seed,
                            .epochs = options_.epochs,
                            .batch_examples = options_.batch_examples,
                            .checkpoints = options_.checkpoints,
                            .fingerprint = crypto::Sha256Hex(facts)};
    tuning.early_stopping.direction = training::Direction::kLowerIsBetter;
    tuning.progress = options_.progress;
    return tuning;
  }

  absl::StatusOr<std::filesystem::path> Write(const torch::jit::Module& module,
                                              const PublishedGenerator& published) const {
    model::v1::Bundle manifest = begun_.manifest();
    manifest.clear_files();
    manifest.clear_golden();
    manifest.clear_metrics();
    manifest.clear_create_time();
    manifest.set_name(bundle_.name);
    manifest.set_version(bundle_.version);
    manifest.set_description(bundle_.description.empty()
                                 ? absl::StrCat("Trained from ", begun_.id(), " on answers")
                                 : bundle_.description);
    manifest.set_source("clientele-models train generator");
    if (!bundle_.license.empty()) manifest.set_license(bundle_.license);
    for (const auto& [name, value] : published.metrics) {
      (*manifest.mutable_metrics())[name] = value;
    }
    const auto stored = manifest.settings().find(inference::kStoredWeightsSetting);
    const bool as_half =
        stored != manifest.settings().end() && stored->second == inference::kStoredAsHalf;
    CLIENTELE_ASSIGN_OR_RETURN(const auto files, TokenizerFilesOf(begun_));
    const torch::jit::Module written = as_half ? inference::StoreAsHalf(module) : module;
    const std::vector<at::Tensor> golden =
        inference::ExampleInputs(manifest, /*rows=*/2, /*length=*/8);
    const inference::BundleWriterOptions writer = {.model_dir = bundle_.out};
    return bundle_.key != nullptr
               ? inference::WriteBundle(writer, written, manifest, files, golden, *bundle_.key)
               : inference::WriteUnsignedBundle(writer, written, manifest, files, golden);
  }

  const inference::LoadedModel& begun_;
  const absl::Span<const GenerationExample> examples_;
  const GeneratorBundleOptions& bundle_;
  const GeneratorTrainingOptions& options_;
  std::vector<const ForcedExample*> learned_;
  std::vector<const ForcedExample*> held_out_;
};

}  // namespace

absl::StatusOr<PublishedGenerator> TrainGeneratorBundle(
    const inference::LoadedModel& begun, absl::Span<const GenerationExample> examples,
    const GeneratorBundleOptions& options) {
  try {
    return GeneratorTraining(begun, examples, options).Run();
  } catch (const std::exception&) {
    return absl::InternalError("the generator's tensor operations failed");
  }
}

absl::StatusOr<double> GenerationLoss(const inference::LoadedModel& model,
                                      absl::Span<const GenerationExample> examples,
                                      const GeneratorTrainingOptions& limits) {
  try {
    const at::NoGradGuard no_grad;
    CLIENTELE_ASSIGN_OR_RETURN(const ForcedTokenizer tokenizer, ForcedTokenizer::Create(model));
    CLIENTELE_ASSIGN_OR_RETURN(const torch::jit::Module module, LoadBundleModule(model));
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<ForcedExample> forced,
                               EncodeAll(tokenizer, examples, limits));
    std::vector<const ForcedExample*> all;
    all.reserve(forced.size());
    for (const ForcedExample& example : forced) all.push_back(&example);
    return MeanTokenLoss(module, tokenizer.start_id(), std::move(all));
  } catch (const std::exception&) {
    return absl::InternalError("the generator's tensor operations failed");
  }
}

}  // namespace clientele::qa
