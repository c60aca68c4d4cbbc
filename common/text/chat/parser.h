#ifndef CLIENTELE_COMMON_TEXT_CHAT_PARSER_H_
#define CLIENTELE_COMMON_TEXT_CHAT_PARSER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/chat/syntax.h"

namespace clientele::text::chat {

// Nesting of statements and expressions, together.
inline constexpr int kMaxDepth = 100;

// INVALID_ARGUMENT names the line and what was found; also for a statement, filter, test, method or
// function that this interpreter does not know, so that rendering never meets one.
absl::StatusOr<Block> Parse(absl::string_view source);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_PARSER_H_
