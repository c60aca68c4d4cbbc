// Folders of sentence-transformers: every module and setting is followed, or refused by name.
#include "tools/clientele-models/import/sentence_transformers.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/modeling/checkpoint/weights.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/checkpoint_import.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using modeling::PoolMode;

const char kTinyBert[] = R"({"model_type": "bert", "hidden_size": 8, "num_attention_heads": 2,
                             "num_hidden_layers": 1, "intermediate_size": 8, "vocab_size": 20,
                             "max_position_embeddings": 16})";

// Makes every tensor that an architecture asks for, and keeps it.
class MadeWeights final : public modeling::Weights {
 public:
  std::map<std::string, at::Tensor> made;

  bool Has(absl::string_view, bool in_new) const override { return in_new; }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, modeling::Init,
                    at::Tensor& out) override {
    out =
        at::sin(at::arange(at::empty(shape).numel(), at::kFloat) + static_cast<float>(made.size()))
            .reshape(shape);
    made[name] = out.clone();
    return absl::OkStatus();
  }
};

void WriteTensors(const fs::path& dir, const std::map<std::string, at::Tensor>& tensors) {
  modeling::TensorViews views;
  for (const auto& [name, tensor] : tensors) views.emplace(name, *modeling::ViewOf(tensor));
  REQUIRE(modeling::WriteSafetensors(dir / "model.safetensors", views).ok());
}

void WriteBert(const fs::path& dir, const std::string& config = kTinyBert,
               const std::string& prefix = "") {
  fs::create_directories(dir);
  std::ofstream(dir / "config.json") << config;
  MadeWeights weights;
  modeling::Config read(Json::parse(config), "config.json");
  REQUIRE(modeling::FindFamily("bert").value()->build(read, weights, {}).ok());
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : weights.made) tensors[prefix + name] = tensor;
  WriteTensors(dir, tensors);
}

void Put(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << content;
}

Json ModuleEntry(const std::string& kind, const std::string& path) {
  return {{"path", path}, {"type", "sentence_transformers.models." + kind}};
}

struct Made {
  absl::Status status;
  model::v1::Bundle manifest;
  std::vector<std::string> notes;
  torch::jit::Module module;

  // Of two rows, the second of three tokens alone.
  at::Tensor Forward() { return module.forward({Ids(), Mask()}).toTensor(); }
  at::Tensor Hidden() {
    return module.get_method("reference")({Ids(), Mask(), at::zeros_like(Ids())})
        .toTuple()
        ->elements()[0]
        .toTensor();
  }
  static at::Tensor Ids() {
    return at::tensor({2, 5, 7, 3, 4, 2, 9, 3, 0, 0}, at::kLong).reshape({2, 5});
  }
  static at::Tensor Mask() {
    return at::tensor({1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, at::kLong).reshape({2, 5});
  }
};

class Folder {
  const testing::TemporaryFolder folder_;
  int version_ = 0;

 public:
  const fs::path dir;

  Folder() : dir(folder_.path() / "st") {}

  Made Import(ImportOptions options = {}) {
    options.out = folder_.path() / "models";
    options.name = "tiny";
    options.version = absl::StrCat(++version_);
    Made made;
    options.notes = &made.notes;
    const auto bundle = ImportCheckpoint(dir, options);
    made.status = bundle.status();
    if (!bundle.ok()) return made;
    made.manifest = inference::ModelBundle::OpenUnsigned(*bundle)->manifest();
    made.module = torch::jit::load((*bundle / "model.pt").string());
    return made;
  }
};

bool Close(const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 1e-4, 1e-5); }

bool Says(const absl::Status& status, const std::string& part) {
  return absl::StrContains(status.message(), part);
}

TEST_CASE("Every pooling of sentence-transformers is followed, in either spelling") {
  struct Case {
    const char* config;
    const char* name;
  };
  for (const Case& c : std::vector<Case>{
           {R"({"pooling_mode": "cls"})", "cls"},
           {R"({"pooling_mode": ["mean"]})", "mean"},
           {R"({"pooling_mode": ["max", "cls"]})", "max+cls"},
           {R"({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false})", "cls"},
           {R"({"pooling_mode_mean_tokens": true})", "mean"},
           {R"({"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false})", "max"},
           {R"({"pooling_mode_lasttoken": true, "pooling_mode_mean_tokens": false})", "lasttoken"},
           {R"({"pooling_mode_mean_sqrt_len_tokens": true})", "mean_sqrt_len_tokens"},
           {R"({"pooling_mode_weightedmean_tokens": true})", "weightedmean"},
           {R"({})", "mean"}}) {
    CAPTURE(c.config);
    Folder folder;
    WriteBert(folder.dir);
    Put(folder.dir / "1_Pooling/config.json", c.config);
    Put(folder.dir / "modules.json",
        Json{ModuleEntry("Transformer", ""), ModuleEntry("Pooling", "1_Pooling")}.dump());
    Made made = folder.Import();
    INFO(made.status.message());
    REQUIRE(made.status.ok());
    const at::Tensor hidden = made.Hidden();
    const at::Tensor mask = Made::Mask().to(at::kFloat).unsqueeze(-1);
    const at::Tensor sum = (hidden * mask).sum(1);
    const at::Tensor count = mask.sum(1);
    const at::Tensor places = at::arange(1, 6, at::kFloat).reshape({1, 5, 1}) * mask;
    std::map<std::string, at::Tensor> expected = {
        {"mean", sum / count},
        {"cls", hidden.select(1, 0)},
        {"max",
         at::stack({std::get<0>(hidden[0].max(0)), std::get<0>(hidden[1].narrow(0, 0, 3).max(0))})},
        {"lasttoken", at::stack({hidden[0][4], hidden[1][2]})},
        {"mean_sqrt_len_tokens", sum / count.sqrt()},
        {"weightedmean", (hidden * places).sum(1) / places.sum(1)}};
    expected["max+cls"] = at::cat({expected["max"], expected["cls"]}, 1);
    CHECK(Close(made.Forward(), expected.at(c.name)));
    CHECK(made.manifest.outputs(0).shape(1) == made.Forward().size(1));
  }
}

TEST_CASE("A pooling that is unknown or contradicts itself is refused by name") {
  for (const auto& [config, part] : std::vector<std::pair<std::string, std::string>>{
           {R"({"pooling_mode": "attention"})", "pooling_mode: is attention"},
           {R"({"pooling_mode": []})", "pooling_mode: names no mode"},
           {R"({"pooling_mode": ["cls", "cls"]})", "twice"},
           {R"({"pooling_mode": 3})", "pooling_mode"},
           {R"({"pooling_mode_attention_tokens": true})", "pooling_mode_attention_tokens"},
           {R"({"pooling_mode": "cls", "pooling_mode_mean_tokens": true})", "another pooling"},
           {R"({"pooling_mode_mean_tokens": false})", "pooling_mode_mean_tokens"},
           {R"({"embedding_dimension": 9})", "is 9, but config.json's hidden_size is 8"}}) {
    CAPTURE(config);
    Folder folder;
    WriteBert(folder.dir);
    Put(folder.dir / "1_Pooling/config.json", config);
    const Made made = folder.Import();
    INFO(made.status.message());
    CHECK(Says(made.status, "1_Pooling/config.json"));
    CHECK(Says(made.status, part));
  }
}

TEST_CASE("modules.json is read first, and its paths are followed") {
  Folder folder;
  WriteBert(folder.dir / "encoder");
  // Another pooling lies where older folders have theirs.
  Put(folder.dir / "1_Pooling/config.json", R"({"pooling_mode": "mean"})");
  Put(folder.dir / "2_Other/config.json", R"({"pooling_mode": "cls"})");
  Put(folder.dir / "modules.json",
      Json{ModuleEntry("Transformer", "encoder"), ModuleEntry("Pooling", "2_Other"),
           ModuleEntry("Dropout", "3_Dropout"), ModuleEntry("Normalize", "4_Normalize")}
          .dump());
  Made made = folder.Import();
  INFO(made.status.message());
  REQUIRE(made.status.ok());
  CHECK(made.manifest.pooling() == model::v1::POOLING_CLS);
  CHECK(made.manifest.normalized());
  CHECK(Close(made.Forward().norm(2, 1), at::ones({2})));

  // From before there was a modules.json.
  Folder old;
  WriteBert(old.dir / "0_Transformer");
  Put(old.dir / "1_Pooling/config.json", R"({"pooling_mode_cls_token": true})");
  CHECK(old.Import().manifest.pooling() == model::v1::POOLING_CLS);
}

TEST_CASE("A module that is not supported, or lies outside, is refused by name") {
  for (const auto& [modules, part] : std::vector<std::pair<Json, std::string>>{
           {Json::array({ModuleEntry("Transformer", ""), ModuleEntry("CNN", "1_CNN")}),
            "CNN (1_CNN)"},
           {Json::array({ModuleEntry("Transformer", ""), ModuleEntry("Dense", "1_Dense")}),
            "before Pooling"},
           {Json::array({ModuleEntry("WordEmbeddings", "")}), "begins with WordEmbeddings"},
           {Json::array({ModuleEntry("Transformer", "../else")}), "modules.json: path"},
           {Json::array({ModuleEntry("Transformer", "/etc")}), "modules.json: path"},
           {Json::array({ModuleEntry("Transformer", "")}),
            "has no Pooling: say one with --pooling"},
           {Json::array(), "modules.json"},
           {Json::object(), "modules.json"}}) {
    CAPTURE(modules.dump());
    Folder folder;
    WriteBert(folder.dir);
    Put(folder.dir / "modules.json", modules.dump());
    const Made made = folder.Import();
    INFO(made.status.message());
    CHECK(Says(made.status, part));
  }
}

TEST_CASE("A Dense module follows the pooling, with its activation") {
  Folder folder;
  WriteBert(folder.dir);
  const at::Tensor weight = at::sin(at::arange(24, at::kFloat)).reshape({3, 8});
  const at::Tensor bias = at::tensor({0.5F, -0.5F, 0.25F});
  fs::create_directories(folder.dir / "2_Dense");
  WriteTensors(folder.dir / "2_Dense", {{"linear.weight", weight}, {"linear.bias", bias}});
  Json dense = {{"in_features", 8},
                {"out_features", 3},
                {"bias", true},
                {"activation_function", "torch.nn.modules.activation.Tanh"}};
  Put(folder.dir / "2_Dense/config.json", dense.dump());
  Put(folder.dir / "1_Pooling/config.json", R"({"pooling_mode": "cls"})");
  Put(folder.dir / "modules.json",
      Json{ModuleEntry("Transformer", ""), ModuleEntry("Pooling", "1_Pooling"),
           ModuleEntry("Normalize", ""), ModuleEntry("Dense", "2_Dense")}
          .dump());
  Made made = folder.Import();
  INFO(made.status.message());
  REQUIRE(made.status.ok());
  at::Tensor x = made.Hidden().select(1, 0);
  x = x / x.norm(2, 1, true);
  CHECK(Close(made.Forward(), at::tanh(at::linear(x, weight, bias))));
  CHECK(made.manifest.outputs(0).shape(1) == 3);
  CHECK_FALSE(made.manifest.normalized());

  dense["activation_function"] = "torch.nn.modules.activation.Mish";
  Put(folder.dir / "2_Dense/config.json", dense.dump());
  CHECK(Says(folder.Import().status, "2_Dense/config.json: activation_function: is Mish"));
  dense["activation_function"] = "torch.nn.modules.linear.Identity";
  dense["in_features"] = 7;
  Put(folder.dir / "2_Dense/config.json", dense.dump());
  CHECK(Says(folder.Import().status, "2_Dense/config.json: takes vectors of 7 values"));
  fs::remove(folder.dir / "2_Dense/model.safetensors");
  CHECK(Says(folder.Import().status, "2_Dense"));
}

TEST_CASE("The length of texts is the folder's, and never more than the model's") {
  Folder folder;
  WriteBert(folder.dir);
  Put(folder.dir / "1_Pooling/config.json", "{}");
  CHECK(folder.Import().manifest.limits().max_tokens() == 16);
  Put(folder.dir / "tokenizer_config.json", R"({"model_max_length": 12})");
  CHECK(folder.Import().manifest.limits().max_tokens() == 12);
  Put(folder.dir / "sentence_bert_config.json", R"({"max_seq_length": 9, "new_thing": 1})");
  const Made made = folder.Import();
  CHECK(made.manifest.limits().max_tokens() == 9);
  REQUIRE(made.notes.size() == 1);
  CHECK(absl::StrContains(made.notes[0], "new_thing: is not followed"));
  Put(folder.dir / "sentence_bert_config.json",
      R"({"max_seq_length": 512, "do_lower_case": true})");
  const Made large = folder.Import();
  CHECK(large.manifest.limits().max_tokens() == 16);
  CHECK(absl::StrContains(large.notes[0], "max_seq_length: is 512"));
  CHECK(large.manifest.settings().at("lower_case") == "true");
}

TEST_CASE("Prompts are kept for questions and documents, and others are named") {
  Folder folder;
  WriteBert(folder.dir);
  Put(folder.dir / "1_Pooling/config.json", "{}");
  Put(folder.dir / "config_sentence_transformers.json",
      R"({"prompts": {"query": "query: ", "passage": "passage: ", "cluster": "topic: "},
          "default_prompt_name": null, "similarity_fn_name": "dot"})");
  const Made made = folder.Import();
  INFO(made.status.message());
  REQUIRE(made.status.ok());
  CHECK(made.manifest.settings().at("prompt.query") == "query: ");
  CHECK(made.manifest.settings().at("prompt.document") == "passage: ");
  CHECK_FALSE(made.manifest.settings().contains("prompt"));
  REQUIRE(made.notes.size() == 2);
  CHECK(absl::StrContains(made.notes[0], "cluster"));
  CHECK(absl::StrContains(made.notes[1], "similarity_fn_name: is dot"));

  Put(folder.dir / "config_sentence_transformers.json",
      R"({"prompts": {"query": "query: "}, "default_prompt_name": "query"})");
  const Made usual = folder.Import();
  CHECK(usual.manifest.settings().at("prompt") == "query: ");
  CHECK(usual.manifest.settings().at("prompt.document") == "query: ");
  Put(folder.dir / "1_Pooling/config.json", R"({"include_prompt": false})");
  CHECK(Says(folder.Import().status, "include_prompt"));
  Put(folder.dir / "config_sentence_transformers.json", R"({"default_prompt_name": "query"})");
  CHECK(Says(folder.Import().status, "default_prompt_name"));
  Put(folder.dir / "config_sentence_transformers.json", R"({"model_type": "SparseEncoder"})");
  CHECK(Says(folder.Import().status, "model_type: is SparseEncoder"));
}

TEST_CASE("A flag overrides its own setting alone") {
  Folder folder;
  WriteBert(folder.dir);
  Put(folder.dir / "1_Pooling/config.json", R"({"pooling_mode": "cls"})");
  Put(folder.dir / "sentence_bert_config.json", R"({"max_seq_length": 9})");
  Put(folder.dir / "modules.json",
      Json{ModuleEntry("Transformer", ""), ModuleEntry("Pooling", "1_Pooling"),
           ModuleEntry("Normalize", "2_Normalize")}
          .dump());
  ImportOptions pooling;
  pooling.build.pool_modes = {PoolMode::kMax};
  Made made = folder.Import(pooling);
  CHECK(made.manifest.settings().at("pooling") == "max");
  CHECK(made.manifest.normalized());
  CHECK(made.manifest.limits().max_tokens() == 9);
  ImportOptions normalize;
  normalize.normalize = false;
  made = folder.Import(normalize);
  CHECK_FALSE(made.manifest.normalized());
  CHECK(made.manifest.pooling() == model::v1::POOLING_CLS);
  ImportOptions tokens;
  tokens.build.max_tokens = 5;
  made = folder.Import(tokens);
  CHECK(made.manifest.limits().max_tokens() == 5);
  CHECK(made.manifest.normalized());
  CHECK((ParsePooling("cls+mean").value() == std::vector{PoolMode::kCls, PoolMode::kMean}));
  CHECK_FALSE(ParsePooling("cls+cls").ok());
  CHECK_FALSE(ParsePooling("best").ok());
}

TEST_CASE("Names that a way of saving put before every tensor are left off, and it is said") {
  for (const std::string prefix : {"module.", "0.auto_model.", "_orig_mod.", "module.bert."}) {
    CAPTURE(prefix);
    Folder folder;
    WriteBert(folder.dir, kTinyBert, prefix);
    const Made made = folder.Import();
    INFO(made.status.message());
    REQUIRE(made.status.ok());
    REQUIRE(made.notes.size() == 1);
    CHECK(absl::StrContains(made.notes[0], "which is left off"));
  }
}

TEST_CASE("Shared cases of sentence-transformers import as their files say") {
  const fs::path cases = fs::path(testing::SourceDir()) / "../shared/cases/checkpoints";
  if (!fs::exists(cases)) SKIP("shared/cases is not here");
  for (const auto& [name, pooling, tokens, width] :
       std::vector<std::tuple<std::string, std::string, int, int>>{
           {"st-dense", "cls", 64, 32},
           {"st-lasttoken/old", "lasttoken", 64, 64},
           {"st-maxlen", "mean", 16, 64},
           {"st-prompts", "mean", 64, 64},
           {"st-subfolder/m", "mean", 64, 64},
           {"st-subfolder/otherpath", "cls", 64, 64},
           {"st5-pooling-cls/new", "cls", 64, 64},
           {"st5-pooling-cls/old", "cls", 64, 64}}) {
    CAPTURE(name);
    Folder folder;
    fs::copy(cases / name, folder.dir, fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(folder.dir)) {
      fs::permissions(entry, fs::perms::owner_write, fs::perm_options::add);
    }
    fs::permissions(folder.dir, fs::perms::owner_write, fs::perm_options::add);
    const fs::path transformer =
        fs::exists(folder.dir / "config.json") ? folder.dir : folder.dir / "0_Transformer";
    std::stringstream config;
    config << std::ifstream(transformer / "config.json").rdbuf();
    WriteBert(transformer, config.str());
    if (fs::exists(folder.dir / "2_Dense")) {
      WriteTensors(folder.dir / "2_Dense",
                   {{"linear.weight", at::ones({32, 64})}, {"linear.bias", at::ones({32})}});
    }
    const Made made = folder.Import();
    INFO(made.status.message());
    REQUIRE(made.status.ok());
    const auto other = made.manifest.settings().find("pooling");
    CHECK((other != made.manifest.settings().end()             ? other->second
           : made.manifest.pooling() == model::v1::POOLING_CLS ? "cls"
                                                               : "mean") == pooling);
    CHECK(made.manifest.limits().max_tokens() == tokens);
    CHECK(made.manifest.outputs(0).shape(1) == width);
    if (name == "st-prompts") {
      CHECK(made.manifest.settings().at("prompt.query") == "query: ");
      CHECK(made.manifest.settings().at("prompt.document") == "passage: ");
    }
  }
}

}  // namespace
}  // namespace clientele::models
