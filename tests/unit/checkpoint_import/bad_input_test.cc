// Folders and files that cannot be: each is refused with the file and the field.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/json_file.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/checkpoint_import.h"
#include "tools/clientele-models/run/run_bundle.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const char kSmallBert[] = R"({"model_type": "bert", "hidden_size": 8, "num_attention_heads": 2,
                         "num_hidden_layers": 1, "intermediate_size": 8, "vocab_size": 20,
                         "max_position_embeddings": 16})";
const char kSmallLlama[] = R"({"model_type": "llama", "hidden_size": 8, "num_attention_heads": 2,
                          "num_hidden_layers": 1, "intermediate_size": 8, "vocab_size": 20,
                          "max_position_embeddings": 16})";

std::string MessageOfNew(const std::string& family, const Json& config) {
  const testing::TemporaryFolder folder;
  const auto bundle = NewModel(family, folder.Write("config.json", config.dump()), 1,
                               {.out = folder.path(), .name = "tiny", .version = "1"});
  CHECK_FALSE(bundle.ok());
  CHECK_FALSE(fs::exists(folder.path() / "tiny/1"));
  return std::string(bundle.status().message());
}

TEST_CASE("A field of config.json that is wrong is named, whatever is wrong with it") {
  struct Case {
    const char* family;
    const char* base;
    const char* change;
    const char* field;
  };
  const Case c = GENERATE(values<Case>({
      {"bert", kSmallBert, R"({"hidden_size": -8})", "hidden_size"},
      {"bert", kSmallBert, R"({"hidden_size": 0})", "hidden_size"},
      {"bert", kSmallBert, R"({"hidden_size": 1e300})", "hidden_size"},
      {"bert", kSmallBert, R"({"hidden_size": "8"})", "hidden_size"},
      {"bert", kSmallBert, R"({"hidden_size": [8]})", "hidden_size"},
      {"bert", kSmallBert, R"({"layer_norm_eps": -1})", "layer_norm_eps"},
      {"bert", kSmallBert, R"({"layer_norm_eps": "small"})", "layer_norm_eps"},
      {"bert", kSmallBert, R"({"hidden_act": 7})", "hidden_act"},
      {"bert", kSmallBert, R"({"hidden_act": "prelu"})", "hidden_act"},
      {"bert", kSmallBert, R"({"add_cross_attention": true})", "add_cross_attention"},
      {"bert", kSmallBert, R"({"architectures": ["BertForTokenClassification"]})", "architectures"},
      {"bert", kSmallBert, R"({"architectures": "BertModel"})", "architectures"},
      {"bert", kSmallBert, R"({"quantization_config": {"bits": 4}})", "quantization_config"},
      {"bert", kSmallBert, R"({"architectures": ["BertForSequenceClassification"],
                          "num_labels": 16000000})",
       "num_labels"},
      {"llama", kSmallLlama, R"({"rope_theta": 0})", "rope_theta"},
      {"llama", kSmallLlama, R"({"rope_scaling": {"rope_type": "linear"}})",
       "rope_scaling: factor"},
      {"llama", kSmallLlama, R"({"rope_scaling": {"rope_type": "linear", "factor": 0}})",
       "rope_scaling: factor"},
      {"llama", kSmallLlama, R"({"rope_scaling": {"rope_type": "dynamic", "factor": 0.5}})",
       "rope_scaling: factor"},
      {"llama", kSmallLlama, R"({"rope_parameters": {"rope_type": "su", "factor": 4}})",
       "rope_parameters: rope_type"},
      {"llama", kSmallLlama, R"({"rope_parameters": {"rope_type": "longrope", "factor": 4}})",
       "rope_parameters: short_factor"},
      {"llama", kSmallLlama, R"({"rope_parameters": {"rope_type": "longrope", "factor": 4,
                            "short_factor": [1, 1], "long_factor": [1, 0]}})",
       "rope_parameters: long_factor"},
      {"llama", kSmallLlama, R"({"rope_parameters": {"rope_type": "llama3", "factor": 4}})",
       "rope_parameters: low_freq_factor"},
      {"llama", kSmallLlama, R"({"rope_parameters": {"full_attention": {"rope_theta": 5}}})",
       "rope_parameters: full_attention"},
      {"llama", kSmallLlama, R"({"partial_rotary_factor": 0.5})", "partial_rotary_factor"},
      {"llama", kSmallLlama, R"({"rope_scaling": "linear"})", "rope_scaling"},
      {"qwen2", kSmallLlama, R"({"layer_types": ["sliding_attention"]})", "layer_types"},
      {"qwen2", kSmallLlama, R"({"layer_types": ["full_attention", "full_attention"]})",
       "layer_types"},
      {"qwen2", kSmallLlama, R"({"layer_types": ["linear_attention"]})", "layer_types"},
      {"qwen2", kSmallLlama, R"({"use_sliding_window": true, "sliding_window": 0})",
       "sliding_window"},
      {"t5", "{}", R"({"vocab_size": 20, "decoder_start_token_id": 20})", "decoder_start_token_id"},
      {"t5", "{}", R"({"relative_attention_num_buckets": 0})", "relative_attention_num_buckets"},
      {"resnet", "{}", R"({"num_channels": 1})", "num_channels"},
      {"resnet", "{}", R"({"hidden_sizes": "wide"})", "hidden_sizes"},
  }));
  Json config = Json::parse(c.base);
  config.merge_patch(Json::parse(c.change));
  const std::string message = MessageOfNew(c.family, config);
  INFO(c.change << "\n" << message);
  CHECK(absl::StrContains(message, absl::StrCat("config.json: ", c.field)));
}

TEST_CASE("Any size of any family may be the largest that is believed; no memory is asked for it") {
  const std::string field = GENERATE("vocab_size", "intermediate_size", "hidden_size");
  Json config = Json::parse(kSmallLlama);
  config[field] = field == "vocab_size" ? modeling::kMaxVocabulary : modeling::kMaxWidth;
  config["hidden_size"] = modeling::kMaxWidth;
  const std::string message = MessageOfNew("llama", config);
  CHECK(absl::StrContains(message, "MiB"));
}

TEST_CASE("A file that is no JSON, or nests without end, is named") {
  const testing::TemporaryFolder folder;
  const auto message = [&](const std::string& content) {
    return std::string(
        modeling::ReadJsonFile(folder.Write("config.json", content)).status().message());
  };
  CHECK(absl::StrContains(message("{\"a\": NaN}"), "config.json: holds NaN in line 1"));
  CHECK(absl::StrContains(message("{\"a\": \"NaN\",\n\"b\": -Infinity}"),
                          "holds -Infinity in line 2, which Python writes"));
  CHECK(absl::StrContains(
      message("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"),
      "is a Git LFS pointer"));
  CHECK(absl::StrContains(message("{\"a\": 1"), "config.json"));
  CHECK(absl::StrContains(message("{\"a\": \"\xff\"}"), "config.json"));
  CHECK(absl::StrContains(message(std::string(1 << 20, '[')), "deep"));
}

// A checkpoint that holds every tensor that `config` asks for.
void WriteCheckpoint(const fs::path& dir, const std::string& config,
                     const std::string& without = "", const at::Tensor& instead = {}) {
  fs::create_directories(dir);
  std::ofstream(dir / "config.json") << config;
  const at::Tensor square = at::ones({8, 8});
  const at::Tensor vector = at::ones({8});
  std::map<std::string, at::Tensor> tensors = {
      {"model.embed_tokens.weight", at::ones({20, 8})},
      {"model.norm.weight", vector},
      {"lm_head.weight", at::ones({20, 8})},
      {"model.layers.0.input_layernorm.weight", vector},
      {"model.layers.0.post_attention_layernorm.weight", vector},
  };
  for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                           "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"}) {
    tensors[absl::StrCat("model.layers.0.", name, ".weight")] = square;
  }
  if (!without.empty()) tensors.erase(without);
  if (instead.defined()) tensors[without] = instead;
  modeling::TensorViews views;
  for (const auto& [name, tensor] : tensors) views.emplace(name, *modeling::ViewOf(tensor));
  REQUIRE(modeling::WriteSafetensors(dir / "model.safetensors", views).ok());
}

TEST_CASE("Weights that do not fit config.json are named with their file") {
  const testing::TemporaryFolder folder;
  int version = 0;
  const auto import = [&](const std::string& config, const std::string& without = "",
                          const at::Tensor& instead = {}) {
    const fs::path dir = folder.path() / absl::StrCat("hf", ++version);
    WriteCheckpoint(dir, config, without, instead);
    return ImportCheckpoint(
               dir,
               {.out = folder.path() / "models", .name = "tiny", .version = absl::StrCat(version)})
        .status();
  };
  CHECK(import(kSmallLlama).ok());
  const std::string norm = "model.norm.weight";
  CHECK(absl::StrContains(import(kSmallLlama, norm).message(),
                          "model.safetensors: norm.weight: is missing"));
  CHECK(absl::StrContains(import(kSmallLlama, norm, at::ones({9})).message(), "has shape [9]"));
  CHECK(absl::StrContains(import(kSmallLlama, norm, at::ones({8}, at::kLong)).message(),
                          "has dtype I64"));
  CHECK(absl::StrContains(import(kSmallLlama, "model.extra.weight", at::ones({1})).message(),
                          "extra.weight"));
  CHECK(absl::StrContains(import(kSmallLlama, "lm_head.weight").message(),
                          "model.safetensors: lm_head.weight: is missing"));
  CHECK(absl::StrContains(import(kSmallLlama, "lm_head.weight").message(),
                          "a decoder without its head"));
  // Terabytes, or another vocabulary: the file's shapes say no before anything is made.
  for (const char* change : {R"({"hidden_size": 1048576, "head_dim": 4})",
                             R"({"vocab_size": 16000000})", R"({"vocab_size": 19})"}) {
    Json config = Json::parse(kSmallLlama);
    config.merge_patch(Json::parse(change));
    CHECK(absl::StrContains(import(config.dump()).message(), "config.json wants"));
  }
  Json unknown = Json::parse(kSmallLlama);
  for (const char* type : {"mamba", "mt5", ""}) {
    unknown["model_type"] = type;
    CHECK(absl::StrContains(import(unknown.dump()).message(), "config.json: model_type"));
  }
  unknown["model_type"] = "mpnet";
  CHECK(absl::StrContains(import(unknown.dump()).message(), "is mpnet; it must be one of bert"));
  unknown.erase("model_type");
  CHECK(absl::StrContains(import(unknown.dump()).message(), "config.json: model_type"));
  CHECK_FALSE(import("[]").ok());
}

TEST_CASE("A folder of pointers, or of another format, says what to do") {
  const testing::TemporaryFolder folder;
  const fs::path dir = folder.path() / "hf";
  WriteCheckpoint(dir, kSmallLlama);
  const auto message = [&] {
    return std::string(
        ImportCheckpoint(dir, {.out = folder.path() / "models", .name = "tiny", .version = "1"})
            .status()
            .message());
  };
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n";
  std::ofstream(dir / "tokenizer.json") << pointer;
  CHECK(absl::StrContains(message(), "tokenizer.json: is a Git LFS pointer"));
  std::ofstream(dir / "model.safetensors") << pointer;
  CHECK(absl::StrContains(message(), "model.safetensors: is a Git LFS pointer"));
  fs::rename(dir / "model.safetensors", dir / "pytorch_model.bin");
  CHECK(absl::StrContains(message(), "of pytorch_model.bin, which it holds, Python makes one"));
}

TEST_CASE("A tokenizer with more ids than the model has rows is refused") {
  const testing::TemporaryFolder folder;
  WriteCheckpoint(folder.path() / "hf", kSmallLlama);
  std::string vocabulary;
  for (int i = 0; i < 21; ++i) absl::StrAppend(&vocabulary, i == 0 ? "[UNK]" : "w", i, "\n");
  std::ofstream(folder.path() / "hf/vocab.txt") << vocabulary << "[UNK]\n[CLS]\n[SEP]\n[PAD]\n";
  const auto bundle = ImportCheckpoint(
      folder.path() / "hf", {.out = folder.path() / "models", .name = "tiny", .version = "1"});
  INFO(bundle.status().message());
  CHECK(absl::StrContains(bundle.status().message(), "config.json: vocab_size"));
}

TEST_CASE("An index of shards names files of its own folder alone") {
  const testing::TemporaryFolder folder;
  const fs::path dir = folder.path() / "hf";
  WriteCheckpoint(dir, kSmallLlama);
  fs::rename(dir / "model.safetensors", folder.path() / "outside.safetensors");
  const std::string outside = (folder.path() / "outside.safetensors").string();
  for (const std::string& name :
       std::vector<std::string>{"../outside.safetensors", outside, "a/../../outside.safetensors",
                                "..", ".", "", std::string("outside\0x", 9)}) {
    std::ofstream(dir / "model.safetensors.index.json")
        << Json{{"weight_map", {{"model.norm.weight", name}}}}.dump();
    const auto bundle =
        ImportCheckpoint(dir, {.out = folder.path() / "models", .name = "tiny", .version = "1"});
    INFO(name << "\n" << bundle.status().message());
    CHECK(absl::StrContains(bundle.status().message(),
                            "model.safetensors.index.json: weight_map.model.norm.weight"));
  }
}

at::Tensor IdRow(const std::vector<std::int64_t>& ids) {
  return at::tensor(at::ArrayRef<std::int64_t>(ids)).unsqueeze(0);
}

TEST_CASE("Inputs of a run that do not go together are refused with the file and the tensor") {
  const testing::TemporaryFolder folder;
  const auto bundle = NewModel("bert", folder.Write("config.json", kSmallBert), 1,
                               {.out = folder.path(), .name = "tiny", .version = "1"});
  REQUIRE(bundle.ok());
  const auto message = [&](const std::map<std::string, at::Tensor>& tensors) {
    modeling::TensorViews views;
    for (const auto& [name, tensor] : tensors) views.emplace(name, *modeling::ViewOf(tensor));
    const fs::path in = folder.path() / "in.safetensors";
    REQUIRE(modeling::WriteSafetensors(in, views).ok());
    const absl::Status status =
        RunBundle({.bundle = *bundle, .inputs = in, .outputs = folder.path() / "out.safetensors"});
    CHECK_FALSE(status.ok());
    return std::string(status.message());
  };
  const at::Tensor ids = IdRow({1, 2, 3});
  CHECK(absl::StrContains(message({{"ids", ids}}), "in.safetensors: input_ids: is missing"));
  CHECK(absl::StrContains(message({{"input_ids", ids}, {"attention_mask", at::ones({1, 3})}}),
                          "in.safetensors: attention_mask: must be DATA_TYPE_INT64"));
  CHECK(absl::StrContains(message({{"input_ids", ids}, {"attention_mask", IdRow({1, 1})}}),
                          "in.safetensors: attention_mask: must have the shape of input_ids"));
  CHECK(absl::StrContains(
      message({{"input_ids", ids}, {"attention_mask", IdRow({1, 1, 1}).repeat({2, 1})}}),
      "in.safetensors: attention_mask: must have the shape of input_ids"));
  CHECK(absl::StrContains(message({{"input_ids", ids}, {"attention_mask", IdRow({1, 2, -1})}}),
                          "in.safetensors: attention_mask: must be in [0, 1]"));
  CHECK(absl::StrContains(message({{"input_ids", ids}, {"token_type_ids", IdRow({0, 2, 0})}}),
                          "in.safetensors: token_type_ids: must be in [0, 1]"));
  CHECK(absl::StrContains(message({{"input_ids", at::zeros({1, 0}, at::kLong)}}),
                          "in.safetensors: input_ids: has an axis 1 of 0"));
  CHECK(absl::StrContains(message({{"input_ids", IdRow({1, 20})}}),
                          "in.safetensors: input_ids: must be in [0, 19]"));
}

}  // namespace
}  // namespace clientele::models
