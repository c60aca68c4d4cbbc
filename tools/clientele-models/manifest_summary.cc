#include "tools/clientele-models/manifest_summary.h"

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/inference/bundle/manifest.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

using model::v1::Bundle;
using model::v1::TensorSpec;

void PrintLine(std::ostream& out, absl::string_view label, absl::string_view value) {
  if (value.empty()) return;
  std::string padded(label);
  padded.resize(14, ' ');
  out << padded << std::string(value) << "\n";
}

std::string Describe(const TensorSpec& spec) {
  const std::string dtype = model::v1::DataType_Name(spec.dtype()).substr(sizeof("DATA_TYPE"));
  const std::string axes =
      absl::StrJoin(spec.shape(), ", ", [](std::string* text, std::int64_t axis) {
        absl::StrAppend(text, axis == -1 ? "*" : absl::StrCat(axis));
      });
  return absl::StrCat(spec.name(), ": ", dtype, " [", axes, "]");
}

void PrintSpecs(std::ostream& out, absl::string_view label,
                const google::protobuf::RepeatedPtrField<TensorSpec>& specs) {
  for (int i = 0; i < specs.size(); ++i) PrintLine(out, i == 0 ? label : "", Describe(specs[i]));
}

}  // namespace

absl::Status PrintManifest(const std::filesystem::path& dir, std::ostream& out) {
  std::ifstream in(dir / "bundle.json", std::ios::binary);
  if (!in) return absl::NotFoundError("the folder holds no bundle.json");
  const std::string json{std::istreambuf_iterator<char>(in), {}};
  CLIENTELE_ASSIGN_OR_RETURN(const Bundle manifest, inference::ParseManifest(json));

  PrintLine(out, "name", manifest.name());
  PrintLine(out, "version", manifest.version());
  PrintLine(out, "task", model::v1::Task_Name(manifest.task()));
  PrintLine(out, "architecture", manifest.architecture());
  PrintLine(out, "description", manifest.description());
  PrintLine(out, "license", manifest.license());
  PrintLine(out, "source", manifest.source());
  PrintLine(out, "languages", absl::StrJoin(manifest.languages(), ", "));
  if (manifest.has_create_time()) {
    PrintLine(out, "created", google::protobuf::util::TimeUtil::ToString(manifest.create_time()));
  }
  PrintLine(out, "method", inference::PrimaryMethod(manifest.task()));
  PrintSpecs(out, "inputs", manifest.inputs());
  PrintSpecs(out, "outputs", manifest.outputs());
  if (manifest.tokenizer().has_hashed_ngrams()) {
    const model::v1::HashedNgrams& ngrams = manifest.tokenizer().hashed_ngrams();
    PrintLine(out, "tokenizer",
              absl::StrCat("hashed n-grams: ", ngrams.buckets(), " buckets, characters ",
                           ngrams.min_char_ngram(), "-", ngrams.max_char_ngram(), ", words 1-",
                           ngrams.max_word_ngram()));
  }
  if (manifest.tokenizer().has_files()) {
    PrintLine(out, "tokenizer",
              absl::StrCat("files in ", manifest.tokenizer().files().folder(), "/"));
  }
  if (manifest.task() == model::v1::TASK_TEXT_ENCODER) {
    const auto pooling = manifest.settings().find("pooling");
    PrintLine(out, "pooling",
              manifest.pooling() == model::v1::POOLING_MEAN  ? "mean"
              : manifest.pooling() == model::v1::POOLING_CLS ? "cls"
              : pooling != manifest.settings().end()         ? pooling->second
                                                             : "the model's own");
    PrintLine(out, "normalized", manifest.normalized() ? "yes" : "no");
    for (const char* kind : {"query", "document"}) {
      const auto prompt = manifest.settings().find(absl::StrCat("prompt.", kind));
      if (prompt == manifest.settings().end()) continue;
      PrintLine(out, "prompt", absl::StrCat(kind, ": \"", prompt->second, "\""));
    }
  }
  if (manifest.has_reference()) {
    PrintLine(out, "reference", manifest.reference().name());
    PrintSpecs(out, "  inputs", manifest.reference().inputs());
    PrintSpecs(out, "  outputs", manifest.reference().outputs());
  }
  const model::v1::Limits& limits = manifest.limits();
  PrintLine(out, "limits",
            absl::StrCat("rows ",
                         limits.max_batch_rows() > 0 ? absl::StrCat(limits.max_batch_rows())
                                                     : std::string("unbounded"),
                         limits.max_tokens() > 0 ? absl::StrCat(", tokens ", limits.max_tokens())
                                                 : std::string(),
                         limits.vocabulary() > 0 ? absl::StrCat(", ids below ", limits.vocabulary())
                                                 : std::string()));
  const std::map<std::string, double> metrics(manifest.metrics().begin(), manifest.metrics().end());
  for (const auto& [name, value] : metrics) {
    PrintLine(out, "metric", absl::StrCat(name, " = ", value));
  }
  const std::map<std::string, std::string> settings(manifest.settings().begin(),
                                                    manifest.settings().end());
  for (const auto& [name, value] : settings) {
    PrintLine(out, "setting", absl::StrCat(name, " = ", value));
  }
  for (const model::v1::File& file : manifest.files()) {
    PrintLine(out, "file", absl::StrCat(file.path(), "  ", file.size(), " bytes  ", file.sha256()));
  }
  return absl::OkStatus();
}

}  // namespace clientele::models
