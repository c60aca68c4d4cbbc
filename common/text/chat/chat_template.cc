#include "common/text/chat/chat_template.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/chat/parser.h"
#include "common/text/chat/renderer.h"
#include "common/text/chat/value.h"

namespace clientele::text {
namespace {

using Json = nlohmann::ordered_json;

// Of what a template may read; deeper text would exhaust the stack.
constexpr int kMaxJsonDepth = 100;

bool DeeperThan(const Json& json, int depth) {
  if (!json.is_structured()) return false;
  if (depth == 0) return true;
  return std::any_of(json.begin(), json.end(),
                     [depth](const Json& part) { return DeeperThan(part, depth - 1); });
}

absl::StatusOr<Json> ParseConfig(absl::string_view text) {
  int depth = 0;
  bool too_deep = false;
  const Json::parser_callback_t bounded = [&](int level, Json::parse_event_t, Json&) {
    depth = std::max(depth, level);
    too_deep = too_deep || level > kMaxJsonDepth;
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), bounded, /*allow_exceptions=*/false);
  if (too_deep || !json.is_object()) {
    return absl::InvalidArgumentError("tokenizer_config.json is no JSON object");
  }
  return json;
}

// A special token is its text, or an object that holds it.
std::string TokenText(const Json& config, absl::string_view name) {
  const auto found = config.find(std::string(name));
  if (found == config.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  if (found->is_object() && found->contains("content") && found->at("content").is_string()) {
    return found->at("content").get<std::string>();
  }
  return "";
}

absl::StatusOr<std::string> TemplateText(const Json& config) {
  const auto found = config.find("chat_template");
  if (found == config.end() || found->is_null()) {
    return absl::NotFoundError(
        "tokenizer_config.json has no chat_template: the model was not trained for chat, or its "
        "template is in another file");
  }
  if (found->is_string()) return found->get<std::string>();
  if (!found->is_array()) {
    return absl::InvalidArgumentError("chat_template must be text, or a list of named templates");
  }
  std::string names;
  for (const Json& entry : *found) {
    if (!entry.is_object()) continue;
    const std::string name = TokenText(entry, "name");
    if (name == "default") return TokenText(entry, "template");
    absl::StrAppend(&names, names.empty() ? "" : ", ", name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("chat_template has no template named \"default\"; it has: ", names));
}

}  // namespace

absl::StatusOr<std::unique_ptr<const ChatTemplate>> ChatTemplate::FromTokenizerConfig(
    absl::string_view json) {
  CLIENTELE_ASSIGN_OR_RETURN(const Json config, ParseConfig(json));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string source, TemplateText(config));
  if (source.size() > kMaxTemplateBytes) {
    return absl::InvalidArgumentError("the chat template is larger than 1 MB");
  }
  auto chat_template = std::unique_ptr<ChatTemplate>(new ChatTemplate());
  CLIENTELE_ASSIGN_OR_RETURN(chat_template->block_, chat::Parse(source));
  // Templates add these two to text without asking whether a model has them.
  for (const char* name : {"bos_token", "eos_token"}) {
    chat_template->special_tokens_.emplace_back(name, TokenText(config, name));
  }
  for (const char* name : {"unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}) {
    std::string token = TokenText(config, name);
    if (!token.empty()) chat_template->special_tokens_.emplace_back(name, std::move(token));
  }
  return chat_template;
}

absl::StatusOr<ChatPrompt> ChatTemplate::Render(const Json& messages,
                                                const ChatRenderOptions& options) const {
  const bool are_messages =
      messages.is_array() && std::all_of(messages.begin(), messages.end(), [](const Json& message) {
        return message.is_object() && message.contains("role") && message.at("role").is_string();
      });
  if (!are_messages) {
    return absl::InvalidArgumentError("messages must be a list of objects with a role");
  }
  if (DeeperThan(messages, kMaxJsonDepth) || DeeperThan(options.tools, kMaxJsonDepth) ||
      DeeperThan(options.documents, kMaxJsonDepth)) {
    return absl::InvalidArgumentError("messages, tools or documents are nested too deeply");
  }
  chat::RenderInput input;
  input.now = options.now;
  for (const auto& [name, token] : special_tokens_) {
    input.variables.emplace_back(name, chat::Value::OfTemplateText(token));
  }
  input.variables.emplace_back("messages", chat::Value::OfConversation(messages));
  input.variables.emplace_back("tools", chat::Value::OfConversation(options.tools));
  input.variables.emplace_back("documents", chat::Value::OfConversation(options.documents));
  input.variables.emplace_back("add_generation_prompt",
                               chat::Value::OfBool(options.add_generation_prompt));
  CLIENTELE_ASSIGN_OR_RETURN(const chat::TracedText text,
                             chat::RenderTemplate(block_, std::move(input)));
  return ChatPrompt{text.bytes(), text.ConversationSpans()};
}

}  // namespace clientele::text
