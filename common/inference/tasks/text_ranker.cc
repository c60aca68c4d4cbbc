#include "common/inference/tasks/text_ranker.h"

#include <optional>
#include <utility>

#include "common/inference/model_runner.h"
#include "common/inference/tasks/float_rows.h"
#include "common/inference/tasks/token_tensors.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

absl::StatusOr<std::shared_ptr<const TextRankerModel>> TextRankerModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  CLIENTELE_RETURN_IF_ERROR(RequirePairTokenizer(*model));
  CLIENTELE_ASSIGN_OR_RETURN(auto fitted, ReadFittedNumbers(model->manifest()));
  std::shared_ptr<TextRankerModel> opened(new TextRankerModel(std::move(model)));
  opened->fitted_ = std::move(fitted);
  return opened;
}

absl::StatusOr<std::vector<float>> TextRankerModel::Compute(
    absl::Span<const TokenRow* const> rows) const {
  const TokenTensors tokens = PadRows(rows);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<at::Tensor> outputs,
      loaded().runner().Run("forward", {tokens.ids, tokens.mask, tokens.segments}));
  return FloatColumn(outputs[0], static_cast<std::int64_t>(rows.size()));
}

TextRanker::TextRanker(const TextRankerOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<TextRanker>> TextRanker::Create(const TextRankerOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<TextRanker>(new TextRanker(options));
}

absl::StatusOr<RankedPassages> TextRanker::Score(const RequestContext& context,
                                                 absl::string_view question,
                                                 absl::Span<const std::string> passages,
                                                 absl::string_view key) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const std::shared_ptr<const TextRankerModel> model = handle_->Choose(key);
  if (model == nullptr) return ModelUnavailable(handle_->name());
  RankedPassages ranked = {.model_id = model->id(), .fitted = model->fitted()};
  CLIENTELE_ASSIGN_OR_RETURN(
      ranked.scores, batcher_.Run(context, model, passages.size(),
                                  [&](std::size_t i) -> absl::StatusOr<std::optional<TokenRow>> {
                                    CLIENTELE_ASSIGN_OR_RETURN(
                                        TokenizedPair pair,
                                        TokenizePair(model->loaded(), question, passages[i]));
                                    return std::move(pair.row);
                                  }));
  return ranked;
}

}  // namespace clientele::inference
