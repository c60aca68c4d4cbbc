#include "tools/clientele-models/import/checkpoint_import.h"

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/modeling/checkpoint/checkpoint_weights.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/tokenizer.h"
#include "tools/clientele-models/import/generation_config.h"
#include "tools/clientele-models/import/sentence_transformers.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

constexpr char kConfigFile[] = "config.json";
constexpr char kTokenizerFolder[] = "tokenizer";
constexpr std::uintmax_t kMaxTokenizerBytes = 256 << 20;
// Rows and tokens of the golden examples, the first that fit.
constexpr std::array<std::pair<std::int64_t, std::int64_t>, 5> kGoldenSizes = {
    {{2, 8}, {2, 4}, {1, 4}, {1, 2}, {1, 1}}};

// What a tokenizer is read from; those that are there go into the bundle.
constexpr std::array<const char*, 11> kTokenizerFiles = {"tokenizer.json",
                                                         "config.json",
                                                         "tokenizer_config.json",
                                                         "special_tokens_map.json",
                                                         "added_tokens.json",
                                                         "vocab.txt",
                                                         "vocab.json",
                                                         "merges.txt",
                                                         "spiece.model",
                                                         "tokenizer.model",
                                                         "sentencepiece.bpe.model"};
// Any of these is a tokenizer; the others say more about it.
const std::set<std::string>& VocabularyFiles() {
  static const std::set<std::string> files = {"tokenizer.json",  "vocab.txt",
                                              "vocab.json",      "spiece.model",
                                              "tokenizer.model", "sentencepiece.bpe.model"};
  return files;
}

absl::StatusOr<std::vector<inference::BundleFile>> ReadTokenizerFiles(const fs::path& dir) {
  std::vector<inference::BundleFile> files;
  bool vocabulary = false;
  for (const char* name : kTokenizerFiles) {
    const fs::path path = dir / name;
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    const std::uintmax_t size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) return absl::NotFoundError(absl::StrCat(name, " cannot be read"));
    if (size > kMaxTokenizerBytes) {
      return InvalidField(name, absl::StrCat("has ", size, " bytes; at most ", kMaxTokenizerBytes,
                                             " are accepted"));
    }
    vocabulary |= VocabularyFiles().count(name) > 0;
    std::string content(std::istreambuf_iterator<char>(in), {});
    CLIENTELE_RETURN_IF_ERROR(modeling::RefuseLfsPointer(content, name));
    files.push_back(
        {.path = absl::StrCat(kTokenizerFolder, "/", name), .content = std::move(content)});
  }
  if (!vocabulary) files.clear();
  return files;
}

// Settings of the manifest that the folder's sentence-transformers files give, and what they say of
// the model, as far as the caller leaves it open.
absl::StatusOr<SentenceTransformer> FollowSentenceTransformer(const fs::path& dir,
                                                              ImportOptions& options) {
  modeling::BuildOptions& build = options.build;
  SentenceTransformer said;
  said.transformer = dir;
  if (build.task.value_or(model::v1::TASK_TEXT_ENCODER) != model::v1::TASK_TEXT_ENCODER)
    return said;
  const SentenceOverrides overrides = {
      .pooling = !build.pool_modes.empty() || build.pooling != model::v1::POOLING_UNSPECIFIED,
      .normalize = options.normalize.has_value(),
      .max_tokens = build.max_tokens > 0};
  CLIENTELE_ASSIGN_OR_RETURN(said, ReadSentenceTransformer(dir, overrides));
  if (!said.found) return said;
  if (!overrides.pooling) build.pool_modes = said.pool_modes;
  if (!overrides.max_tokens) build.max_tokens = said.max_tokens;
  build.steps = said.steps;
  build.normalize |= said.normalize;
  return said;
}

// What image checkpoints say about their pixels.
absl::Status ReadPixelScale(const fs::path& dir, modeling::BuildOptions& build) {
  std::error_code error;
  const fs::path path = dir / "preprocessor_config.json";
  if (!fs::exists(path, error)) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, modeling::ReadJsonFile(path));
  const auto read = [&](const char* field, std::vector<double>& out) {
    const auto found = json.is_object() ? json.find(field) : json.end();
    if (!json.is_object() || found == json.end()) return absl::OkStatus();
    std::vector<double> values;
    if (found->is_array()) {
      for (const auto& value : *found) {
        if (value.is_number()) values.push_back(value.get<double>());
      }
    }
    const bool zero = std::find(values.begin(), values.end(), 0.0) != values.end();
    if (values.size() != 3 || (zero && absl::string_view(field) == "image_std")) {
      return InvalidField(absl::StrCat("preprocessor_config.json: ", field),
                          "must be three numbers, one for each color; a deviation is not 0");
    }
    out = std::move(values);
    return absl::OkStatus();
  };
  modeling::Config settings(json, path.filename().string());
  const bool normalizes = settings.Bool("do_normalize", true);
  CLIENTELE_RETURN_IF_ERROR(settings.status());
  if (!normalizes) {
    build.pixel_mean = {0, 0, 0};
    build.pixel_deviation = {1, 1, 1};
    return absl::OkStatus();
  }
  CLIENTELE_RETURN_IF_ERROR(read("image_mean", build.pixel_mean));
  return read("image_std", build.pixel_deviation);
}

absl::StatusOr<modeling::BuiltModel> Build(const modeling::Family& family,
                                           const nlohmann::json& json, modeling::Weights& weights,
                                           modeling::BuildOptions options) {
  if (options.pooling == model::v1::POOLING_UNSPECIFIED) {
    options.pooling = model::v1::POOLING_MEAN;
  }
  modeling::Config config(json, kConfigFile);
  for (const char* field : {"quantization_config", "per_layer_config"}) {
    if (config.Has(field) && !config.Object(field).IsEmpty()) {
      config.Reject(field, "is not supported");
    }
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  try {
    CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built, family.build(config, weights, options));
    if (options.task && built.manifest.task() != *options.task) {
      return InvalidField("task", absl::StrCat("a ", family.model_type, " model is a ",
                                               model::v1::Task_Name(built.manifest.task())));
    }
    built.manifest.set_architecture(family.model_type);
    built.module.eval();
    return built;
  } catch (const std::exception&) {
    return absl::InternalError(
        absl::StrCat("the module of a ", family.model_type, " model cannot be built"));
  }
}

// Half of the machine's memory: a model is in memory twice while its bundle is checked.
std::int64_t UsableMemory() {
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) / 2 * ::sysconf(_SC_PAGE_SIZE);
}

// Values of a tensor whose dynamic axes are rows and tokens, or more.
std::int64_t ValuesOf(const model::v1::TensorSpec& spec, std::int64_t rows, std::int64_t length) {
  std::int64_t values = 1;
  for (const std::int64_t axis : spec.shape()) values *= axis == -1 ? rows * length : axis;
  return values;
}

std::pair<std::int64_t, std::int64_t> GoldenSize(const model::v1::Bundle& manifest) {
  const std::int64_t tokens = manifest.limits().max_tokens();
  if (tokens == 0) return {2, inference::kExampleImageSide};
  for (const auto& [rows, length] : kGoldenSizes) {
    std::int64_t values = 0;
    for (const auto& spec : manifest.outputs()) values += ValuesOf(spec, rows, length);
    if (length <= tokens && values <= inference::kMaxGoldenValues) return {rows, length};
  }
  return kGoldenSizes.back();
}

// The ids that a tokenizer gives must be rows of the model's table.
absl::Status CheckVocabulary(const std::vector<inference::BundleFile>& files,
                             std::int64_t vocabulary) {
  std::map<std::string, std::string> named;
  for (const inference::BundleFile& file : files) {
    named.emplace(fs::path(file.path).filename().string(), file.content);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto tokenizer, text::Tokenizer::FromFiles(named));
  if (tokenizer->vocab_size() > vocabulary) {
    return InvalidField("config.json: vocab_size",
                        absl::StrCat("is ", vocabulary, ", but the tokenizer has ids up to ",
                                     tokenizer->vocab_size() - 1));
  }
  return absl::OkStatus();
}

absl::StatusOr<fs::path> Write(modeling::BuiltModel built, const ImportOptions& options,
                               const std::vector<inference::BundleFile>& files) {
  model::v1::Bundle& manifest = built.manifest;
  manifest.set_name(options.name);
  manifest.set_version(options.version);
  if (options.precision != inference::Precision::kFloat32) {
    (*manifest.mutable_settings())["precision"] = inference::PrecisionName(options.precision);
  }
  manifest.set_license(options.license);
  manifest.set_source(options.source);
  if (!files.empty()) {
    manifest.mutable_tokenizer()->mutable_files()->set_folder(kTokenizerFolder);
  }
  std::vector<at::Tensor> golden;
  try {
    const auto [rows, length] = GoldenSize(manifest);
    golden = inference::ExampleInputs(manifest, rows, length);
  } catch (const std::exception&) {
    return absl::ResourceExhaustedError("there is too little memory for the golden examples");
  }
  const inference::BundleWriterOptions writer = {.model_dir = options.out};
  return options.key != nullptr
             ? inference::WriteBundle(writer, built.module, manifest, files, golden, *options.key)
             : inference::WriteUnsignedBundle(writer, built.module, manifest, files, golden);
}

}  // namespace

absl::StatusOr<fs::path> ImportCheckpoint(const fs::path& folder, ImportOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(const SentenceTransformer said,
                             FollowSentenceTransformer(folder, options));
  options.build.normalize = options.normalize.value_or(options.build.normalize);
  const fs::path& dir = said.transformer;
  const auto note = [&](const std::string& line) {
    if (options.notes != nullptr) options.notes->push_back(line);
  };
  CLIENTELE_ASSIGN_OR_RETURN(nlohmann::json json, modeling::ReadJsonFile(dir / kConfigFile));
  CLIENTELE_ASSIGN_OR_RETURN(const GenerationDefaults generation, ReadGenerationConfig(dir, json));
  modeling::Config config(json, kConfigFile);
  const std::string model_type = config.String("model_type", "");
  CLIENTELE_RETURN_IF_ERROR(config.status());
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::Family* family, modeling::FindFamily(model_type));
  CLIENTELE_RETURN_IF_ERROR(ReadPixelScale(dir, options.build));
  CLIENTELE_ASSIGN_OR_RETURN(const auto weights, modeling::CheckpointWeights::Open(dir));
  if (const std::string wrapper = weights->StripWrapper(); !wrapper.empty()) {
    note(absl::StrCat("the names of the weights begin with ", wrapper, ", which is left off"));
  }
  for (const std::string& prefix : family->optional_prefixes) weights->StripPrefix(prefix);
  // The names in TensorFlow, which the oldest checkpoints still use.
  weights->ReplaceSuffix("LayerNorm.gamma", "LayerNorm.weight");
  weights->ReplaceSuffix("LayerNorm.beta", "LayerNorm.bias");
  for (const std::string& name : weights->Names()) {
    for (const std::string& part : family->unneeded) {
      if (absl::StrContains(name, part)) weights->Ignore(name);
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto files, ReadTokenizerFiles(dir));
  CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                             Build(*family, json, *weights, options.build));
  if (said.found) {
    if (built.manifest.task() != model::v1::TASK_TEXT_ENCODER) {
      return InvalidField("modules.json",
                          absl::StrCat("makes vectors of texts, which a ", family->model_type,
                                       " model cannot do here; --task says what else it is for"));
    }
    if (said.max_tokens > built.manifest.limits().max_tokens()) {
      note(absl::StrCat("max_seq_length: is ", said.max_tokens, ", but the model has places for ",
                        built.manifest.limits().max_tokens(), " tokens"));
    }
    built.manifest.mutable_settings()->insert(said.settings.begin(), said.settings.end());
    for (const std::string& line : said.notes) note(line);
  }
  if (!files.empty()) {
    CLIENTELE_RETURN_IF_ERROR(CheckVocabulary(files, built.manifest.limits().vocabulary()));
  }
  if (built.manifest.task() == model::v1::TASK_TEXT_GENERATOR) {
    built.manifest.mutable_settings()->insert(generation.settings.begin(),
                                              generation.settings.end());
    for (const std::string& field : generation.not_followed) {
      note(absl::StrCat("generation_config.json: ", field, ": is not followed"));
    }
  }
  if (options.source.empty()) options.source = "a Hugging Face checkpoint";
  return Write(std::move(built), options, files);
}

absl::StatusOr<fs::path> ImportWeights(const nlohmann::json& config, modeling::Weights& weights,
                                       const fs::path& folder, ImportOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const modeling::Family* family,
      modeling::FindFamily(modeling::Config(config, kConfigFile).String("model_type", "")));
  CLIENTELE_ASSIGN_OR_RETURN(const auto files, ReadTokenizerFiles(folder));
  options.build.normalize = options.normalize.value_or(options.build.normalize);
  CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                             Build(*family, config, weights, options.build));
  if (files.empty()) return NotFound("a tokenizer");
  CLIENTELE_RETURN_IF_ERROR(CheckVocabulary(files, built.manifest.limits().vocabulary()));
  return Write(std::move(built), options, files);
}

absl::StatusOr<fs::path> NewModel(const std::string& architecture, const fs::path& config,
                                  std::uint64_t seed, ImportOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, modeling::ReadJsonFile(config));
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::Family* family, modeling::FindFamily(architecture));
  options.build.normalize = options.normalize.value_or(options.build.normalize);
  modeling::RandomWeights weights(seed, std::min(modeling::kMaxWeightBytes, UsableMemory()));
  CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                             Build(*family, json, weights, options.build));
  if (options.source.empty()) options.source = "random weights";
  return Write(std::move(built), options, {});
}

}  // namespace clientele::models
