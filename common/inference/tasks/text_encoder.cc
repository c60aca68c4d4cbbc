#include "common/inference/tasks/text_encoder.h"

#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/inference/tasks/float_rows.h"
#include "common/inference/tasks/token_tensors.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using Vector = std::vector<float>;

// Unit L2 norm; a zero vector stays zero.
void Normalize(Vector& vector) {
  double square = 0;
  for (const float value : vector) square += static_cast<double>(value) * value;
  if (square == 0) return;
  const double scale = 1 / std::sqrt(square);
  for (float& value : vector) value = static_cast<float>(value * scale);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TextEncoderModel>> TextEncoderModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  CLIENTELE_RETURN_IF_ERROR(RequireTokenizer(*model));
  CLIENTELE_ASSIGN_OR_RETURN(auto fitted, ReadFittedNumbers(model->manifest()));
  std::shared_ptr<TextEncoderModel> opened(new TextEncoderModel(std::move(model)));
  opened->fitted_ = std::move(fitted);
  if (opened->loaded().manifest().settings().contains(kLexicalWeightSetting) &&
      !opened->lexical_weight().has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("settings.", kLexicalWeightSetting, " must be a number from 0 to 1"));
  }
  return opened;
}

std::optional<double> TextEncoderModel::lexical_weight() const {
  const auto& settings = loaded().manifest().settings();
  const auto found = settings.find(kLexicalWeightSetting);
  double weight = 0;
  if (found == settings.end() || !absl::SimpleAtod(found->second, &weight) ||
      !(weight >= 0 && weight <= 1)) {
    return std::nullopt;
  }
  return weight;
}

int TextEncoderModel::dimension() const {
  return static_cast<int>(loaded().manifest().outputs(0).shape(1));
}

absl::StatusOr<TokenRow> TextEncoderModel::Tokenize(absl::string_view text, TextRole role) const {
  return TokenizeText(loaded(), text, role);
}

absl::StatusOr<std::vector<Vector>> TextEncoderModel::Compute(
    absl::Span<const TokenRow* const> rows) const {
  const TokenTensors tokens = PadRows(rows);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             loaded().runner().Run("forward", {tokens.ids, tokens.mask}));
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Vector> vectors,
                             FloatRows(outputs[0], static_cast<std::int64_t>(rows.size())));
  for (Vector& vector : vectors) Normalize(vector);
  return vectors;
}

TextEncoder::TextEncoder(const TextEncoderOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<TextEncoder>> TextEncoder::Create(
    const TextEncoderOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<TextEncoder>(new TextEncoder(options));
}

std::shared_ptr<const TextEncoderModel> TextEncoder::Find(absl::string_view model_id) const {
  for (auto& model : handle_->Loaded()) {
    if (model->id() == model_id) return std::move(model);
  }
  return nullptr;
}

bool TextEncoder::CanEncodeBy(absl::string_view model_id) const {
  return Find(model_id) != nullptr;
}

absl::StatusOr<EncodedTexts> TextEncoder::EncodeWithId(const RequestContext& context,
                                                       absl::Span<const std::string> texts,
                                                       TextRole role) const {
  return EncodeWith(context, handle_->Current(), texts, role);
}

absl::StatusOr<EncodedTexts> TextEncoder::EncodeBy(const RequestContext& context,
                                                   absl::string_view model_id,
                                                   absl::Span<const std::string> texts,
                                                   TextRole role) const {
  std::shared_ptr<const TextEncoderModel> model = Find(model_id);
  if (model == nullptr) model = handle_->Current();
  return EncodeWith(context, model, texts, role);
}

absl::StatusOr<EncodedTexts> TextEncoder::EncodeWith(
    const RequestContext& context, const std::shared_ptr<const TextEncoderModel>& model,
    absl::Span<const std::string> texts, TextRole role) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  if (model == nullptr) return ModelUnavailable(handle_->name());
  EncodedTexts encoded;
  encoded.model_id = model->id();
  encoded.lexical_weight = model->lexical_weight();
  encoded.fitted = model->fitted();
  CLIENTELE_ASSIGN_OR_RETURN(
      encoded.rows, batcher_.Run(context, model, texts.size(),
                                 [&](std::size_t i) -> absl::StatusOr<std::optional<TokenRow>> {
                                   CLIENTELE_ASSIGN_OR_RETURN(TokenRow row,
                                                              model->Tokenize(texts[i], role));
                                   if (row.ids.empty()) return std::nullopt;
                                   return row;
                                 }));
  for (Vector& row : encoded.rows) row.resize(static_cast<std::size_t>(model->dimension()), 0.0F);
  return encoded;
}

absl::StatusOr<std::vector<Vector>> TextEncoder::Encode(const RequestContext& context,
                                                        absl::Span<const std::string> texts,
                                                        TextRole role) const {
  CLIENTELE_ASSIGN_OR_RETURN(EncodedTexts encoded, EncodeWithId(context, texts, role));
  return std::move(encoded.rows);
}

int TextEncoder::dimension() const {
  const auto model = handle_->Current();
  return model == nullptr ? 0 : model->dimension();
}

std::string TextEncoder::candidate_id() const {
  const auto model = handle_->Candidate();
  return model == nullptr ? "" : model->id();
}

std::string TextEncoder::model_id() const {
  const auto model = handle_->Current();
  return model == nullptr ? "" : model->id();
}

}  // namespace clientele::inference
