#ifndef CLIENTELE_COMMON_TEXT_CHAT_RENDERER_H_
#define CLIENTELE_COMMON_TEXT_CHAT_RENDERER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/text/chat/syntax.h"
#include "common/text/chat/traced_text.h"
#include "common/text/chat/value.h"

namespace clientele::text::chat {

// What the names of a template stand for, and the time that strftime_now gives.
struct RenderInput {
  std::vector<std::pair<std::string, Value>> variables;
  absl::Time now;
};

// Runs a template. INVALID_ARGUMENT: the template called raise_exception, whose text is the
// message, or did what Python would not; RESOURCE_EXHAUSTED: more steps or text than a prompt
// needs.
absl::StatusOr<TracedText> RenderTemplate(const Block& block, RenderInput input);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_RENDERER_H_
