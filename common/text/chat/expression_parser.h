#ifndef CLIENTELE_COMMON_TEXT_CHAT_EXPRESSION_PARSER_H_
#define CLIENTELE_COMMON_TEXT_CHAT_EXPRESSION_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/text/chat/syntax.h"
#include "common/text/chat/token_cursor.h"

namespace clientele::text::chat {

// Reads expressions with Jinja's precedence. For one thread; the cursor is borrowed.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenCursor& cursor) : cursor_(cursor) {}

  absl::StatusOr<ExpressionPtr> ParseExpression();
  // One expression, or a tuple without brackets. A loop's sequence has no "if" of its own.
  absl::StatusOr<ExpressionPtr> ParseTuple(bool conditional = true);
  // A filter's name and arguments; children[0] is null.
  absl::StatusOr<ExpressionPtr> ParseFilter();

  // Once the template is read: INVALID_ARGUMENT where a call names neither one of `macros`, nor a
  // function or method that is known.
  absl::Status CheckCalls(const std::vector<std::string>& macros) const;

 private:
  class Impl;

  TokenCursor& cursor_;
  std::vector<const Expression*> calls_;  // owned by the trees
};

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_EXPRESSION_PARSER_H_
