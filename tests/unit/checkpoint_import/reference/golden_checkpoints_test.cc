// The checkpoints of tests/data/checkpoints: their weights are random, and the outputs beside them
// are those of the plain computations. To write them anew:
//
//   build/dev/tests/unit/checkpoint_import/reference/checkpoint_import_reference_test "[write]"
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/unit/checkpoint_import/reference/bert_reference.h"
#include "tests/unit/checkpoint_import/reference/gpt2_reference.h"
#include "tests/unit/checkpoint_import/reference/llama_reference.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"
#include "tests/unit/checkpoint_import/reference/t5_reference.h"

namespace clientele::models::reference {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int64_t>;
using Json = nlohmann::json;
using Tensors = std::map<std::string, at::Tensor>;

const char kBert[] = R"({"model_type": "bert", "hidden_size": 8, "num_attention_heads": 2,
    "num_hidden_layers": 2, "intermediate_size": 12, "vocab_size": 16,
    "max_position_embeddings": 12, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
    "hidden_act": "gelu"})";
const char kGpt2[] = R"({"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_layer": 2,
    "n_positions": 12, "vocab_size": 16, "layer_norm_epsilon": 1e-5})";
const char kLlama[] = R"({"model_type": "llama", "hidden_size": 8, "num_attention_heads": 4,
    "num_key_value_heads": 2, "num_hidden_layers": 2, "intermediate_size": 12, "vocab_size": 16,
    "max_position_embeddings": 12, "rms_norm_eps": 1e-5,
    "rope_parameters": {"rope_type": "default", "rope_theta": 10000}})";
const char kT5[] = R"({"model_type": "t5", "d_model": 8, "d_kv": 3, "num_heads": 2, "d_ff": 12,
    "num_layers": 2, "num_decoder_layers": 2, "vocab_size": 16, "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu", "tie_word_embeddings": false,
    "relative_attention_num_buckets": 6, "relative_attention_max_distance": 7})";

const Ids kText = {3, 9, 14, 2, 11, 8, 5, 1};
const Ids kMask = {1, 1, 1, 1, 1, 1, 0, 0};
const Ids kSegments = {0, 0, 0, 1, 1, 1, 0, 0};

// A family's configuration and what the names of its checkpoints begin with.
struct Family {
  std::string name;
  std::string config;
  std::string prefix = {};
  std::string changes = "{}";
};

const std::vector<Family>& Families() {
  static const std::vector<Family> families = {
      {"bert", kBert},
      {"roberta", kBert, "", R"({"model_type": "roberta", "pad_token_id": 1})"},
      {"gpt2", kGpt2, "transformer."},
      {"llama", kLlama, "model."},
      {"t5", kT5},
  };
  return families;
}

Json ConfigOf(const Family& family) {
  Json config = Json::parse(family.config);
  config.merge_patch(Json::parse(family.changes));
  return config;
}

fs::path FolderOf(const Family& family) {
  return fs::path(clientele::testing::SourceDir()) / "tests/data/checkpoints" / family.name;
}

at::Tensor Text(const Rows& rows) { return ToTensor(rows).unsqueeze(0); }

// Inputs and outputs under the names that a checkpoint's users know.
Tensors GoldenOf(const Family& family, const Checkpoint& checkpoint, const Json& config) {
  if (family.name == "t5") {
    return {{"input_ids", RowOf(kText)},
            {"attention_mask", RowOf(kMask)},
            {"decoder_input_ids", RowOf(kSegments)},
            {"logits", Text(T5Logits(checkpoint, config, {kText, kMask, kSegments}))}};
  }
  if (family.name == "gpt2") {
    return {{"input_ids", RowOf(kText)}, {"logits", Text(Gpt2Logits(checkpoint, config, kText))}};
  }
  if (family.name == "llama") {
    return {{"input_ids", RowOf(kText)},
            {"logits", Text(LlamaLogits(checkpoint, config, kText, kText.size()))}};
  }
  const Rows states =
      BertStates(checkpoint, config, {kText, kMask, kSegments}, family.name == "roberta" ? 1 : -1);
  Tensors golden = {{"input_ids", RowOf(kText)},
                    {"attention_mask", RowOf(kMask)},
                    {"token_type_ids", RowOf(kSegments)},
                    {"last_hidden_state", Text(states)}};
  if (family.name == "bert") {
    golden["pooler_output"] =
        ToTensor({Activate("tanh", checkpoint.Linear("pooler.dense", states[0]))});
  }
  return golden;
}

void Write(const fs::path& path, const Tensors& tensors) {
  modeling::TensorViews views;
  for (const auto& [name, tensor] : tensors) views[name] = modeling::ViewOf(tensor).value();
  REQUIRE(modeling::WriteSafetensors(path, views).ok());
}

Tensors Read(const fs::path& path) {
  const auto file = modeling::SafetensorsFile::Open(path);
  INFO(file.status());
  REQUIRE(file.ok());
  Tensors tensors;
  for (const auto& [name, view] : (*file)->tensors()) tensors[name] = modeling::ToTensor(view);
  return tensors;
}

TEST_CASE("The outputs beside a stored checkpoint are those of the plain computation") {
  const Family family = GENERATE(from_range(Families()));
  INFO(family.name);
  Checkpoint checkpoint;
  for (const auto& [name, tensor] : Read(FolderOf(family) / "model.safetensors")) {
    const bool prefixed = name.starts_with(family.prefix);
    checkpoint.Add(prefixed ? name.substr(family.prefix.size()) : name, tensor);
  }
  std::ifstream config_file(FolderOf(family) / "config.json");
  const Json config = Json::parse(config_file);
  CHECK(config == ConfigOf(family));
  const Tensors stored = Read(FolderOf(family) / "golden.safetensors");
  const Tensors computed = GoldenOf(family, checkpoint, config);
  REQUIRE(stored.size() == computed.size());
  for (const auto& [name, tensor] : computed) {
    INFO(name);
    REQUIRE(stored.contains(name));
    CHECK(RelativeError(stored.at(name).to(at::kDouble), tensor.to(at::kDouble)) < 1e-6);
  }
}

TEST_CASE("Stored checkpoints are written anew", "[.][write]") {
  for (const Family& family : Families()) {
    const Json config = ConfigOf(family);
    const RecordedModel model = Record(family.name, config);
    Tensors weights;
    for (const auto& [name, tensor] : model.checkpoint.tensors()) {
      weights[name == "lm_head.weight" ? name : family.prefix + name] = tensor;
    }
    fs::create_directories(FolderOf(family));
    std::ofstream(FolderOf(family) / "config.json") << config.dump(2) << "\n";
    Write(FolderOf(family) / "model.safetensors", weights);
    Write(FolderOf(family) / "golden.safetensors", GoldenOf(family, model.checkpoint, config));
  }
}

}  // namespace
}  // namespace clientele::models::reference
