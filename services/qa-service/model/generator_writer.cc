#include "services/qa-service/model/generator_writer.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "common/inference/tasks/tokenization.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/stream_decoder.h"

namespace clientele::qa {

std::string GeneratorWriter::model_id() const {
  const auto generator = handle_->Current();
  return generator == nullptr ? "" : generator->id();
}

absl::Status GeneratorWriter::Write(const RequestContext& context, const WritingTask& task,
                                    std::string& model_id,
                                    const std::function<void(absl::string_view)>& on_text) const {
  const std::shared_ptr<const AnswerGenerator> served = handle_->Current();
  if (served == nullptr) return inference::ModelUnavailable(handle_->name());
  model_id = served->id();
  // At most half of a small model's positions are the answer's.
  const std::int64_t new_tokens =
      std::min(options_.max_new_tokens, served->model()->contract().max_tokens / 2);
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::int64_t> prompt,
                             served->PromptOf(task, new_tokens, clock_->Now()));
  CLIENTELE_ASSIGN_OR_RETURN(
      const inference::DecodingOptions decoding,
      served->DecodingOf(static_cast<std::int64_t>(prompt.size()), new_tokens));

  text::StreamDecoder decoder(served->tokenizer());
  absl::Status decoded;
  const auto push = [&](const absl::StatusOr<std::string>& piece) {
    decoded.Update(piece.status());
    if (piece.ok() && !piece->empty()) on_text(*piece);
  };
  if (served->model()->contract().kind == inference::GeneratorKind::kDecoder) {
    // What begins a text is decoded otherwise than what goes on.
    for (const std::int64_t id : prompt) decoded.Update(decoder.Push(id).status());
  }
  const absl::Status generated =
      generator_
          ->Generate(context, served->model(), std::move(prompt), {.decoding = decoding},
                     [&](std::int64_t id) { push(decoder.Push(id)); })
          .status();
  push(decoder.Finish());
  return generated.ok() ? decoded : generated;
}

}  // namespace clientele::qa
