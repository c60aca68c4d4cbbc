#ifndef CLIENTELE_COMMON_TEXT_CHAT_CHAT_TEMPLATE_H_
#define CLIENTELE_COMMON_TEXT_CHAT_CHAT_TEMPLATE_H_

// The prompt that a chat model was trained on: the chat template of its tokenizer_config.json, run
// on a conversation, byte for byte as "transformers" renders it (Jinja with trim_blocks,
// lstrip_blocks and loop controls, in an immutable sandbox).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto chat, ChatTemplate::FromTokenizerConfig(config_json));
//   CLIENTELE_ASSIGN_OR_RETURN(const ChatPrompt prompt, chat->Render(
//       {{{"role", "user"}, {"content", "Where is my order?"}}}, {}));
//   Tokenize(prompt.text, prompt.conversation);
//
// A template is code from outside. It can reach the variables below and nothing else, changes
// none of them, and is bounded in steps, text and nesting. Statements, filters, tests, methods and
// functions that are not known are refused by name when the template is read, never guessed.
//
// Known: if, for (with else and if), set, macro, filter, with, generation, break, continue and raw;
// the operators, conditional expressions and slices of Jinja; the filters, tests and methods in
// vocabulary.cc; raise_exception, strftime_now, namespace, range and dict. Not known: include,
// import, extends, block, call, do, recursive loops, and formatting with %.
//
// Immutable, thread-safe.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/text/chat/syntax.h"
#include "common/text/chat/traced_text.h"

namespace clientele::text {

struct ChatPrompt {
  std::string text;
  // Bytes of `text` that came from the conversation, in order. What looks like a special token
  // there is someone's text and must be tokenized as such.
  std::vector<chat::TextSpan> conversation;
};

struct ChatRenderOptions {
  // Ends with what begins the assistant's answer.
  bool add_generation_prompt = true;
  // What strftime_now gives, in UTC.
  absl::Time now = absl::UnixEpoch();
  // Null: none.
  nlohmann::ordered_json tools = nullptr;
  nlohmann::ordered_json documents = nullptr;
};

class ChatTemplate {
 public:
  static constexpr std::size_t kMaxTemplateBytes = std::size_t{1} << 20;

  // From the text of a tokenizer_config.json: `chat_template` is the template or a list of named
  // ones, of which "default" is taken; special tokens are strings or objects with `content`.
  // NOT_FOUND where there is no template; INVALID_ARGUMENT names line and reason.
  static absl::StatusOr<std::unique_ptr<const ChatTemplate>> FromTokenizerConfig(
      absl::string_view json);

  // `messages` is an array of objects with `role` and `content`, as the reference takes them.
  // INVALID_ARGUMENT: the template refuses the conversation, and the message is what it says, or
  // it does not fit the conversation. RESOURCE_EXHAUSTED: it takes more steps or text than a prompt
  // may.
  absl::StatusOr<ChatPrompt> Render(const nlohmann::ordered_json& messages,
                                    const ChatRenderOptions& options = {}) const;

 private:
  ChatTemplate() = default;

  chat::Block block_;
  std::vector<std::pair<std::string, std::string>> special_tokens_;
};

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_CHAT_CHAT_TEMPLATE_H_
