#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/checkpoint_import.h"
#include "tools/clientele-models/run/run_bundle.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;

const char kSmallGpt2[] = R"({"model_type": "gpt2", "n_embd": 16, "n_head": 2, "n_layer": 1,
                         "n_positions": 16, "vocab_size": 40})";

ImportOptions Into(const testing::TemporaryFolder& folder) {
  return {.out = folder.path() / "models", .name = "tiny", .version = "1"};
}

at::Tensor Row(const std::vector<std::int64_t>& ids) {
  return at::tensor(at::ArrayRef<std::int64_t>(ids)).unsqueeze(0);
}

fs::path WriteInputs(const testing::TemporaryFolder& folder, const at::Tensor& ids) {
  const fs::path path = folder.path() / "in.safetensors";
  REQUIRE(modeling::WriteSafetensors(path, {{"input_ids", *modeling::ViewOf(ids)}}).ok());
  return path;
}

TEST_CASE("A new model is the same for the same seed, and unsigned without a key") {
  const testing::TemporaryFolder folder;
  const fs::path config = folder.Write("config.json", kSmallGpt2);
  ImportOptions options = Into(folder);
  const auto first = NewModel("gpt2", config, 5, options);
  REQUIRE(first.ok());
  options.version = "2";
  const auto again = NewModel("gpt2", config, 5, options);
  REQUIRE(again.ok());
  CHECK(inference::VerifyUnsignedBundle(*first).ok());
  CHECK_FALSE(fs::exists(*first / "bundle.sig"));

  const fs::path in = WriteInputs(folder, Row({1, 2, 3}));
  std::string outputs[2];
  for (int i = 0; i < 2; ++i) {
    const fs::path out = folder.path() / "out.safetensors";
    REQUIRE(RunBundle({.bundle = i == 0 ? *first : *again, .inputs = in, .outputs = out}).ok());
    std::ifstream file(out, std::ios::binary);
    outputs[i].assign(std::istreambuf_iterator<char>(file), {});
  }
  CHECK(outputs[0] == outputs[1]);
  CHECK(absl::IsAlreadyExists(NewModel("gpt2", config, 5, options).status()));
}

TEST_CASE("A bundle imported with a key is signed with it") {
  const testing::TemporaryFolder folder;
  const fs::path private_file = folder.path() / "a.key";
  const fs::path public_file = folder.path() / "a.pub";
  REQUIRE(crypto::GenerateSigningKeyFiles(private_file, public_file).ok());
  const auto key = crypto::SigningKey::FromFile(private_file, "key");
  REQUIRE(key.ok());
  ImportOptions options = Into(folder);
  options.key = &*key;
  const auto bundle = NewModel("gpt2", folder.Write("config.json", kSmallGpt2), 1, options);
  REQUIRE(bundle.ok());
  CHECK(inference::VerifyBundle(*bundle, key->public_key()).ok());
}

TEST_CASE("Tokenizer files of a checkpoint travel in its bundle") {
  const testing::TemporaryFolder folder;
  const fs::path checkpoint = folder.path() / "hf";
  fs::create_directories(checkpoint);
  std::ofstream(checkpoint / "config.json") << kSmallGpt2;
  std::ofstream(checkpoint / "vocab.json") << "{}";
  std::ofstream(checkpoint / "merges.txt") << "#version: 0.2\n";
  const auto zeros = [](const std::vector<std::int64_t>& shape) { return at::zeros(shape); };
  const std::map<std::string, at::Tensor> tensors = {
      {"transformer.wte.weight", zeros({40, 16})},
      {"transformer.wpe.weight", zeros({16, 16})},
      {"transformer.h.0.ln_1.weight", zeros({16})},
      {"transformer.h.0.ln_1.bias", zeros({16})},
      {"transformer.h.0.attn.bias", zeros({1})},  // a buffer of older files
      {"transformer.h.0.attn.c_attn.weight", zeros({16, 48})},
      {"transformer.h.0.attn.c_attn.bias", zeros({48})},
      {"transformer.h.0.attn.c_proj.weight", zeros({16, 16})},
      {"transformer.h.0.attn.c_proj.bias", zeros({16})},
      {"transformer.h.0.ln_2.weight", zeros({16})},
      {"transformer.h.0.ln_2.bias", zeros({16})},
      {"transformer.h.0.mlp.c_fc.weight", zeros({16, 64})},
      {"transformer.h.0.mlp.c_fc.bias", zeros({64})},
      {"transformer.h.0.mlp.c_proj.weight", zeros({64, 16})},
      {"transformer.h.0.mlp.c_proj.bias", zeros({16})},
      {"transformer.ln_f.weight", zeros({16})},
      {"transformer.ln_f.bias", zeros({16})},
  };
  modeling::TensorViews views;
  for (const auto& [name, tensor] : tensors) views.emplace(name, *modeling::ViewOf(tensor));
  REQUIRE(modeling::WriteSafetensors(checkpoint / "model.safetensors", views).ok());

  const auto bundle = ImportCheckpoint(checkpoint, Into(folder));
  INFO(bundle.status().message());
  REQUIRE(bundle.ok());
  const auto opened = inference::ModelBundle::OpenUnsigned(*bundle);
  REQUIRE(opened.ok());
  CHECK(opened->manifest().tokenizer().files().folder() == "tokenizer");
  CHECK(opened->ReadFile("tokenizer/merges.txt").value() == "#version: 0.2\n");

  // One tensor more than the architecture has.
  const at::Tensor extra = at::zeros({1});
  views.emplace("transformer.h.1.ln_1.weight", *modeling::ViewOf(extra));
  REQUIRE(modeling::WriteSafetensors(checkpoint / "model.safetensors", views).ok());
  ImportOptions second = Into(folder);
  second.version = "2";
  const auto refused = ImportCheckpoint(checkpoint, second);
  CHECK(absl::IsInvalidArgument(refused.status()));
  CHECK(absl::StrContains(refused.status().message(), "h.1.ln_1.weight"));
  CHECK_FALSE(fs::exists(folder.path() / "models/tiny/2"));
}

TEST_CASE("Bad input files of a run are refused with the tensor") {
  const testing::TemporaryFolder folder;
  const auto bundle = NewModel("gpt2", folder.Write("config.json", kSmallGpt2), 1, Into(folder));
  REQUIRE(bundle.ok());
  const auto message = [&](const at::Tensor& ids) {
    const absl::Status status = RunBundle({.bundle = *bundle,
                                           .inputs = WriteInputs(folder, ids),
                                           .outputs = folder.path() / "out.safetensors"});
    CHECK_FALSE(status.ok());
    return std::string(status.message());
  };
  CHECK(absl::StrContains(message(Row({1, 40})), "input_ids: must be in [0, 39]"));
  CHECK(absl::StrContains(message(Row({-1, 3})), "input_ids: must be in [0, 39]"));
  CHECK(absl::StrContains(message(at::ones({1, 17}, at::kLong)), "at most 16 tokens"));
  CHECK(absl::StrContains(message(at::ones({3}, at::kLong)), "2 axes"));
  CHECK(absl::StrContains(message(at::ones({1, 2})), "INT64"));
  const absl::Status missing = RunBundle({.bundle = *bundle,
                                          .inputs = folder.path() / "none.safetensors",
                                          .outputs = folder.path() / "out.safetensors"});
  CHECK(absl::IsNotFound(missing));
}

TEST_CASE("A config that asks for terabytes is refused before memory is taken") {
  const testing::TemporaryFolder folder;
  const auto bundle = NewModel(
      "gpt2", folder.Write("config.json", R"({"n_embd": 1048576, "n_head": 1, "n_layer": 1000,
                                              "vocab_size": 16000000})"),
      1, Into(folder));
  CHECK(absl::IsInvalidArgument(bundle.status()));
  CHECK(absl::StrContains(bundle.status().message(), "MiB"));
}

}  // namespace
}  // namespace clientele::models
