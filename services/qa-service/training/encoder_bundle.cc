#include "services/qa-service/training/encoder_bundle.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/length_batches.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kEncodedRows = 64;
constexpr std::size_t kTextsBetweenReports = 5000;

}  // namespace

absl::StatusOr<std::unique_ptr<EncoderBundle>> EncoderBundle::Open(
    const std::filesystem::path& folder) {
  std::unique_ptr<EncoderBundle> opened(new EncoderBundle());
  opened->folder_ = folder;
  CLIENTELE_ASSIGN_OR_RETURN(opened->model_,
                             OpenTextBundle(folder, model::v1::TASK_TEXT_ENCODER, "encoder"));
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
  return LoadBundleModule(*model_);
}

absl::StatusOr<std::vector<inference::BundleFile>> EncoderBundle::TokenizerFiles() const {
  return TokenizerFilesOf(*model_);
}

}  // namespace clientele::qa
