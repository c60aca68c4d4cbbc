#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_ANSWER_GENERATOR_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_ANSWER_GENERATOR_H_

// A TEXT_GENERATOR that can be asked to write an answer: it has a tokenizer, and a prompt that it
// understands. Encoder-decoders (T5) get plain text, decoders (Llama, Qwen2, GPT-2) the chat
// template of their tokenizer_config.json, or plain text where they have none.
//
// Immutable, thread-safe. No torch here.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/inference/generation/decoding.h"
#include "common/inference/generation/generator_model.h"
#include "common/text/chat/chat_template.h"
#include "common/text/tokenizer/tokenizer.h"
#include "services/qa-service/core/answering/answer_writer.h"

namespace clientele::qa {

class AnswerGenerator {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_TEXT_GENERATOR;

  // FAILED_PRECONDITION without a trained tokenizer; the errors of GeneratorModel::Open, and of a
  // chat template with syntax that is not known.
  static absl::StatusOr<std::shared_ptr<const AnswerGenerator>> Open(
      std::shared_ptr<const inference::LoadedModel> model);

  // Token ids of the prompt, with room for `max_new_tokens` behind them: of a longer one the oldest
  // turns, then the last passages are left out. What was typed or read is text whatever it looks
  // like: no special token comes of it. `now` is for templates that print the date.
  // INVALID_ARGUMENT where the question alone does not fit, or the template refuses it.
  absl::StatusOr<std::vector<std::int64_t>> PromptOf(WritingTask task, std::int64_t max_new_tokens,
                                                     absl::Time now) const;
  // Greedy, with the rules of the bundle's settings.
  absl::StatusOr<inference::DecodingOptions> DecodingOf(std::int64_t prompt_tokens,
                                                        std::int64_t max_new_tokens) const;

  const std::shared_ptr<const inference::GeneratorModel>& model() const { return model_; }
  const text::Tokenizer& tokenizer() const;
  const std::string& id() const { return model_->id(); }

 private:
  AnswerGenerator() = default;
  absl::StatusOr<std::vector<std::int64_t>> Encode(const WritingTask& task, absl::Time now) const;

  std::shared_ptr<const inference::GeneratorModel> model_;
  std::unique_ptr<const text::ChatTemplate> chat_;  // null: plain prompts
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_ANSWER_GENERATOR_H_
