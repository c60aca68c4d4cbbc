#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_ENCODER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_ENCODER_H_

// Text to vectors: tokenizes, batches and runs the TEXT_ENCODER that a handle
// serves.
//
//   std::unique_ptr<ModelHandle<TextEncoderModel>> handle = ...;
//   CLIENTELE_ASSIGN_OR_RETURN(auto encoder, TextEncoder::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(auto rows, encoder->Encode(context, {"red shoes", "运费"}));
//
// Each text is a row of its own: texts of similar length from calls that happen
// at the same time share a batch, and a text's vector does not depend on its
// neighbors (to about 1e-6 in fp32). Rows have unit L2 norm; an empty text, or one
// without a token, gives zeros. Tokens beyond limits.max_tokens are cut off. A model that was
// trained with prompts for questions and documents gets the one of the texts' role.
//
// All texts go to the handle's stable version. A canary is loaded and checked, but gets
// none whatever its share: vectors of two versions do not compare, so that a query
// encoded by one would be looked up in an index of the other's. An encoder is replaced by
// making it stable, and what was stored is encoded again.
//
// Thread-safe. No torch here.

#include <cstdint>
#include <memory>
#include <optional>
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
#include "common/inference/tasks/token_row.h"
#include "common/inference/tasks/tokenization.h"

namespace clientele::inference {

// A manifest's setting: the share of words, 0 to 1, where a search weighs them beside these
// vectors.
inline constexpr char kLexicalWeightSetting[] = "lexical_weight";

// A version that can encode texts: it has a tokenizer, and rows of a fixed length. Tokens in, a
// vector of unit L2 norm out.
class TextEncoderModel final : public LoadedRowModel<TokenRow, std::vector<float>> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_TEXT_ENCODER;

  // FAILED_PRECONDITION says what the bundle lacks.
  static absl::StatusOr<std::shared_ptr<const TextEncoderModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  // Length of a vector.
  int dimension() const;
  // What the manifest's setting kLexicalWeightSetting says; empty: nothing.
  std::optional<double> lexical_weight() const;
  // Of these vectors; never null.
  const std::shared_ptr<const FittedNumbers>& fitted() const { return fitted_; }
  // Without ids for a text without tokens. INVALID_ARGUMENT for text that is not UTF-8.
  absl::StatusOr<TokenRow> Tokenize(absl::string_view text, TextRole role = TextRole::kAny) const;

  std::int64_t Length(const TokenRow& row) const override { return row.length(); }
  absl::StatusOr<std::vector<std::vector<float>>> Compute(
      absl::Span<const TokenRow* const> rows) const override;

 private:
  using LoadedRowModel::LoadedRowModel;

  std::shared_ptr<const FittedNumbers> fitted_;
};

using TextEncoderOptions = TaskOptions<TextEncoderModel>;

// Vectors of one model version.
struct EncodedTexts {
  std::string model_id;  // "name/version": vectors of different ids do not compare
  std::vector<std::vector<float>> rows;
  std::optional<double> lexical_weight = {};         // TextEncoderModel::lexical_weight
  std::shared_ptr<const FittedNumbers> fitted = {};  // TextEncoderModel::fitted
};

class TextEncoder {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<TextEncoder>> Create(const TextEncoderOptions& options);

  // One row a text, in order, all by one version of the model. Blocks the calling
  // worker until the rows are there or the context's deadline passes. Errors:
  // UNAVAILABLE (reason MODEL_UNAVAILABLE), RESOURCE_EXHAUSTED at once when the
  // queue is full, DEADLINE_EXCEEDED and CANCELLED without computing, INTERNAL when
  // the model fails. Many texts are encoded chunk by chunk.
  absl::StatusOr<std::vector<std::vector<float>>> Encode(const RequestContext& context,
                                                         absl::Span<const std::string> texts,
                                                         TextRole role = TextRole::kAny) const;
  // The same, with the version that computed the rows: keep it with stored
  // vectors.
  absl::StatusOr<EncodedTexts> EncodeWithId(const RequestContext& context,
                                            absl::Span<const std::string> texts,
                                            TextRole role = TextRole::kAny) const;

  // The same by that version, while it serves, waits to serve (ModelHandleOptions::hold) or served
  // just before; else by the one that serves now: EncodedTexts::model_id tells.
  absl::StatusOr<EncodedTexts> EncodeBy(const RequestContext& context, absl::string_view model_id,
                                        absl::Span<const std::string> texts,
                                        TextRole role = TextRole::kAny) const;
  // Whether EncodeBy() would use that version.
  bool CanEncodeBy(absl::string_view model_id) const;

  // Of the version that serves now: length of a row, 0 when none serves.
  int dimension() const;
  // Of the version that serves now: "name/version", empty when none serves.
  std::string model_id() const;
  // Of the version that waits to serve; empty when none does.
  std::string candidate_id() const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit TextEncoder(const TextEncoderOptions& options);
  std::shared_ptr<const TextEncoderModel> Find(absl::string_view model_id) const;
  absl::StatusOr<EncodedTexts> EncodeWith(const RequestContext& context,
                                          const std::shared_ptr<const TextEncoderModel>& model,
                                          absl::Span<const std::string> texts, TextRole role) const;

  const ModelHandle<TextEncoderModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<TokenRow, std::vector<float>> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_ENCODER_H_
