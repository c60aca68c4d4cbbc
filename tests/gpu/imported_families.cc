// Families that are imported: published formats, and architectures with random weights.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/status/status_macros.h"
#include "tests/gpu/families.h"
#include "tools/clientele-models/import/checkpoint_import.h"
#include "tools/clientele-models/import/onnx_yolox_import.h"
#include "tools/clientele-models/import/use_lite_import.h"
#include "tools/clientele-models/run/run_inputs.h"

namespace clientele::gpu {
namespace fs = std::filesystem;
namespace {

using inference::ModelBundle;

absl::StatusOr<Example> BundleExample(const model::v1::Bundle& manifest) {
  Example example{.origin = "bundle", .method = inference::PrimaryMethod(manifest.task())};
  const model::v1::Golden& golden = manifest.golden();
  for (int i = 0; i < golden.inputs_size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(
        at::Tensor input, inference::FromTensorValue(golden.inputs(i), manifest.inputs(i).dtype()));
    example.inputs.push_back(std::move(input));
  }
  for (int i = 0; i < golden.outputs_size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(
        at::Tensor output,
        inference::FromTensorValue(golden.outputs(i), manifest.outputs(i).dtype()));
    example.outputs.push_back(std::move(output));
  }
  return example;
}

absl::StatusOr<Family> FamilyOf(const std::string& name, const fs::path& dir) {
  CLIENTELE_ASSIGN_OR_RETURN(ModelBundle bundle, ModelBundle::OpenUnsigned(dir));
  CLIENTELE_ASSIGN_OR_RETURN(Example example, BundleExample(bundle.manifest()));
  Family family{.name = name, .manifest = bundle.manifest()};
  family.examples.push_back(std::move(example));
  family.module =
      [path = (dir / inference::kModelFile).string()]() -> absl::StatusOr<torch::jit::Module> {
    try {
      return torch::jit::load(path);
    } catch (const std::exception&) {
      return absl::InternalError("model.pt cannot be loaded");
    }
  };
  family.load = [bundle = std::make_shared<const ModelBundle>(std::move(bundle))](
                    const inference::RunnerOptions& options)
      -> absl::StatusOr<std::unique_ptr<inference::ModelRunner>> {
    return inference::TorchScriptRunner::Load(*bundle, options);
  };
  return family;
}

// The outputs of the published implementation, or of plain computations, beside a checkpoint.
absl::Status AddGolden(const fs::path& file, Family& family) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto golden, modeling::SafetensorsFile::Open(file));
  const model::v1::Method& method = family.manifest.reference();
  Example example{.origin = "golden", .method = method.name()};
  CLIENTELE_ASSIGN_OR_RETURN(
      example.inputs,
      models::ReadRunInputs(golden->tensors(), golden->name(), method, family.manifest));
  for (const model::v1::TensorSpec& output : method.outputs()) {
    const auto found = golden->tensors().find(output.name());
    example.outputs.push_back(found == golden->tensors().end()
                                  ? at::Tensor()
                                  : modeling::ToTensor(found->second).clone());
  }
  family.examples.push_back(std::move(example));
  return absl::OkStatus();
}

// Folders with config.json, weights and golden outputs.
absl::Status AddCheckpoints(const Check& check, const fs::path& folder, const std::string& prefix,
                            std::vector<Family>& families) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (fs::exists(entry->path() / "golden.safetensors")) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  for (const fs::path& checkpoint : found) {
    const std::string name = prefix + checkpoint.filename().string();
    CLIENTELE_ASSIGN_OR_RETURN(
        const fs::path bundle,
        models::ImportCheckpoint(
            checkpoint,
            {.out = check.models->folder() / "families", .name = name, .version = "1"}));
    CLIENTELE_ASSIGN_OR_RETURN(Family family, FamilyOf(name, bundle));
    CLIENTELE_RETURN_IF_ERROR(AddGolden(checkpoint / "golden.safetensors", family));
    families.push_back(std::move(family));
  }
  return absl::OkStatus();
}

// An architecture whose weights are random.
absl::Status AddRandom(const Check& check, const std::string& architecture,
                       const std::string& config, std::vector<Family>& families) {
  const std::string name = "random-" + architecture;
  const fs::path file = check.models->folder() / (name + ".json");
  std::ofstream(file) << config;
  CLIENTELE_ASSIGN_OR_RETURN(const fs::path bundle,
                             models::NewModel(architecture, file, 11,
                                              {.out = check.models->folder() / "families",
                                               .name = name,
                                               .version = "1",
                                               .build = {.pooling = model::v1::POOLING_MEAN}}));
  CLIENTELE_ASSIGN_OR_RETURN(Family family, FamilyOf(name, bundle));
  families.push_back(std::move(family));
  return absl::OkStatus();
}

// The published encoder's vectors of some ids.
absl::Status AddUseLite(const Check& check, const fs::path& folder, std::vector<Family>& families) {
  if (!fs::exists(folder / "golden.json")) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(
      const fs::path bundle,
      models::ImportUseLite(folder, {.out = check.models->folder() / "families",
                                     .name = "published-use-lite",
                                     .version = "1"}));
  CLIENTELE_ASSIGN_OR_RETURN(Family family, FamilyOf("published-use-lite", bundle));
  std::ifstream in(folder / "golden.json");
  for (const auto& golden : nlohmann::json::parse(in)) {
    const auto ids = golden["ids"].get<std::vector<std::int64_t>>();
    const auto vector = golden["vector"].get<std::vector<float>>();
    const at::Tensor row = at::tensor(at::ArrayRef<std::int64_t>(ids)).unsqueeze(0);
    family.examples.push_back({.origin = "golden",
                               .method = "forward",
                               .inputs = {row, at::ones_like(row)},
                               .outputs = {at::tensor(at::ArrayRef<float>(vector)).unsqueeze(0)}});
  }
  families.push_back(std::move(family));
  return absl::OkStatus();
}

absl::Status AddYolox(const Check& check, const fs::path& folder, std::vector<Family>& families) {
  if (!fs::exists(folder / "yolox_nano.onnx")) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const fs::path bundle,
                             models::ImportYolox({.file = folder / "yolox_nano.onnx",
                                                  .out = check.models->folder() / "families",
                                                  .name = "published-yolox",
                                                  .version = "1"}));
  CLIENTELE_ASSIGN_OR_RETURN(Family family, FamilyOf("published-yolox", bundle));
  CLIENTELE_ASSIGN_OR_RETURN(const auto golden,
                             modeling::SafetensorsFile::Open(folder / "golden.safetensors"));
  family.examples.push_back(
      {.origin = "golden",
       .method = "reference",
       .inputs = {modeling::ToTensor(golden->tensors().at("images")).clone()},
       .outputs = {modeling::ToTensor(golden->tensors().at("output")).clone()}});
  families.push_back(std::move(family));
  return absl::OkStatus();
}

}  // namespace

absl::Status AddImportedFamilies(const Check& check, std::vector<Family>& families) {
  CLIENTELE_RETURN_IF_ERROR(
      AddCheckpoints(check, check.source / "tests/data/checkpoints", "", families));
  CLIENTELE_RETURN_IF_ERROR(AddRandom(check, "qwen2", R"({"model_type": "qwen2",
      "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 96,
      "max_position_embeddings": 64})",
                                      families));
  CLIENTELE_RETURN_IF_ERROR(AddRandom(check, "resnet", R"({"model_type": "resnet",
      "embedding_size": 16, "hidden_sizes": [16, 32], "depths": [1, 1], "layer_type": "basic"})",
                                      families));
  CLIENTELE_RETURN_IF_ERROR(AddRandom(check, "yolox", R"({"model_type": "yolox",
      "width": 0.125, "depth": 0.33, "num_labels": 4, "image_size": 64})",
                                      families));
  CLIENTELE_RETURN_IF_ERROR(AddRandom(check, "use-lite", R"({"model_type": "use-lite",
      "vocab_size": 64, "embedding_size": 16, "hidden_size": 24, "num_layers": 2,
      "num_heads": 2, "intermediate_size": 32, "max_length": 32})",
                                      families));
  if (check.shared.empty()) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(AddCheckpoints(check, check.shared / "hf", "published-", families));
  CLIENTELE_RETURN_IF_ERROR(AddUseLite(check, check.shared / "hf/use-lite", families));
  return AddYolox(check, check.shared / "vision/yolox-nano", families);
}

absl::StatusOr<std::vector<Family>> AllFamilies(const Check& check) {
  std::vector<Family> families;
  try {
    CLIENTELE_RETURN_IF_ERROR(AddImportedFamilies(check, families));
    CLIENTELE_RETURN_IF_ERROR(AddModuleFamilies(families));
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("the models cannot be made: ", error.what()));
  }
  return families;
}

}  // namespace clientele::gpu
