#ifndef CLIENTELE_COMMON_TEXT_CHAT_VOCABULARY_H_
#define CLIENTELE_COMMON_TEXT_CHAT_VOCABULARY_H_

// The names that templates may use. What is not here is refused when a template is read.

#include "absl/strings/string_view.h"

namespace clientele::text::chat {

bool IsFilter(absl::string_view name);
bool IsTest(absl::string_view name);
bool IsMethod(absl::string_view name);
bool IsGlobalFunction(absl::string_view name);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_VOCABULARY_H_
