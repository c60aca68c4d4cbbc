#include "common/inference/tasks/text_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/inference/model_runner.h"
#include "common/inference/tasks/float_rows.h"
#include "common/inference/tasks/token_tensors.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
PassageAnswer AnswerInPassage(const TokenSpan& span, const std::vector<text::ByteSpan>& offsets,
                              absl::string_view passage) {
  PassageAnswer answer = {.margin = span.margin};
  if (offsets.empty()) return answer;
  const text::ByteSpan bytes = {offsets[span.first].begin, offsets[span.last].end};
  const text::ByteSpan characters = text::ToCharacterOffsets(passage, {bytes})[0];
  answer.begin = bytes.begin;
  answer.end = bytes.end;
  answer.first_character = characters.begin;
  answer.end_character = characters.end;
  return answer;
}

// Position 0 stands for "no answer in this passage".
TokenSpan BestSpan(const TokenizedPair& pair, absl::Span<const float> start,
                   absl::Span<const float> end) {
  const float none = start[0] + end[0];
  TokenSpan best;
  for (std::size_t first = 0; first < pair.sequences.size(); ++first) {
    if (pair.sequences[first] != 1) continue;
    const std::size_t beyond = std::min(pair.sequences.size(), first + kMaxAnswerTokens);
    for (std::size_t last = first; last < beyond && pair.sequences[last] == 1; ++last) {
      const float margin = start[first] + end[last] - none;
      if (margin > best.margin) best = {first, last, margin};
    }
  }
  return best;
}

absl::StatusOr<std::shared_ptr<const TextReaderModel>> TextReaderModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  CLIENTELE_RETURN_IF_ERROR(RequirePairTokenizer(*model));
  CLIENTELE_ASSIGN_OR_RETURN(auto fitted, ReadFittedNumbers(model->manifest()));
  std::shared_ptr<TextReaderModel> opened(new TextReaderModel(std::move(model)));
  opened->fitted_ = std::move(fitted);
  return opened;
}

absl::StatusOr<std::vector<TokenSpan>> TextReaderModel::Compute(
    absl::Span<const TokenizedPair* const> pairs) const {
  std::vector<const TokenRow*> rows;
  rows.reserve(pairs.size());
  for (const TokenizedPair* pair : pairs) rows.push_back(&pair->row);
  const TokenTensors tokens = PadRows(rows);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<at::Tensor> outputs,
      loaded().runner().Run("forward", {tokens.ids, tokens.mask, tokens.segments}));
  const auto count = static_cast<std::int64_t>(pairs.size());
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::vector<float>> start,
                             FloatRows(outputs[0], count));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::vector<float>> end,
                             FloatRows(outputs[1], count));
  std::vector<TokenSpan> spans;
  spans.reserve(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (start[i].size() < pairs[i]->sequences.size() || end[i].size() != start[i].size()) {
      return absl::InternalError("the text reader gave another number of logits than tokens");
    }
    spans.push_back(BestSpan(*pairs[i], start[i], end[i]));
  }
  return spans;
}

TextReader::TextReader(const TextReaderOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<TextReader>> TextReader::Create(const TextReaderOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<TextReader>(new TextReader(options));
}

absl::StatusOr<ReadPassages> TextReader::Read(const RequestContext& context,
                                              absl::string_view question,
                                              absl::Span<const std::string> passages,
                                              absl::string_view key) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const std::shared_ptr<const TextReaderModel> model = handle_->Choose(key);
  if (model == nullptr) return ModelUnavailable(handle_->name());
  std::vector<std::vector<text::ByteSpan>> offsets(passages.size());
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<TokenSpan> spans,
      batcher_.Run(context, model, passages.size(),
                   [&](std::size_t i) -> absl::StatusOr<std::optional<TokenizedPair>> {
                     CLIENTELE_ASSIGN_OR_RETURN(
                         TokenizedPair pair, TokenizePair(model->loaded(), question, passages[i]));
                     const auto& sequences = pair.sequences;
                     // Nothing to read in it.
                     if (std::count(sequences.begin(), sequences.end(), 1) == 0) {
                       return std::nullopt;
                     }
                     offsets[i] = pair.offsets;
                     return pair;
                   }));
  ReadPassages read = {.model_id = model->id(), .fitted = model->fitted()};
  read.answers.reserve(spans.size());
  for (std::size_t i = 0; i < spans.size(); ++i) {
    read.answers.push_back(AnswerInPassage(spans[i], offsets[i], passages[i]));
  }
  return read;
}

}  // namespace clientele::inference
