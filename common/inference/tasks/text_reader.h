#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_READER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_READER_H_

// Where passages answer a question: tokenizes the pairs, batches and runs the TEXT_READER that a
// handle serves (extractive question answering, as SQuAD 2.0).
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto reader, TextReader::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(ReadPassages read,
//                              reader->Read(context, question, passages, customer));
//   const PassageAnswer& answer = read.answers[0];
//   if (answer.margin > threshold) passages[0].substr(answer.begin, answer.end - answer.begin);
//
// What of a passage lies beyond limits.max_tokens, question and separators included, is not read:
// cut long texts into passages. A canary takes its share. Thread-safe. No torch here.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/fitted_numbers.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/tasks/row_model.h"
#include "common/inference/tasks/task_options.h"
#include "common/inference/tasks/tokenization.h"

namespace clientele::inference {

// The best span of a passage, whether or not it answers.
struct PassageAnswer {
  // Bytes [begin, end) of the passage, never inside a character.
  std::size_t begin = 0;
  std::size_t end = 0;
  // The same in characters (Unicode code points).
  std::size_t first_character = 0;
  std::size_t end_character = 0;
  // Logits of the span's first and last token, less those of "no answer in this passage": above 0
  // the model holds that the passage answers. Minus infinity for a passage without tokens.
  float margin = -std::numeric_limits<float>::infinity();
};

// The best span in tokens of the pair, both included.
struct TokenSpan {
  std::size_t first = 0;
  std::size_t last = 0;
  float margin = -std::numeric_limits<float>::infinity();
};

// Longest span in tokens.
inline constexpr std::size_t kMaxAnswerTokens = 30;

// The span of the passage's tokens with the largest margin, by the logits of the pair's tokens;
// both lists are at least as long as the pair.
TokenSpan BestSpan(const TokenizedPair& pair, absl::Span<const float> start,
                   absl::Span<const float> end);

// The same in the passage itself; `offsets` are those of the pair. Pure.
PassageAnswer AnswerInPassage(const TokenSpan& span, const std::vector<text::ByteSpan>& offsets,
                              absl::string_view passage);

// A version that can read: it has a trained tokenizer. A pair in, its best span out.
class TextReaderModel final : public LoadedRowModel<TokenizedPair, TokenSpan> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_TEXT_READER;
  // FAILED_PRECONDITION says what the bundle lacks.
  static absl::StatusOr<std::shared_ptr<const TextReaderModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  // Of these margins; never null.
  const std::shared_ptr<const FittedNumbers>& fitted() const { return fitted_; }

  std::int64_t Length(const TokenizedPair& pair) const override { return pair.row.length(); }
  absl::StatusOr<std::vector<TokenSpan>> Compute(
      absl::Span<const TokenizedPair* const> pairs) const override;

 private:
  using LoadedRowModel::LoadedRowModel;

  std::shared_ptr<const FittedNumbers> fitted_;
};

using TextReaderOptions = TaskOptions<TextReaderModel>;

struct ReadPassages {
  std::string model_id;  // "name/version"
  // In the order of the passages. Margins of one version compare.
  std::vector<PassageAnswer> answers = {};
  std::shared_ptr<const FittedNumbers> fitted = {};  // TextReaderModel::fitted
};

class TextReader {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<TextReader>> Create(const TextReaderOptions& options);
  // Answers what was accepted, then joins.
  ~TextReader() = default;

  // All by one version, which `key` chooses (ModelHandle::Choose). Blocks the calling worker.
  // Errors: INVALID_ARGUMENT for text that is not UTF-8 or a question that is too long,
  // UNAVAILABLE (reason MODEL_UNAVAILABLE), RESOURCE_EXHAUSTED at once when the queue is full,
  // DEADLINE_EXCEEDED and CANCELLED without computing, INTERNAL when the model fails.
  absl::StatusOr<ReadPassages> Read(const RequestContext& context, absl::string_view question,
                                    absl::Span<const std::string> passages,
                                    absl::string_view key = {}) const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit TextReader(const TextReaderOptions& options);

  const ModelHandle<TextReaderModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<TokenizedPair, TokenSpan> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_READER_H_
