#include "common/inference/bundle/manifest.h"

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/inference/bundle/generator_contract.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using model::v1::Bundle;
using model::v1::DataType;
using model::v1::Task;
using model::v1::TensorSpec;

constexpr int kMaxSpecs = 32;
constexpr int kMaxRank = 8;
// Product of a spec's fixed axes.
constexpr std::int64_t kMaxFixedValues = std::int64_t{1} << 26;
constexpr std::int64_t kMaxBuckets = std::int64_t{1} << 31;
constexpr std::int32_t kMaxBatchRows = 1 << 16;

struct Contract {
  Task task;
  const char* method;
  // dtype and rank of each input and output; rank 0 stands for "any".
  std::vector<std::pair<DataType, int>> inputs;
  std::vector<std::pair<DataType, int>> outputs;
};

const std::vector<Contract>& Contracts() {
  using namespace model::v1;  // NOLINT: the names below are this table's vocabulary
  static const std::vector<Contract> contracts = {
      {TASK_TEXT_ENCODER,
       "forward",
       {{DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}},
       {{DATA_TYPE_FLOAT32, 2}}},
      // A second output, where there is one, holds class scores.
      {TASK_IMAGE_ENCODER, "forward", {{DATA_TYPE_FLOAT32, 4}}, {{DATA_TYPE_FLOAT32, 2}}},
      {TASK_TEXT_GENERATOR,
       "prefill",
       {{DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}},
       {{DATA_TYPE_FLOAT32, 2}, {DATA_TYPE_FLOAT32, 6}}},
      {TASK_TEXT_READER,
       "forward",
       {{DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}},
       {{DATA_TYPE_FLOAT32, 2}, {DATA_TYPE_FLOAT32, 2}}},
      // A second output, where there is one, holds scores.
      {TASK_PROFILE_FUSER,
       "forward",
       {{DATA_TYPE_FLOAT32, 2},
        {DATA_TYPE_FLOAT32, 2},
        {DATA_TYPE_FLOAT32, 2},
        {DATA_TYPE_FLOAT32, 2}},
       {{DATA_TYPE_FLOAT32, 2}}},
      {TASK_COLLABORATIVE_FILTER,
       "forward",
       {{DATA_TYPE_FLOAT32, 2}, {DATA_TYPE_FLOAT32, 1}},
       {{DATA_TYPE_FLOAT32, 2}, {DATA_TYPE_FLOAT32, 2}}},
      {TASK_RANKER, "forward", {{DATA_TYPE_FLOAT32, 2}}, {{DATA_TYPE_FLOAT32, 1}}},
      {TASK_SEQUENCE_RECOMMENDER,
       "forward",
       {{DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}},
       {{DATA_TYPE_FLOAT32, 2}}},
      {TASK_TABULAR,
       "forward",
       {{DATA_TYPE_FLOAT32, 2}},
       {{DATA_TYPE_FLOAT32, 2}, {DATA_TYPE_FLOAT32, 2}}},
      {TASK_OBJECT_DETECTOR,
       "forward",
       {{DATA_TYPE_FLOAT32, 4}},
       {{DATA_TYPE_FLOAT32, 2},
        {DATA_TYPE_FLOAT32, 1},
        {DATA_TYPE_INT64, 1},
        {DATA_TYPE_INT64, 1},
        {DATA_TYPE_FLOAT32, 2}}},
      {TASK_TEXT_CLASSIFIER,
       "forward",
       {{DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}},
       {{DATA_TYPE_FLOAT32, 2}}},
      {TASK_TEXT_RANKER,
       "forward",
       {{DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}, {DATA_TYPE_INT64, 2}},
       {{DATA_TYPE_FLOAT32, 1}}},
  };
  return contracts;
}

const Contract* FindContract(Task task) {
  for (const Contract& contract : Contracts()) {
    if (contract.task == task) return &contract;
  }
  return nullptr;
}

absl::Status CheckSpecs(const google::protobuf::RepeatedPtrField<TensorSpec>& specs,
                        absl::string_view field,
                        const std::vector<std::pair<DataType, int>>& contract, bool more_allowed) {
  const int wanted = static_cast<int>(contract.size());
  if (specs.size() < wanted || specs.size() > kMaxSpecs ||
      (!more_allowed && specs.size() != wanted)) {
    return InvalidField(field, absl::StrCat("the task's contract requires ", wanted,
                                            " tensors, not ", specs.size()));
  }
  for (int i = 0; i < specs.size(); ++i) {
    const TensorSpec& spec = specs[i];
    const std::string at = absl::StrCat(field, "[", i, "]");
    if (!model::v1::DataType_IsValid(spec.dtype()) ||
        spec.dtype() == model::v1::DATA_TYPE_UNSPECIFIED) {
      return InvalidField(at + ".dtype", "must be one of the element types");
    }
    if (spec.shape_size() > kMaxRank) {
      return InvalidField(at + ".shape", absl::StrCat("must have at most ", kMaxRank, " axes"));
    }
    std::int64_t values = 1;
    for (const std::int64_t axis : spec.shape()) {
      if (axis != -1 && (axis < 1 || axis > kMaxFixedValues)) {
        return InvalidField(at + ".shape", "an axis must be -1 (dynamic) or at least 1");
      }
      values *= axis == -1 ? 1 : axis;
      if (values > kMaxFixedValues) return InvalidField(at + ".shape", "is too large");
    }
    if (i >= wanted) continue;
    if (spec.dtype() != contract[i].first) {
      return InvalidField(at + ".dtype", absl::StrCat("the task's contract requires ",
                                                      DataType_Name(contract[i].first)));
    }
    if (contract[i].second > 0 && spec.shape_size() != contract[i].second) {
      return InvalidField(at + ".shape", absl::StrCat("the task's contract requires ",
                                                      contract[i].second, " axes"));
    }
  }
  return absl::OkStatus();
}

// Nothing but a person's tools calls it, so no contract binds its tensors.
absl::Status CheckReference(const model::v1::Method& reference) {
  if (reference.name().empty() || reference.name().size() > 64) {
    return InvalidField("reference.name", "must be the name of a method");
  }
  CLIENTELE_RETURN_IF_ERROR(CheckSpecs(reference.inputs(), "reference.inputs", {}, true));
  return CheckSpecs(reference.outputs(), "reference.outputs", {}, true);
}

absl::Status CheckNgrams(const model::v1::HashedNgrams& ngrams, const std::string& at) {
  if (ngrams.buckets() < 1 || ngrams.buckets() > kMaxBuckets) {
    return InvalidField(at + ".buckets", absl::StrCat("must be in [1, ", kMaxBuckets, "]"));
  }
  if (ngrams.min_char_ngram() < 0 || ngrams.max_char_ngram() < ngrams.min_char_ngram() ||
      ngrams.max_char_ngram() > 16) {
    return InvalidField(at + ".max_char_ngram", "must be in [min_char_ngram, 16]");
  }
  if (ngrams.max_word_ngram() < 0 || ngrams.max_word_ngram() > 8) {
    return InvalidField(at + ".max_word_ngram", "must be in [0, 8]");
  }
  if (ngrams.max_tokens() < 0 || ngrams.max_tokens() > kMaxTokens) {
    return InvalidField(at + ".max_tokens", absl::StrCat("must be in [0, ", kMaxTokens, "]"));
  }
  return absl::OkStatus();
}

// Lists of n-grams beside the tokenizer's own ids. All ids of a row share its bound.
absl::Status CheckNgramLists(const Bundle& manifest) {
  const model::v1::Tokenizer& tokenizer = manifest.tokenizer();
  if (tokenizer.ngrams().empty()) return absl::OkStatus();
  if (manifest.task() != model::v1::TASK_TEXT_CLASSIFIER) {
    return InvalidField("tokenizer.ngrams", "are for TEXT_CLASSIFIER alone");
  }
  std::int64_t tokens = tokenizer.has_files() ? tokenizer.files().max_tokens()
                                              : tokenizer.hashed_ngrams().max_tokens();
  if (tokens < 1) {
    return InvalidField("tokenizer", "must have max_tokens of its own where there are ngrams");
  }
  for (int i = 0; i < tokenizer.ngrams_size(); ++i) {
    const std::string at = absl::StrCat("tokenizer.ngrams[", i, "]");
    CLIENTELE_RETURN_IF_ERROR(CheckNgrams(tokenizer.ngrams(i), at));
    if (tokenizer.ngrams(i).max_tokens() < 1) {
      return InvalidField(at + ".max_tokens", "must be at least 1");
    }
    tokens += tokenizer.ngrams(i).max_tokens();
  }
  if (tokens > manifest.limits().max_tokens()) {
    return InvalidField("limits.max_tokens",
                        absl::StrCat("is less than the ", tokens, " ids that a row may have"));
  }
  return absl::OkStatus();
}

absl::Status CheckTokenizer(const Bundle& manifest) {
  if (manifest.limits().max_tokens() < 1 || manifest.limits().max_tokens() > kMaxTokens) {
    return InvalidField("limits.max_tokens", absl::StrCat("must be in [1, ", kMaxTokens, "]"));
  }
  if (manifest.limits().vocabulary() < 0 || manifest.limits().vocabulary() > kMaxBuckets) {
    return InvalidField("limits.vocabulary", absl::StrCat("must be in [0, ", kMaxBuckets, "]"));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckNgramLists(manifest));
  if (manifest.tokenizer().has_files()) {
    const std::int32_t tokens = manifest.tokenizer().files().max_tokens();
    if (tokens < 0 || tokens > kMaxTokens) {
      return InvalidField("tokenizer.files.max_tokens",
                          absl::StrCat("must be in [0, ", kMaxTokens, "]"));
    }
    if (!IsBundleFilePath(manifest.tokenizer().files().folder())) {
      return InvalidField("tokenizer.files.folder", "must be a folder inside the bundle's folder");
    }
    return absl::OkStatus();
  }
  if (!manifest.tokenizer().has_hashed_ngrams()) {
    if (manifest.task() != model::v1::TASK_TEXT_ENCODER || manifest.limits().vocabulary() > 0) {
      return absl::OkStatus();
    }
    return InvalidField("tokenizer",
                        "a text encoder must say how text becomes ids, or in limits.vocabulary "
                        "which ids it takes");
  }
  return CheckNgrams(manifest.tokenizer().hashed_ngrams(), "tokenizer.hashed_ngrams");
}

absl::Status CheckSequences(const Bundle& manifest) {
  if (manifest.limits().max_tokens() < 1 || manifest.limits().max_tokens() > kMaxTokens) {
    return InvalidField("limits.max_tokens", absl::StrCat("must be in [1, ", kMaxTokens, "]"));
  }
  if (manifest.limits().vocabulary() < 2 || manifest.limits().vocabulary() > kMaxBuckets) {
    return InvalidField("limits.vocabulary",
                        absl::StrCat("must be one more than the items, in [2, ", kMaxBuckets, "]"));
  }
  if (manifest.outputs(0).shape(1) < 1) {
    return InvalidField("outputs[0].shape", "the length of a state must be fixed");
  }
  return absl::OkStatus();
}

absl::Status CheckFiles(const Bundle& manifest) {
  std::set<std::string> seen;
  for (int i = 0; i < manifest.files_size(); ++i) {
    const model::v1::File& file = manifest.files(i);
    const std::string at = absl::StrCat("files[", i, "]");
    if (!IsBundleFilePath(file.path())) {
      return InvalidField(at + ".path", "must be relative, inside the bundle's folder");
    }
    if (!seen.insert(file.path()).second) return InvalidField(at + ".path", "is listed twice");
    if (file.sha256().size() != 64 ||
        file.sha256().find_first_not_of("0123456789abcdef") != std::string::npos) {
      return InvalidField(at + ".sha256", "must be 64 lower-case hexadecimal digits");
    }
    if (file.size() < 0) return InvalidField(at + ".size", "must not be negative");
  }
  if (seen.count("model.pt") == 0) return InvalidField("files", "model.pt must be listed");
  return absl::OkStatus();
}

}  // namespace

bool IsBundleName(absl::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] < 'a' || name[0] > 'z') return false;
  for (const char c : name) {
    const bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!ok) return false;
  }
  return true;
}

std::optional<std::int64_t> ParseVersion(absl::string_view version) {
  if (version.empty() || version.size() > 18 || version[0] == '0') return std::nullopt;
  std::int64_t number = 0;
  for (const char c : version) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool IsBundleFilePath(absl::string_view path) {
  if (path.empty() || path.size() > 255) return false;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return false;
  }
  if (path == "bundle.json" || path == "bundle.sig") return false;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

void AddSpec(google::protobuf::RepeatedPtrField<TensorSpec>& specs, absl::string_view name,
             DataType dtype, const std::vector<std::int64_t>& shape) {
  TensorSpec& spec = *specs.Add();
  spec.set_name(std::string(name));
  spec.set_dtype(dtype);
  for (const std::int64_t axis : shape) spec.add_shape(axis);
}

const char* PrimaryMethod(Task task) {
  const Contract* contract = FindContract(task);
  return contract == nullptr ? "forward" : contract->method;
}

Precision WantedPrecision(const Bundle& manifest) {
  const auto setting = manifest.settings().find("precision");
  if (setting == manifest.settings().end()) return Precision::kFloat32;
  return ParsePrecision(setting->second).value_or(Precision::kFloat32);
}

absl::StatusOr<Bundle> ParseManifest(absl::string_view json) {
  Bundle manifest;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &manifest, options);
  if (!status.ok()) {
    return InvalidField(
        "bundle.json",
        absl::StrCat("must be clientele.model.v1.Bundle in JSON: ",
                     std::string(status.message().data(), status.message().size()).substr(0, 200)));
  }
  return manifest;
}

absl::StatusOr<std::string> WriteManifest(const Bundle& manifest) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  // Through bytes, because only those can be asked to keep map entries in order.
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    manifest.SerializeToCodedStream(&out);
  }
  constexpr char kPrefix[] = "type.googleapis.com";
  const std::unique_ptr<google::protobuf::util::TypeResolver> resolver(
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kPrefix, Bundle::descriptor()->file()->pool()));
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver.get(), absl::StrCat(kPrefix, "/", Bundle::descriptor()->full_name()), bytes, &json,
      options);
  if (!status.ok()) return InvalidField("bundle.json", "the manifest cannot be written as JSON");
  return json;
}

absl::Status CheckInterface(const Bundle& manifest, absl::string_view name,
                            absl::string_view version) {
  if (!IsBundleName(manifest.name()) || manifest.name() != name) {
    return InvalidField("name",
                        "must be lower-case letters, digits, '-' and '_', and equal the "
                        "name of the bundle's folder");
  }
  if (!ParseVersion(manifest.version()) || manifest.version() != version) {
    return InvalidField("version",
                        "must be digits without a leading zero, and equal the name of "
                        "the version's folder");
  }
  const Contract* contract = FindContract(manifest.task());
  if (contract == nullptr) return InvalidField("task", "must be one of the tasks");

  const bool more_outputs = manifest.task() == model::v1::TASK_IMAGE_ENCODER ||
                            manifest.task() == model::v1::TASK_PROFILE_FUSER ||
                            manifest.task() == model::v1::TASK_TEXT_GENERATOR;
  CLIENTELE_RETURN_IF_ERROR(CheckSpecs(manifest.inputs(), "inputs", contract->inputs, false));
  CLIENTELE_RETURN_IF_ERROR(
      CheckSpecs(manifest.outputs(), "outputs", contract->outputs, more_outputs));

  const auto precision = manifest.settings().find("precision");
  if (precision != manifest.settings().end() && !ParsePrecision(precision->second)) {
    return InvalidField("settings.precision", "must be fp32, int8, bf16 or fp16");
  }
  if (manifest.has_reference()) CLIENTELE_RETURN_IF_ERROR(CheckReference(manifest.reference()));

  if (manifest.limits().max_batch_rows() < 0 ||
      manifest.limits().max_batch_rows() > kMaxBatchRows) {
    return InvalidField("limits.max_batch_rows",
                        absl::StrCat("must be in [0, ", kMaxBatchRows, "]; 0 means no bound"));
  }
  switch (manifest.task()) {
    case model::v1::TASK_TEXT_ENCODER:
      if (manifest.outputs(0).shape(1) < 1) {
        return InvalidField("outputs[0].shape", "the length of a text vector must be fixed");
      }
      [[fallthrough]];
    case model::v1::TASK_TEXT_READER:
    case model::v1::TASK_TEXT_CLASSIFIER:
    case model::v1::TASK_TEXT_RANKER:
      CLIENTELE_RETURN_IF_ERROR(CheckTokenizer(manifest));
      break;
    case model::v1::TASK_TEXT_GENERATOR:
      CLIENTELE_RETURN_IF_ERROR(CheckTokenizer(manifest));
      CLIENTELE_RETURN_IF_ERROR(ReadGeneratorContract(manifest).status());
      break;
    case model::v1::TASK_SEQUENCE_RECOMMENDER:
      CLIENTELE_RETURN_IF_ERROR(CheckSequences(manifest));
      break;
    case model::v1::TASK_OBJECT_DETECTOR:
      if (manifest.labels().empty() || manifest.outputs(4).shape(1) != manifest.labels_size()) {
        return InvalidField("labels", "must name each class of the last output");
      }
      break;
    default:
      break;
  }
  return absl::OkStatus();
}

absl::Status CheckManifest(const Bundle& manifest, absl::string_view name,
                           absl::string_view version) {
  CLIENTELE_RETURN_IF_ERROR(CheckInterface(manifest, name, version));
  // Negated so that NaN is refused too.
  if (!(manifest.golden().tolerance() > 0 && manifest.golden().tolerance() <= 0.1)) {
    return InvalidField("golden.tolerance", "must be in (0, 0.1]");
  }
  for (const auto& [field, tolerance] :
       {std::pair("golden.int8_tolerance", manifest.golden().int8_tolerance()),
        std::pair("golden.bfloat16_tolerance", manifest.golden().bfloat16_tolerance()),
        std::pair("golden.float16_tolerance", manifest.golden().float16_tolerance())}) {
    if (!(tolerance >= 0 && tolerance <= 0.5)) {
      return InvalidField(field, "must be in [0, 0.5]; 0 is the default");
    }
  }
  if (manifest.golden().inputs_size() != manifest.inputs_size() ||
      manifest.golden().outputs_size() != manifest.outputs_size()) {
    return InvalidField("golden", "must hold one example of every input and output");
  }
  return CheckFiles(manifest);
}

}  // namespace clientele::inference
