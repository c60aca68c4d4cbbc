#include "common/inference/tasks/text_classifier.h"

#include <optional>
#include <utility>

#include "common/inference/model_runner.h"
#include "common/inference/tasks/float_rows.h"
#include "common/inference/tasks/token_tensors.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

absl::StatusOr<std::shared_ptr<const TextClassifierModel>> TextClassifierModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  CLIENTELE_RETURN_IF_ERROR(RequireTokenizer(*model));
  CLIENTELE_RETURN_IF_ERROR(RequireLabels(model->manifest(), 0));
  CLIENTELE_ASSIGN_OR_RETURN(RejectionRule rejection, ReadRejectionRule(model->manifest()));
  std::shared_ptr<TextClassifierModel> opened(new TextClassifierModel(std::move(model)));
  opened->rejection_ = std::move(rejection);
  return opened;
}

absl::StatusOr<std::vector<std::vector<LabelProbability>>> TextClassifierModel::Compute(
    absl::Span<const TokenRow* const> rows) const {
  const TokenTensors tokens = PadRows(rows);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<at::Tensor> outputs,
      loaded().runner().Run("forward", {tokens.ids, tokens.mask, tokens.segments}));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::vector<float>> scores,
                             FloatRows(outputs[0], static_cast<std::int64_t>(rows.size())));
  std::vector<std::vector<LabelProbability>> labels;
  labels.reserve(scores.size());
  for (const std::vector<float>& row : scores) {
    labels.push_back(RankLabels(loaded().manifest(), row));
  }
  return labels;
}

TextClassifier::TextClassifier(const TextClassifierOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<TextClassifier>> TextClassifier::Create(
    const TextClassifierOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<TextClassifier>(new TextClassifier(options));
}

absl::StatusOr<ClassifiedTexts> TextClassifier::Classify(const RequestContext& context,
                                                         absl::Span<const std::string> texts,
                                                         absl::string_view key) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const std::shared_ptr<const TextClassifierModel> model = handle_->Choose(key);
  if (model == nullptr) return ModelUnavailable(handle_->name());
  ClassifiedTexts classified = {.model_id = model->id()};
  CLIENTELE_ASSIGN_OR_RETURN(
      classified.texts, batcher_.Run(context, model, texts.size(),
                                     [&](std::size_t i) -> absl::StatusOr<std::optional<TokenRow>> {
                                       CLIENTELE_ASSIGN_OR_RETURN(
                                           TokenRow row, TokenizeText(model->loaded(), texts[i]));
                                       if (row.ids.empty()) return std::nullopt;
                                       return row;
                                     }));
  classified.choices.reserve(classified.texts.size());
  for (const std::vector<LabelProbability>& ranked : classified.texts) {
    classified.choices.push_back(ChooseLabel(model->rejection(), ranked));
  }
  return classified;
}

}  // namespace clientele::inference
