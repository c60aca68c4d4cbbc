#include "services/qa-service/model/answer_generator.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/generation/bundle_decoding.h"
#include "common/status/status_macros.h"
#include "services/qa-service/model/answer_prompt.h"

namespace clientele::qa {
namespace {

absl::StatusOr<std::unique_ptr<const text::ChatTemplate>> ReadChatTemplate(
    const inference::LoadedModel& model) {
  const std::string path =
      absl::StrCat(model.manifest().tokenizer().files().folder(), "/tokenizer_config.json");
  for (const model::v1::File& file : model.manifest().files()) {
    if (file.path() != path) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const std::string json, model.ReadFile(path));
    auto chat = text::ChatTemplate::FromTokenizerConfig(json);
    if (absl::IsNotFound(chat.status())) return nullptr;
    return chat;
  }
  return nullptr;
}

// Makes the prompt shorter; false where nothing is left to leave out.
bool LeaveOut(WritingTask& task) {
  if (!task.conversation.empty()) {
    task.conversation.erase(task.conversation.begin());
    return true;
  }
  if (task.passages.size() > 1) {
    task.passages.pop_back();
    return true;
  }
  if (!task.facts.empty()) {
    task.facts.pop_back();
    return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const AnswerGenerator>> AnswerGenerator::Open(
    std::shared_ptr<const inference::LoadedModel> model) {
  std::shared_ptr<AnswerGenerator> opened(new AnswerGenerator());
  if (model->tokenizer() == nullptr || model->tokenizer()->trained() == nullptr) {
    return absl::FailedPreconditionError(
        "a generator of answers needs a trained tokenizer in its bundle");
  }
  CLIENTELE_ASSIGN_OR_RETURN(opened->model_, inference::GeneratorModel::Open(model));
  if (opened->model_->contract().kind == inference::GeneratorKind::kDecoder) {
    CLIENTELE_ASSIGN_OR_RETURN(opened->chat_, ReadChatTemplate(*model));
  }
  return opened;
}

const text::Tokenizer& AnswerGenerator::tokenizer() const {
  return *model_->tokenizer()->trained();
}

absl::StatusOr<std::vector<std::int64_t>> AnswerGenerator::Encode(const WritingTask& task,
                                                                  absl::Time now) const {
  text::ChatPrompt prompt;
  text::EncodeOptions options;
  if (chat_ == nullptr) {
    prompt = PlainPrompt(task);
  } else {
    CLIENTELE_ASSIGN_OR_RETURN(prompt, chat_->Render(ChatMessages(task), {.now = now}));
    // The template has written them.
    options.add_special_tokens = false;
  }
  for (const text::chat::TextSpan& span : prompt.conversation) {
    options.plain.push_back(
        {static_cast<std::uint32_t>(span.begin), static_cast<std::uint32_t>(span.end)});
  }
  CLIENTELE_ASSIGN_OR_RETURN(text::Encoding encoding, tokenizer().Encode(prompt.text, options));
  return std::move(encoding.ids);
}

absl::StatusOr<std::vector<std::int64_t>> AnswerGenerator::PromptOf(WritingTask task,
                                                                    std::int64_t max_new_tokens,
                                                                    absl::Time now) const {
  const inference::GeneratorContract& contract = model_->contract();
  // The source of an encoder-decoder has positions of its own.
  const std::int64_t room = contract.kind == inference::GeneratorKind::kEncoderDecoder
                                ? contract.max_tokens
                                : contract.max_tokens - max_new_tokens;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::int64_t> ids, Encode(task, now));
    if (static_cast<std::int64_t>(ids.size()) <= room) return ids;
    if (!LeaveOut(task)) {
      return absl::InvalidArgumentError(absl::StrCat("the question and its passage are ",
                                                     ids.size(), " tokens, and ", id(),
                                                     " has room for ", room));
    }
  }
}

absl::StatusOr<inference::DecodingOptions> AnswerGenerator::DecodingOf(
    std::int64_t prompt_tokens, std::int64_t max_new_tokens) const {
  return inference::DecodingOf(model_->manifest(), prompt_tokens,
                               {.max_new_tokens = max_new_tokens});
}

}  // namespace clientele::qa
