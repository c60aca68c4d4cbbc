#include "tests/gpu/made_models.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"
#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/import/checkpoint_import.h"

namespace clientele::gpu {
namespace fs = std::filesystem;
namespace {

constexpr char kEncoder[] = "encoder";
constexpr char kGenerator[] = "generator";
constexpr std::int64_t kMadeVocabulary = 8'000;
constexpr std::int64_t kGeneratorVocabulary = 2'000;

std::string EncoderConfig(bool small) {
  return absl::StrCat(R"({"model_type": "bert", "num_hidden_layers": )", small ? 2 : 6,
                      R"(, "hidden_size": )", small ? 64 : 384, R"(, "num_attention_heads": )",
                      small ? 4 : 12, R"(, "intermediate_size": )", small ? 256 : 1536,
                      R"(, "vocab_size": )", kMadeVocabulary, "}");
}

std::string GeneratorConfig(bool small) {
  const int width = small ? 64 : 256;
  return absl::StrCat(
      R"({"model_type": "qwen2", "num_hidden_layers": 4, "num_attention_heads": 4,
          "num_key_value_heads": 2, "max_position_embeddings": 512, "tie_word_embeddings": true,
          "hidden_size": )",
      width, R"(, "intermediate_size": )", 3 * width, R"(, "vocab_size": )", kGeneratorVocabulary,
      "}");
}

absl::Status WriteText(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  return file.flush() ? absl::OkStatus() : absl::InternalError("a file cannot be written");
}

}  // namespace

absl::Status MadeModels::WriteEncoder(int version) {
  if (fs::exists(model_dir() / kEncoder / absl::StrCat(version))) return absl::OkStatus();
  const fs::path config = folder_.Write("encoder.json", EncoderConfig(small_));
  return models::NewModel("bert", config, static_cast<std::uint64_t>(version) * 1000,
                          {.out = model_dir(),
                           .name = kEncoder,
                           .version = absl::StrCat(version),
                           .build = {.pooling = model::v1::POOLING_MEAN},
                           .key = &key_})
      .status();
}

absl::Status MadeModels::WriteEncoder(int version, const torch::jit::Module& module) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const inference::ModelBundle first,
      inference::ModelBundle::Open(model_dir() / kEncoder / "1", key_.public_key()));
  model::v1::Bundle manifest = first.manifest();
  manifest.set_version(absl::StrCat(version));
  manifest.clear_files();
  manifest.clear_golden();
  return inference::WriteBundle({.model_dir = model_dir()}, module, manifest, {},
                                inference::ExampleInputs(manifest, 2, 8), key_)
      .status();
}

absl::StatusOr<std::unique_ptr<EncoderHandle>> MadeModels::ServeEncoder() const {
  CLIENTELE_ASSIGN_OR_RETURN(auto handle,
                             EncoderHandle::Create({.model_dir = model_dir(),
                                                    .name = kEncoder,
                                                    .task = model::v1::TASK_TEXT_ENCODER,
                                                    .public_key = key_.public_key(),
                                                    .runners = inference::TorchScriptRunner::Load,
                                                    .device = device_,
                                                    .refresh_interval = absl::ZeroDuration()}));
  CLIENTELE_RETURN_IF_ERROR(handle->Refresh());
  return handle;
}

void MadeModels::PinEncoder(int version) const {
  std::ofstream(model_dir() / kEncoder / "labels.json")
      << absl::StrCat(R"({"stable": ")", version, R"("})");
}

absl::StatusOr<std::unique_ptr<GeneratorHandle>> MadeModels::ServeGenerator() {
  if (!fs::exists(model_dir() / kGenerator)) {
    const fs::path config = folder_.Write("generator.json", GeneratorConfig(small_));
    CLIENTELE_RETURN_IF_ERROR(
        models::NewModel("qwen2", config, 5,
                         {.out = model_dir(), .name = kGenerator, .version = "1", .key = &key_})
            .status());
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto handle,
                             GeneratorHandle::Create({.model_dir = model_dir(),
                                                      .name = kGenerator,
                                                      .task = model::v1::TASK_TEXT_GENERATOR,
                                                      .public_key = key_.public_key(),
                                                      .runners = inference::TorchScriptRunner::Load,
                                                      .device = device_,
                                                      .refresh_interval = absl::ZeroDuration()}));
  CLIENTELE_RETURN_IF_ERROR(handle->Refresh());
  return handle;
}

std::vector<std::int64_t> MadeModels::Prompt(std::int64_t length, int salt) const {
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < length; ++i) {
    ids.push_back((i * 7919 + std::int64_t{salt} * 104'729 + 17) % kGeneratorVocabulary);
  }
  return ids;
}

at::Tensor MadeModels::Ids(std::int64_t rows, std::int64_t length, std::uint64_t seed) const {
  return at::randint(0, kMadeVocabulary, {rows, length}, at::detail::createCPUGenerator(seed),
                     at::kLong);
}

absl::StatusOr<modeling::BuiltModel> BuildRandom(const std::string& family,
                                                 const std::string& config, std::uint64_t seed) {
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::Family* found, modeling::FindFamily(family));
  const nlohmann::json json = nlohmann::json::parse(config);
  modeling::Config fields(json, "config.json");
  modeling::RandomWeights weights(seed);
  try {
    CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                               found->build(fields, weights, {.pooling = model::v1::POOLING_MEAN}));
    built.module.eval();
    built.manifest.set_name(family);
    built.manifest.set_version("1");
    built.manifest.mutable_golden()->set_tolerance(1e-3);
    return built;
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("a ", family, " cannot be built: ", error.what()));
  }
}

absl::StatusOr<std::shared_ptr<const inference::GeneratorModel>> GeneratorInMemory(
    const modeling::BuiltModel& built, const fs::path& folder, const std::string& device,
    inference::Precision precision) {
  CLIENTELE_ASSIGN_OR_RETURN(
      std::unique_ptr<inference::ModelRunner> runner,
      inference::TorchScriptRunner::FromModule(built.module, built.manifest,
                                               {.device = device, .precision = precision}));
  // What a bundle must have, so that it can be opened: a file, and a golden example.
  model::v1::Bundle manifest = built.manifest;
  model::v1::Golden& golden = *manifest.mutable_golden();
  const std::vector<at::Tensor> inputs = inference::ExampleInputs(manifest, 1, 2);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             runner->Run(inference::PrimaryMethod(manifest.task()), inputs));
  for (const at::Tensor& input : inputs) {
    CLIENTELE_ASSIGN_OR_RETURN(*golden.add_inputs(), inference::ToTensorValue(input));
  }
  for (const at::Tensor& output : outputs) {
    CLIENTELE_ASSIGN_OR_RETURN(*golden.add_outputs(), inference::ToTensorValue(output));
  }
  const std::string content = "the module is in memory";
  model::v1::File& file = *manifest.add_files();
  file.set_path(inference::kModelFile);
  file.set_size(static_cast<std::int64_t>(content.size()));
  file.set_sha256(crypto::Sha256Hex(content));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string json, inference::WriteManifest(manifest));
  const fs::path dir = folder / inference::PrecisionName(precision) / manifest.name() / "1";
  std::error_code error;
  fs::create_directories(dir, error);
  CLIENTELE_RETURN_IF_ERROR(WriteText(dir / inference::kModelFile, content));
  CLIENTELE_RETURN_IF_ERROR(WriteText(dir / inference::kManifestFile, json));
  CLIENTELE_ASSIGN_OR_RETURN(inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(dir));
  return inference::GeneratorModel::Open(
      std::make_shared<const inference::LoadedModel>(std::move(bundle), std::move(runner)));
}

}  // namespace clientele::gpu
