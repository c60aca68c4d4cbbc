#include "tests/bench/models/bench_models.h"

#include <exception>
#include <set>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/import/checkpoint_import.h"

namespace clientele::bench {
namespace fs = std::filesystem;
namespace {

constexpr char kSpecialTokens[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
constexpr std::int64_t kSpecialTokenCount = 5;

std::string EncoderConfig(const char* epsilon) {
  return absl::StrCat(R"({"model_type": "bert", "hidden_size": )", kWidth,
                      R"(, "num_hidden_layers": )", kLayers,
                      R"(, "num_attention_heads": 12, "intermediate_size": )", kInner,
                      R"(, "vocab_size": )", kVocabulary, R"(, "layer_norm_eps": )", epsilon, "}");
}

}  // namespace

absl::StatusOr<fs::path> BenchModels::New(const std::string& architecture, const std::string& name,
                                          const std::string& config) {
  const fs::path file = folder_.Write(name + ".json", config);
  return models::NewModel(architecture, file, 7,
                          {.out = folder_.path() / "models",
                           .name = name,
                           .version = "1",
                           .build = {.pooling = model::v1::POOLING_MEAN},
                           .key = &key_});
}

absl::StatusOr<fs::path> BenchModels::Encoder() {
  const fs::path made = folder_.path() / "models" / "encoder" / "2";
  if (fs::exists(made)) return made;
  CLIENTELE_ASSIGN_OR_RETURN(const fs::path plain, New("bert", "encoder", EncoderConfig("1e-12")));
  // The same with a tokenizer.
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::Open(plain, key_.public_key()));
  model::v1::Bundle manifest = bundle.manifest();
  manifest.set_version("2");
  manifest.clear_files();
  manifest.clear_golden();
  manifest.mutable_tokenizer()->mutable_files()->set_folder("tokenizer");
  std::string vocabulary = kSpecialTokens;
  for (std::int64_t i = 0; i < Words(); ++i) absl::StrAppend(&vocabulary, Word(i), "\n");
  try {
    const torch::jit::Module module = torch::jit::load((plain / "model.pt").string());
    return inference::WriteBundle({.model_dir = folder_.path() / "models"}, module, manifest,
                                  {{.path = "tokenizer/vocab.txt", .content = vocabulary}},
                                  inference::ExampleInputs(manifest, 2, 8), key_);
  } catch (const std::exception&) {
    return absl::InternalError("the encoder's module cannot be loaded");
  }
}

absl::StatusOr<fs::path> BenchModels::LoudEncoder() {
  return New("bert", "loud", EncoderConfig("1.0"));
}

absl::StatusOr<fs::path> BenchModels::Generator() {
  const fs::path made = folder_.path() / "models" / "generator" / "1";
  if (fs::exists(made)) return made;
  return New("gpt2", "generator",
             absl::StrCat(R"({"model_type": "gpt2", "n_layer": )", kLayers, R"(, "n_embd": )",
                          kWidth, R"(, "n_head": 12, "n_positions": 512, "vocab_size": )",
                          kGeneratorVocabulary, "}"));
}

template <typename Servable>
absl::StatusOr<std::unique_ptr<inference::ModelHandle<Servable>>> BenchModels::Serve(
    const std::string& name, model::v1::Task task) {
  using Handle = inference::ModelHandle<Servable>;
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<Handle> handle,
                             Handle::Create({.model_dir = folder_.path() / "models",
                                             .name = name,
                                             .task = task,
                                             .public_key = key_.public_key(),
                                             .runners = inference::TorchScriptRunner::Load,
                                             .refresh_interval = absl::ZeroDuration()}));
  CLIENTELE_RETURN_IF_ERROR(handle->Refresh());
  return handle;
}

absl::StatusOr<std::unique_ptr<inference::ModelHandle<inference::TextEncoderModel>>>
BenchModels::ServeEncoder() {
  CLIENTELE_RETURN_IF_ERROR(Encoder().status());
  return Serve<inference::TextEncoderModel>("encoder", model::v1::TASK_TEXT_ENCODER);
}

absl::StatusOr<std::unique_ptr<inference::ModelHandle<inference::GeneratorModel>>>
BenchModels::ServeGenerator() {
  CLIENTELE_RETURN_IF_ERROR(Generator().status());
  return Serve<inference::GeneratorModel>("generator", model::v1::TASK_TEXT_GENERATOR);
}

std::string Word(std::int64_t index) { return absl::StrCat("w", index); }

std::int64_t Words() { return kVocabulary - kSpecialTokenCount; }

absl::StatusOr<std::int64_t> WeightBytes(const fs::path& bundle) {
  try {
    const torch::jit::Module module = torch::jit::load((bundle / "model.pt").string());
    std::set<const void*> seen;
    std::int64_t bytes = 0;
    for (const at::Tensor& tensor : module.buffers()) {
      if (seen.insert(tensor.data_ptr()).second) {
        bytes += static_cast<std::int64_t>(tensor.nbytes());
      }
    }
    return bytes;
  } catch (const std::exception&) {
    return absl::InternalError("a module cannot be loaded");
  }
}

double EncoderOperations(std::int64_t rows, std::int64_t length) {
  const double linear = 4.0 * kWidth * kWidth + 2.0 * kWidth * kInner;
  const double attention = 2.0 * static_cast<double>(length) * kWidth;
  return 2.0 * kLayers * static_cast<double>(rows * length) * (linear + attention);
}

std::int64_t StepWeightBytes() {
  const std::int64_t layer = 4 * kWidth * kWidth + 2 * kWidth * (4 * kWidth);
  return static_cast<std::int64_t>(sizeof(float)) *
         (kLayers * layer + kGeneratorVocabulary * kWidth);
}

at::Tensor RandomIds(std::int64_t rows, std::int64_t length, std::uint64_t seed) {
  return at::randint(kSpecialTokenCount, kVocabulary, {rows, length},
                     at::detail::createCPUGenerator(seed), at::kLong);
}

}  // namespace clientele::bench
