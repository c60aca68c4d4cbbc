#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_RENDER_CHAT_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_RENDER_CHAT_H_

#include <filesystem>
#include <ostream>

#include "absl/status/status.h"

namespace clientele::models {

struct RenderChatRequest {
  std::filesystem::path tokenizer_config;
  std::filesystem::path messages;
  bool no_generation_prompt = false;
};

// Writes the prompt, without a line end of its own. INVALID_ARGUMENT names syntax of the template
// that is not known, or what the template says when it refuses the conversation.
absl::Status RenderChat(const RenderChatRequest& request, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_RENDER_CHAT_H_
