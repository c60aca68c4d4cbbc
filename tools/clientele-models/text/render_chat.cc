#include "tools/clientele-models/text/render_chat.h"

#include <fstream>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status/status_macros.h"
#include "common/text/chat/chat_template.h"

namespace clientele::models {
namespace {

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat(path.string(), " cannot be read"));
  return text.str();
}

}  // namespace

absl::Status RenderChat(const RenderChatRequest& request, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string config, ReadFile(request.tokenizer_config));
  CLIENTELE_ASSIGN_OR_RETURN(const auto chat, text::ChatTemplate::FromTokenizerConfig(config));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, ReadFile(request.messages));
  const auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return absl::InvalidArgumentError(absl::StrCat(request.messages.string(), " is not JSON"));
  }
  const bool wrapped = json.is_object() && json.contains("messages");
  text::ChatRenderOptions options;
  options.add_generation_prompt = !request.no_generation_prompt;
  options.now = absl::Now();
  if (wrapped && json.contains("tools")) options.tools = json.at("tools");
  CLIENTELE_ASSIGN_OR_RETURN(const text::ChatPrompt prompt,
                             chat->Render(wrapped ? json.at("messages") : json, options));
  out << prompt.text;
  return absl::OkStatus();
}

}  // namespace clientele::models
