#include "tools/clientele-models/import/sentence_transformers.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/modeling/checkpoint/checkpoint_weights.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

using modeling::Config;
using modeling::PoolMode;
using modeling::VectorStep;
using Json = nlohmann::json;

constexpr std::size_t kMaxModules = 32;
constexpr std::int64_t kMaxTokens = 1 << 20;

constexpr std::array<PoolMode, 6> kModes = {PoolMode::kMean,         PoolMode::kCls,
                                            PoolMode::kMax,          PoolMode::kMeanSqrtLength,
                                            PoolMode::kWeightedMean, PoolMode::kLastToken};

// The flag of a mode in the older spelling.
std::string FlagOf(PoolMode mode) {
  const std::string name = modeling::NameOf(mode);
  if (mode == PoolMode::kCls) return "pooling_mode_cls_token";
  if (mode == PoolMode::kLastToken || mode == PoolMode::kMeanSqrtLength) {
    return "pooling_mode_" + name;
  }
  return "pooling_mode_" + name + "_tokens";
}

std::optional<PoolMode> FindMode(absl::string_view name) {
  for (const PoolMode mode : kModes) {
    const std::string known = modeling::NameOf(mode);
    if (name == known || name == known + "_tokens" || name == known + "_token") return mode;
  }
  return std::nullopt;
}

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

struct Module {
  std::string kind;  // the last part of its type
  std::string path;
};

// The modules of modules.json, or of a folder from before there was one.
absl::StatusOr<std::vector<Module>> ReadModules(const fs::path& dir,
                                                std::vector<std::string>& notes) {
  std::vector<Module> modules;
  const fs::path file = dir / "modules.json";
  if (!Exists(file)) {
    const bool below = !Exists(dir / "config.json") && Exists(dir / "0_Transformer/config.json");
    if (!below && !Exists(dir / "1_Pooling/config.json")) return modules;
    modules.push_back({"Transformer", below ? "0_Transformer" : ""});
    if (Exists(dir / "1_Pooling/config.json")) modules.push_back({"Pooling", "1_Pooling"});
    return modules;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Json list, modeling::ReadJsonFile(file));
  if (!list.is_array() || list.empty() || list.size() > kMaxModules) {
    return InvalidField("modules.json",
                        absl::StrCat("must be a list of 1 to ", kMaxModules, " modules"));
  }
  for (const Json& entry : list) {
    Config module(entry, "modules.json");
    const std::string type = module.String("type", "");
    const std::string path = module.String("path", "");
    CLIENTELE_RETURN_IF_ERROR(module.status());
    const fs::path relative(path);
    const bool inside = relative.is_relative() && path.find('\0') == std::string::npos &&
                        std::find(relative.begin(), relative.end(), "..") == relative.end();
    if (!inside) return InvalidField("modules.json: path", "must be a folder below this one");
    modules.push_back({type.substr(type.rfind('.') + 1), path});
    if (module.Has("kwargs") && entry["kwargs"].is_array() && !entry["kwargs"].empty()) {
      notes.push_back(
          absl::StrCat("modules.json: kwargs of ", modules.back().kind, ": are not followed"));
    }
  }
  if (modules.front().kind != "Transformer") {
    return InvalidField("modules.json: type",
                        absl::StrCat("begins with ", modules.front().kind.substr(0, 64),
                                     "; the first module must be a Transformer"));
  }
  return modules;
}

absl::StatusOr<Json> ReadModuleConfig(const fs::path& dir, const std::string& path,
                                      std::string& name) {
  name = path.empty() ? "config.json" : path + "/config.json";
  absl::StatusOr<Json> json = modeling::ReadJsonFile(dir / path / "config.json");
  if (json.ok()) return json;
  return absl::Status(json.status().code(), absl::StrCat(path, "/", json.status().message()));
}

// Modes by either spelling.
absl::StatusOr<std::vector<PoolMode>> ReadModes(Config& config, const Json& json) {
  std::vector<PoolMode> flags;
  bool any_flag = false;
  for (const auto& [field, value] : json.items()) {
    if (!absl::StartsWith(field, "pooling_mode_")) continue;
    any_flag = true;
    const bool known = std::any_of(kModes.begin(), kModes.end(),
                                   [&](PoolMode mode) { return field == FlagOf(mode); });
    if (!known && config.Bool(field, false)) config.Reject(field, "is not supported");
  }
  // In the order in which sentence-transformers lay them side by side.
  for (const PoolMode mode :
       {PoolMode::kCls, PoolMode::kMax, PoolMode::kMean, PoolMode::kMeanSqrtLength,
        PoolMode::kWeightedMean, PoolMode::kLastToken}) {
    if (config.Bool(FlagOf(mode), false)) flags.push_back(mode);
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  if (!config.Has("pooling_mode")) {
    if (any_flag && flags.empty() && config.Has(FlagOf(PoolMode::kMean))) {
      config.Reject("pooling_mode_mean_tokens", "is false, and so is every other mode");
    }
    CLIENTELE_RETURN_IF_ERROR(config.status());
    return flags.empty() ? std::vector{PoolMode::kMean} : flags;
  }
  const Json& value = json["pooling_mode"];
  const std::vector<std::string> names = value.is_array()
                                             ? config.Strings("pooling_mode")
                                             : std::vector{config.String("pooling_mode", "")};
  std::vector<PoolMode> modes;
  for (const std::string& name : names) {
    const std::optional<PoolMode> mode = FindMode(name);
    if (!mode) {
      config.Reject("pooling_mode", absl::StrCat("is ", name.substr(0, 64),
                                                 "; mean, cls, max, mean_sqrt_len_tokens, "
                                                 "weightedmean and lasttoken are supported"));
      break;
    }
    modes.push_back(*mode);
  }
  if (modes.empty()) config.Reject("pooling_mode", "names no mode");
  std::vector<PoolMode> sorted = modes;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    config.Reject("pooling_mode", "names a mode twice");
  }
  std::sort(flags.begin(), flags.end());
  if (!flags.empty() && flags != sorted) {
    config.Reject("pooling_mode", "says another pooling than the pooling_mode_ flags beside it");
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  return modes;
}

// Expressions of the activations that a Dense module may name.
absl::StatusOr<std::string> ReadActivation(Config& config) {
  const std::string type = config.String("activation_function", "torch.nn.modules.activation.Tanh");
  const std::string name = type.substr(type.rfind('.') + 1);
  for (const auto& [known, expression] :
       std::map<std::string, std::string>{{"Tanh", "torch.tanh(x)"},
                                          {"Identity", "x"},
                                          {"ReLU", "torch.relu(x)"},
                                          {"GELU", "torch.gelu(x)"},
                                          {"SiLU", "torch.silu(x)"},
                                          {"Sigmoid", "torch.sigmoid(x)"}}) {
    if (name == known) return expression;
  }
  config.Reject("activation_function",
                absl::StrCat("is ", name.substr(0, 64),
                             "; Tanh, Identity, ReLU, GELU, SiLU and Sigmoid are supported"));
  return config.status();
}

absl::StatusOr<VectorStep> ReadStep(const fs::path& dir, const Module& module) {
  VectorStep step;
  step.name = module.path.empty() ? module.kind : module.path;
  std::string file;
  CLIENTELE_ASSIGN_OR_RETURN(const Json json, ReadModuleConfig(dir, module.path, file));
  Config config(json, file);
  if (module.kind == "Dense") {
    step.kind = VectorStep::Kind::kDense;
    step.inputs = config.Int("in_features", 0, 1, modeling::kMaxWidth);
    step.outputs = config.Int("out_features", 0, 1, modeling::kMaxWidth);
    step.bias = config.Bool("bias", true);
    if (step.inputs == 0) config.Reject("in_features", "is missing");
    if (step.outputs == 0) config.Reject("out_features", "is missing");
    CLIENTELE_RETURN_IF_ERROR(config.status());
    CLIENTELE_ASSIGN_OR_RETURN(step.activation, ReadActivation(config));
    for (const char* field : {"module_input_name", "module_output_name"}) {
      if (config.String(field, "sentence_embedding") != "sentence_embedding") {
        config.Reject(field, "must be sentence_embedding");
      }
    }
    if (config.Bool("use_residual", false)) config.Reject("use_residual", "is not supported");
  } else {
    step.kind = VectorStep::Kind::kLayerNorm;
    step.inputs = step.outputs = config.Int("dimension", 0, 1, modeling::kMaxWidth);
    if (step.inputs == 0) config.Reject("dimension", "is missing");
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  auto weights = modeling::CheckpointWeights::Open(dir / module.path);
  if (!weights.ok()) {
    return absl::Status(weights.status().code(),
                        absl::StrCat(step.name, ": ", weights.status().message()));
  }
  step.weights = *std::move(weights);
  return step;
}

// sentence_bert_config.json and its namesakes, beside the transformer.
absl::Status ReadLimits(const SentenceOverrides& overrides, SentenceTransformer& said) {
  std::set<std::string> files;
  for (const char* family :
       {"bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"}) {
    const std::string name = absl::StrCat("sentence_", family, "_config.json");
    if (Exists(said.transformer / name)) files.insert(name);
  }
  for (const std::string& name : files) {
    CLIENTELE_ASSIGN_OR_RETURN(const Json json, modeling::ReadJsonFile(said.transformer / name));
    Config config(json, name);
    if (!overrides.max_tokens) said.max_tokens = config.Int("max_seq_length", 0, 1, kMaxTokens);
    if (config.Bool("do_lower_case", false)) said.settings["lower_case"] = "true";
    CLIENTELE_RETURN_IF_ERROR(config.status());
    for (const auto& [field, value] : json.items()) {
      const bool nothing = value.is_null() || (value.is_object() && value.empty());
      const bool usual = field == "transformer_task" && value == "feature-extraction";
      if (field == "max_seq_length" || field == "do_lower_case" || nothing || usual) continue;
      said.notes.push_back(absl::StrCat(name, ": ", field.substr(0, 64), ": is not followed"));
    }
  }
  const fs::path tokenizer = said.transformer / "tokenizer_config.json";
  if (said.max_tokens > 0 || overrides.max_tokens || !Exists(tokenizer)) return absl::OkStatus();
  // Where nothing else bounds a text, its tokenizer does.
  CLIENTELE_ASSIGN_OR_RETURN(const Json json, modeling::ReadJsonFile(tokenizer));
  Config config(json, "tokenizer_config.json");
  const double most = config.Float("model_max_length", 0, 0);
  if (config.status().ok() && most >= 1 && most <= static_cast<double>(kMaxTokens)) {
    said.max_tokens = static_cast<std::int64_t>(most);
  }
  return absl::OkStatus();
}

absl::Status ReadPrompts(const fs::path& dir, SentenceTransformer& said) {
  const fs::path file = dir / "config_sentence_transformers.json";
  if (!Exists(file)) return absl::OkStatus();
  constexpr char kName[] = "config_sentence_transformers.json";
  CLIENTELE_ASSIGN_OR_RETURN(const Json json, modeling::ReadJsonFile(file));
  Config config(json, kName);
  const std::string type = config.String("model_type", "SentenceTransformer");
  if (type != "SentenceTransformer") {
    config.Reject("model_type",
                  absl::StrCat("is ", type.substr(0, 64),
                               "; only a SentenceTransformer gives one vector a text"));
  }
  const std::string usual = config.String("default_prompt_name", "");
  const std::string similarity = config.String("similarity_fn_name", "cosine");
  CLIENTELE_RETURN_IF_ERROR(config.status());
  std::map<std::string, std::string> prompts;
  if (config.Has("prompts")) {
    if (!json["prompts"].is_object()) config.Reject("prompts", "must be a JSON object");
    for (const auto& [name, text] : json["prompts"].items()) {
      if (!text.is_string()) {
        config.Reject("prompts", "must be texts");
        break;
      }
      prompts[name] = text.get<std::string>();
    }
  }
  if (!usual.empty() && !prompts.contains(usual)) {
    config.Reject("default_prompt_name", "names no prompt");
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  const std::string fallback = usual.empty() ? "" : prompts[usual];
  std::set<std::string> applied = {usual};
  const auto take = [&](const char* setting, const std::vector<const char*>& names) {
    std::string prompt = fallback;
    for (const char* name : names) {
      if (!prompts.contains(name)) continue;
      prompt = prompts[name];
      applied.insert(name);
      break;
    }
    if (!prompt.empty()) said.settings[setting] = prompt;
  };
  take("prompt.query", {"query"});
  take("prompt.document", {"document", "passage", "corpus"});
  if (!fallback.empty()) said.settings["prompt"] = fallback;
  for (const auto& [name, text] : prompts) {
    if (!applied.contains(name) && !text.empty()) {
      said.notes.push_back(absl::StrCat(kName, ": prompts: ", name.substr(0, 64),
                                        ": is not applied; query and document are"));
    }
  }
  if (similarity != "cosine") {
    said.notes.push_back(absl::StrCat(kName, ": similarity_fn_name: is ", similarity.substr(0, 32),
                                      "; the services compare by cosine"));
  }
  if (config.Has("truncate_dim")) {
    said.notes.push_back(absl::StrCat(kName, ": truncate_dim: is not followed"));
  }
  return absl::OkStatus();
}

absl::Status ReadPoolingModule(const fs::path& dir, const Module& module,
                               const SentenceOverrides& overrides, SentenceTransformer& said,
                               bool& includes_prompt) {
  std::string file;
  CLIENTELE_ASSIGN_OR_RETURN(const Json json, ReadModuleConfig(dir, module.path, file));
  Config config(json, file);
  CLIENTELE_RETURN_IF_ERROR(config.status());
  includes_prompt = config.Bool("include_prompt", true);
  config.Rename("embedding_dimension", "word_embedding_dimension");
  const std::int64_t width = config.Int("word_embedding_dimension", 0, 1, modeling::kMaxWidth);
  CLIENTELE_RETURN_IF_ERROR(config.status());
  if (!overrides.pooling) {
    CLIENTELE_ASSIGN_OR_RETURN(said.pool_modes, ReadModes(config, json));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Json model,
                             modeling::ReadJsonFile(said.transformer / "config.json"));
  Config transformer(model, "config.json");
  const std::int64_t hidden = transformer.Int("hidden_size", width, 1, modeling::kMaxWidth);
  if (width > 0 && hidden != width) {
    config.Reject("word_embedding_dimension",
                  absl::StrCat("is ", width, ", but config.json's hidden_size is ", hidden));
  }
  return config.status();
}

}  // namespace

absl::StatusOr<std::vector<PoolMode>> ParsePooling(const std::string& text) {
  std::vector<PoolMode> modes;
  for (const absl::string_view name : absl::StrSplit(text, '+')) {
    const std::optional<PoolMode> mode = FindMode(name);
    if (!mode || std::find(modes.begin(), modes.end(), *mode) != modes.end()) {
      return absl::InvalidArgumentError(
          "a pooling is mean, cls, max, mean_sqrt_len_tokens, weightedmean or lasttoken, or "
          "different ones with + between");
    }
    modes.push_back(*mode);
  }
  return modes;
}

absl::StatusOr<SentenceTransformer> ReadSentenceTransformer(const fs::path& dir,
                                                            const SentenceOverrides& overrides) {
  SentenceTransformer said;
  said.transformer = dir;
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Module> modules, ReadModules(dir, said.notes));
  if (modules.empty()) return said;
  said.found = true;
  said.transformer = dir / modules.front().path;
  bool pooled = false;
  bool includes_prompt = true;
  for (std::size_t i = 1; i < modules.size(); ++i) {
    const Module& module = modules[i];
    if (module.kind == "Dropout") continue;
    if (module.kind == "Pooling" && !pooled) {
      pooled = true;
      CLIENTELE_RETURN_IF_ERROR(ReadPoolingModule(dir, module, overrides, said, includes_prompt));
      continue;
    }
    const bool known =
        module.kind == "Normalize" || module.kind == "Dense" || module.kind == "LayerNorm";
    if (!known) {
      return InvalidField(
          "modules.json: type",
          absl::StrCat(module.kind.substr(0, 64), " (", module.path.substr(0, 64),
                       ") is not supported; Transformer, Pooling, Dense, LayerNorm, "
                       "Normalize and Dropout are"));
    }
    if (!pooled) {
      return InvalidField(
          "modules.json: type",
          absl::StrCat(module.kind, " stands before Pooling, which is not supported"));
    }
    if (module.kind == "Normalize") {
      said.steps.push_back({.kind = VectorStep::Kind::kNormalize, .name = module.path});
    } else {
      CLIENTELE_ASSIGN_OR_RETURN(VectorStep step, ReadStep(dir, module));
      said.steps.push_back(std::move(step));
    }
  }
  if (!pooled && !overrides.pooling) {
    return InvalidField("modules.json", "has no Pooling: say one with --pooling");
  }
  while (!said.steps.empty() && said.steps.back().kind == VectorStep::Kind::kNormalize) {
    said.normalize = true;
    said.steps.pop_back();
  }
  CLIENTELE_RETURN_IF_ERROR(ReadLimits(overrides, said));
  CLIENTELE_RETURN_IF_ERROR(ReadPrompts(dir, said));
  const bool prompts = said.settings.contains("prompt.query") ||
                       said.settings.contains("prompt.document") ||
                       said.settings.contains("prompt");
  if (!includes_prompt && prompts) {
    return InvalidField("1_Pooling/config.json: include_prompt",
                        "is false, which is not supported where there are prompts");
  }
  return said;
}

}  // namespace clientele::models
