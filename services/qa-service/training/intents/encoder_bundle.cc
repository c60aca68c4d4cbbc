#include "services/qa-service/training/intents/encoder_bundle.h"

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/stored_weights.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/intents/length_batches.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kEncodedRows = 64;
constexpr std::size_t kTextsBetweenReports = 5000;

}  // namespace

absl::StatusOr<std::unique_ptr<EncoderBundle>> EncoderBundle::Open(
    const std::filesystem::path& folder) {
  CLIENTELE_ASSIGN_OR_RETURN(inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(folder));
  if (bundle.manifest().task() != model::v1::TASK_TEXT_ENCODER) {
    return InvalidField("encoder", absl::StrCat(bundle.id(), " is not of task TEXT_ENCODER"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto tokenizer, inference::BundleTokenizer::Load(bundle));
  CLIENTELE_ASSIGN_OR_RETURN(auto runner, inference::TorchScriptRunner::Load(bundle, {}));
  std::unique_ptr<EncoderBundle> opened(new EncoderBundle());
  opened->folder_ = folder;
  opened->model_ = std::make_shared<const inference::LoadedModel>(
      std::move(bundle), std::move(runner), std::move(tokenizer));
  CLIENTELE_ASSIGN_OR_RETURN(opened->encoder_, inference::TextEncoderModel::Open(opened->model_));
  return opened;
}

absl::StatusOr<EncoderRows> EncoderBundle::Encode(
    absl::Span<const std::string> texts, const std::function<void(absl::string_view)>& progress,
    inference::TextRole role) const {
  EncoderRows encoded;
  encoded.dimension = static_cast<std::size_t>(encoder_->dimension());
  encoded.tokens.reserve(texts.size());
  std::vector<std::int64_t> lengths;
  lengths.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto row = encoder_->Tokenize(texts[i], role);
    if (!row.ok()) return InvalidField(absl::StrCat("text ", i + 1), row.status().message());
    lengths.push_back(row->length());
    encoded.tokens.push_back(*std::move(row));
  }
  encoded.vectors.resize(texts.size() * encoded.dimension);
  std::size_t done = 0;
  for (const std::vector<std::size_t>& batch : LengthBatches(lengths, kEncodedRows, /*seed=*/0)) {
    std::vector<std::size_t> places;
    std::vector<const inference::TokenRow*> rows;
    places.reserve(batch.size());
    rows.reserve(batch.size());
    for (const std::size_t i : batch) {
      if (lengths[i] == 0) continue;
      places.push_back(i);
      rows.push_back(&encoded.tokens[i]);
    }
    if (rows.empty()) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const auto vectors, encoder_->Compute(rows));
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::copy(
          vectors[i].begin(), vectors[i].end(),
          encoded.vectors.begin() + static_cast<std::ptrdiff_t>(places[i] * encoded.dimension));
    }
    const std::size_t before = done / kTextsBetweenReports;
    done += batch.size();
    if (progress && done / kTextsBetweenReports != before) {
      progress(absl::StrCat("encoded ", done, " of ", texts.size(), " texts"));
    }
  }
  return encoded;
}

absl::StatusOr<torch::jit::Module> EncoderBundle::LoadModule() const {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, model_->ReadFile(inference::kModelFile));
  try {
    std::istringstream in(bytes);
    torch::jit::Module module = torch::jit::load(in);
    inference::WidenStoredWeights(module, model_->manifest());
    module.eval();
    return module;
  } catch (const std::exception&) {
    return InvalidField("model.pt", "is no TorchScript module that can be loaded");
  }
}

absl::StatusOr<std::vector<inference::BundleFile>> EncoderBundle::TokenizerFiles() const {
  std::vector<inference::BundleFile> files;
  const model::v1::Bundle& manifest = model_->manifest();
  if (!manifest.tokenizer().has_files()) return files;
  const std::string prefix = absl::StrCat(manifest.tokenizer().files().folder(), "/");
  for (const model::v1::File& file : manifest.files()) {
    if (!absl::StartsWith(file.path(), prefix)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(std::string content, model_->ReadFile(file.path()));
    files.push_back({.path = file.path(), .content = std::move(content)});
  }
  return files;
}

}  // namespace clientele::qa
