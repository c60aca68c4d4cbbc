#ifndef CLIENTELE_COMMON_TEXT_CHAT_LEXER_H_
#define CLIENTELE_COMMON_TEXT_CHAT_LEXER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::chat {

struct Token {
  enum class Kind {
    kData,        // text between tags, as it is printed
    kBlockBegin,  // {%
    kBlockEnd,
    kPrintBegin,  // {{
    kPrintEnd,
    kName,
    kString,  // `text` is its content, escapes resolved
    kInteger,
    kFloat,
    kOperator,
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;
  int line = 1;
};

// Splits a template as Jinja does with trim_blocks and lstrip_blocks: the line end after a block
// tag and the spaces before one that begins its line are dropped, "-" beside a tag drops all white
// space there, "+" keeps it. Comments are gone, raw blocks are data, and one line end at the end
// of the source is dropped. INVALID_ARGUMENT names the line.
absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view source);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_LEXER_H_
