// Imported checkpoints against outputs that were computed without this code.
#include <filesystem>
#include <string>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>

#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/checkpoint_import.h"
#include "tools/clientele-models/run/run_bundle.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = clientele::testing::SourceDir();

double RelativeError(const at::Tensor& actual, const at::Tensor& expected) {
  return ((actual - expected).abs().max() / expected.abs().max()).item<double>();
}

// Imports the checkpoint of a folder and compares with the outputs that lie beside it.
void CheckImported(const fs::path& checkpoint) {
  INFO(checkpoint);
  const testing::TemporaryFolder folder;
  const auto bundle =
      ImportCheckpoint(checkpoint, {.out = folder.path(), .name = "imported", .version = "1"});
  INFO(bundle.status().message());
  REQUIRE(bundle.ok());
  const auto golden_path = checkpoint / "golden.safetensors";
  const auto outputs_path = folder.path() / "outputs.safetensors";
  REQUIRE(RunBundle({.bundle = *bundle, .inputs = golden_path, .outputs = outputs_path}).ok());
  const auto golden = modeling::SafetensorsFile::Open(golden_path);
  const auto outputs = modeling::SafetensorsFile::Open(outputs_path);
  REQUIRE(golden.ok());
  REQUIRE(outputs.ok());
  CHECK_FALSE((*outputs)->tensors().empty());
  for (const auto& [output, view] : (*outputs)->tensors()) {
    INFO(output);
    const auto expected = (*golden)->tensors().find(output);
    if (expected == (*golden)->tensors().end()) continue;  // roberta's pooler is not in its golden
    CHECK(view.shape == expected->second.shape);
    CHECK(RelativeError(modeling::ToTensor(view), modeling::ToTensor(expected->second)) < 1e-4);
  }
  for (const char* output : {"last_hidden_state", "pooler_output", "logits", "features"}) {
    if ((*golden)->tensors().count(output) > 0) CHECK((*outputs)->tensors().count(output) == 1);
  }
}

TEST_CASE("An imported checkpoint gives the outputs that plain computations give") {
  CheckImported(kSource / "tests/data/checkpoints" /
                GENERATE("bert", "roberta", "t5", "gpt2", "llama"));
}

TEST_CASE("An imported checkpoint gives the outputs of its published implementation") {
  const fs::path checkpoints = kSource / "../shared/hf";
  if (!fs::exists(checkpoints)) SKIP("shared/hf is not here");
  CheckImported(checkpoints / GENERATE("bert", "roberta", "t5", "t5-v1_1", "gpt2", "llama", "qwen2",
                                       "resnet-basic", "resnet-bottleneck"));
}

}  // namespace
}  // namespace clientele::models
