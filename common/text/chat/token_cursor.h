#ifndef CLIENTELE_COMMON_TEXT_CHAT_TOKEN_CURSOR_H_
#define CLIENTELE_COMMON_TEXT_CHAT_TOKEN_CURSOR_H_

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/text/chat/lexer.h"
#include "common/text/chat/parser.h"

namespace clientele::text::chat {

// Where the parser stands in a template's tokens. Errors name the line of the next token.
class TokenCursor {
 public:
  explicit TokenCursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& Peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  // Stays at the end.
  const Token& Take() {
    const Token& token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }

  bool AtOperator(absl::string_view text, std::size_t ahead = 0) const {
    return Peek(ahead).kind == Token::Kind::kOperator && Peek(ahead).text == text;
  }
  bool AtName(absl::string_view text, std::size_t ahead = 0) const {
    return Peek(ahead).kind == Token::Kind::kName && Peek(ahead).text == text;
  }
  bool AtExpressionEnd() const {
    const Token::Kind kind = Peek().kind;
    return kind == Token::Kind::kBlockEnd || kind == Token::Kind::kPrintEnd || AtOperator(")") ||
           AtOperator("]") || AtOperator("}") || AtOperator("=");
  }

  // True where the next token is that, which is taken then.
  bool TakeOperator(absl::string_view text) {
    if (!AtOperator(text)) return false;
    Take();
    return true;
  }
  bool TakeName(absl::string_view text) {
    if (!AtName(text)) return false;
    Take();
    return true;
  }

  absl::Status ExpectOperator(absl::string_view text) {
    return TakeOperator(text) ? absl::OkStatus() : Expected(absl::StrCat("'", text, "'"));
  }
  absl::Status ExpectName(absl::string_view text) {
    return TakeName(text) ? absl::OkStatus() : Expected(absl::StrCat("'", text, "'"));
  }
  absl::Status ExpectKind(Token::Kind kind, absl::string_view text) {
    if (Peek().kind != kind) return Expected(absl::StrCat("'", text, "'"));
    Take();
    return absl::OkStatus();
  }
  absl::Status EndTag() { return ExpectKind(Token::Kind::kBlockEnd, "%}"); }

  absl::StatusOr<std::string> TakeWord() {
    if (Peek().kind == Token::Kind::kName) return Take().text;
    return Expected("a name");
  }
  // A name that is no keyword.
  absl::StatusOr<std::string> TakeIdentifier() {
    if (Peek().kind == Token::Kind::kName && !IsReserved(Peek().text)) return Take().text;
    return Expected("a name");
  }
  static bool IsReserved(absl::string_view word) {
    constexpr absl::string_view kWords[] = {"and", "else", "if", "in", "is", "not", "or"};
    return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
  }

  absl::Status Expected(absl::string_view what) const {
    return Error(absl::StrCat(what, " is expected, found '", Found(Peek()), "'"));
  }
  absl::Status Error(absl::string_view what) const { return ErrorAt(Peek().line, what); }
  static absl::Status ErrorAt(int line, absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("chat template, line ", line, ": ", what));
  }

 private:
  friend class Nesting;

  static std::string Found(const Token& token) {
    switch (token.kind) {
      case Token::Kind::kBlockEnd:
        return "%}";
      case Token::Kind::kPrintEnd:
        return "}}";
      case Token::Kind::kEnd:
        return "the end";
      default:
        return token.text.substr(0, 40);
    }
  }

  const std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// One level of nesting while it lives, so that no template exhausts the stack.
class Nesting {
 public:
  explicit Nesting(TokenCursor& cursor) : cursor_(cursor) { ++cursor_.depth_; }
  ~Nesting() { --cursor_.depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  bool too_deep() const { return cursor_.depth_ > kMaxDepth; }

 private:
  TokenCursor& cursor_;
};

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_TOKEN_CURSOR_H_
