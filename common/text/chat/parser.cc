#include "common/text/chat/parser.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "common/status/status_macros.h"
#include "common/text/chat/expression_parser.h"
#include "common/text/chat/lexer.h"
#include "common/text/chat/token_cursor.h"

namespace clientele::text::chat {
namespace {

using StatementOr = absl::StatusOr<std::unique_ptr<Statement>>;

class StatementParser {
 public:
  explicit StatementParser(std::vector<Token> tokens)
      : cursor_(std::move(tokens)), expressions_(cursor_) {}

  absl::StatusOr<Block> Run() {
    CLIENTELE_ASSIGN_OR_RETURN(Block block, ParseBlock({}));
    CLIENTELE_RETURN_IF_ERROR(expressions_.CheckCalls(macros_));
    return block;
  }

 private:
  // Up to a block tag that begins with one of `ends`, which is left to be read; with no `ends`,
  // up to the end of the template.
  absl::StatusOr<Block> ParseBlock(absl::Span<const absl::string_view> ends) {
    const Nesting nesting(cursor_);
    if (nesting.too_deep()) return cursor_.Error("it is nested too deeply");
    Block block;
    while (true) {
      const Token& token = cursor_.Peek();
      if (token.kind == Token::Kind::kEnd) {
        if (ends.empty()) return block;
        return cursor_.Error(absl::StrCat("a block is never closed with ", ends.back()));
      }
      if (token.kind == Token::Kind::kData) {
        auto data = NewStatement(Statement::Kind::kData);
        data->name = cursor_.Take().text;
        block.push_back(std::move(data));
      } else if (token.kind == Token::Kind::kPrintBegin) {
        auto print = NewStatement(Statement::Kind::kPrint);
        cursor_.Take();
        CLIENTELE_ASSIGN_OR_RETURN(print->expression, expressions_.ParseTuple());
        CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectKind(Token::Kind::kPrintEnd, "}}"));
        block.push_back(std::move(print));
      } else {
        cursor_.Take();
        const std::string name = cursor_.Peek().text;
        if (cursor_.Peek().kind == Token::Kind::kName &&
            std::find(ends.begin(), ends.end(), name) != ends.end()) {
          return block;
        }
        CLIENTELE_ASSIGN_OR_RETURN(auto statement, ParseStatement());
        block.push_back(std::move(statement));
      }
    }
  }

  StatementOr ParseStatement() {
    if (cursor_.Peek().kind != Token::Kind::kName)
      return cursor_.Error("a block tag must begin with a name");
    const std::string name = cursor_.Peek().text;
    if (name == "if") return ParseIf();
    if (name == "for") return ParseFor();
    if (name == "set") return ParseSet();
    if (name == "macro") return ParseMacro();
    if (name == "filter") return ParseFilterBlock();
    if (name == "with") return ParseWith();
    if (name == "generation") {
      auto statement = NewStatement(Statement::Kind::kGeneration);
      cursor_.Take();
      CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
      CLIENTELE_ASSIGN_OR_RETURN(statement->body, ParseBlock({"endgeneration"}));
      CLIENTELE_RETURN_IF_ERROR(CloseTag());
      return statement;
    }
    if (name == "break" || name == "continue") {
      auto statement =
          NewStatement(name == "break" ? Statement::Kind::kBreak : Statement::Kind::kContinue);
      if (loops_ == 0) return cursor_.Error(absl::StrCat(name, " stands outside a loop"));
      cursor_.Take();
      CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
      return statement;
    }
    return cursor_.Error(absl::StrCat("the statement '", name, "' is not supported"));
  }

  // At "if" or "elif".
  StatementOr ParseIf() {
    const Nesting nesting(cursor_);
    if (nesting.too_deep()) return cursor_.Error("it is nested too deeply");
    auto statement = NewStatement(Statement::Kind::kIf);
    cursor_.Take();
    CLIENTELE_ASSIGN_OR_RETURN(statement->expression, expressions_.ParseTuple());
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    CLIENTELE_ASSIGN_OR_RETURN(statement->body, ParseBlock({"elif", "else", "endif"}));
    if (cursor_.Peek().text == "elif") {
      CLIENTELE_ASSIGN_OR_RETURN(auto chained, ParseIf());
      statement->otherwise.push_back(std::move(chained));
      return statement;
    }
    if (cursor_.Take().text == "else") {
      CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
      CLIENTELE_ASSIGN_OR_RETURN(statement->otherwise, ParseBlock({"endif"}));
      cursor_.Take();
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    return statement;
  }

  StatementOr ParseFor() {
    auto statement = NewStatement(Statement::Kind::kFor);
    cursor_.Take();
    CLIENTELE_RETURN_IF_ERROR(ParseTargets(*statement));
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectName("in"));
    CLIENTELE_ASSIGN_OR_RETURN(statement->expression,
                               expressions_.ParseTuple(/*conditional=*/false));
    if (cursor_.TakeName("if")) {
      CLIENTELE_ASSIGN_OR_RETURN(statement->condition, expressions_.ParseExpression());
    }
    if (cursor_.Peek().text == "recursive" && cursor_.Peek().kind == Token::Kind::kName) {
      return cursor_.Error("'recursive' loops are not supported");
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    ++loops_;
    absl::StatusOr<Block> body = ParseBlock({"else", "endfor"});
    --loops_;
    CLIENTELE_ASSIGN_OR_RETURN(statement->body, std::move(body));
    if (cursor_.Take().text == "else") {
      CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
      CLIENTELE_ASSIGN_OR_RETURN(statement->otherwise, ParseBlock({"endfor"}));
      cursor_.Take();
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    return statement;
  }

  StatementOr ParseSet() {
    auto statement = NewStatement(Statement::Kind::kSet);
    cursor_.Take();
    CLIENTELE_RETURN_IF_ERROR(ParseTargets(*statement));
    if (cursor_.TakeOperator("=")) {
      CLIENTELE_ASSIGN_OR_RETURN(statement->expression, expressions_.ParseTuple());
      CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
      return statement;
    }
    if (cursor_.AtOperator("|"))
      return cursor_.Error("a filter on a block that is set is not supported");
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    CLIENTELE_ASSIGN_OR_RETURN(statement->body, ParseBlock({"endset"}));
    CLIENTELE_RETURN_IF_ERROR(CloseTag());
    return statement;
  }

  StatementOr ParseMacro() {
    auto statement = NewStatement(Statement::Kind::kMacro);
    cursor_.Take();
    CLIENTELE_ASSIGN_OR_RETURN(statement->name, cursor_.TakeIdentifier());
    macros_.push_back(statement->name);
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator("("));
    while (!cursor_.AtOperator(")")) {
      CLIENTELE_ASSIGN_OR_RETURN(std::string parameter, cursor_.TakeIdentifier());
      statement->targets.push_back(std::move(parameter));
      if (cursor_.TakeOperator("=")) {
        CLIENTELE_ASSIGN_OR_RETURN(auto value, expressions_.ParseExpression());
        statement->defaults.push_back(std::move(value));
      } else if (!statement->defaults.empty()) {
        return cursor_.Error("a parameter without a default follows one with a default");
      }
      if (!cursor_.TakeOperator(",")) break;
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator(")"));
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    const int loops = std::exchange(loops_, 0);
    absl::StatusOr<Block> body = ParseBlock({"endmacro"});
    loops_ = loops;
    CLIENTELE_ASSIGN_OR_RETURN(statement->body, std::move(body));
    cursor_.Take();
    // The name may be said again.
    if (cursor_.Peek().kind == Token::Kind::kName) cursor_.Take();
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    return statement;
  }

  StatementOr ParseFilterBlock() {
    auto statement = NewStatement(Statement::Kind::kFilter);
    cursor_.Take();
    CLIENTELE_ASSIGN_OR_RETURN(statement->expression, expressions_.ParseFilter());
    while (cursor_.TakeOperator("|"))
      return cursor_.Error("a chain of filters on a block is not supported");
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    CLIENTELE_ASSIGN_OR_RETURN(statement->body, ParseBlock({"endfilter"}));
    CLIENTELE_RETURN_IF_ERROR(CloseTag());
    return statement;
  }

  StatementOr ParseWith() {
    auto statement = NewStatement(Statement::Kind::kWith);
    cursor_.Take();
    while (cursor_.Peek().kind == Token::Kind::kName) {
      CLIENTELE_ASSIGN_OR_RETURN(std::string target, cursor_.TakeIdentifier());
      statement->targets.push_back(std::move(target));
      CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator("="));
      CLIENTELE_ASSIGN_OR_RETURN(auto value, expressions_.ParseExpression());
      statement->defaults.push_back(std::move(value));
      if (!cursor_.TakeOperator(",")) break;
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.EndTag());
    CLIENTELE_ASSIGN_OR_RETURN(statement->body, ParseBlock({"endwith"}));
    CLIENTELE_RETURN_IF_ERROR(CloseTag());
    return statement;
  }

  // "a", "a, b", "(a, b)" or "space.name".
  absl::Status ParseTargets(Statement& statement) {
    const bool bracketed = cursor_.TakeOperator("(");
    do {
      if (statement.targets.size() > 1 && (cursor_.AtOperator(")") || cursor_.AtOperator("=")))
        break;
      CLIENTELE_ASSIGN_OR_RETURN(std::string target, cursor_.TakeIdentifier());
      if (statement.kind == Statement::Kind::kSet && cursor_.TakeOperator(".")) {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string member, cursor_.TakeIdentifier());
        absl::StrAppend(&target, ".", member);
      }
      statement.targets.push_back(std::move(target));
    } while (cursor_.TakeOperator(","));
    return bracketed ? cursor_.ExpectOperator(")") : absl::OkStatus();
  }

  // The name of the closing tag, and its end.
  absl::Status CloseTag() {
    cursor_.Take();
    return cursor_.EndTag();
  }

  std::unique_ptr<Statement> NewStatement(Statement::Kind kind) const {
    auto statement = std::make_unique<Statement>();
    statement->kind = kind;
    statement->line = cursor_.Peek().line;
    return statement;
  }

  TokenCursor cursor_;
  ExpressionParser expressions_;
  int loops_ = 0;  // around the statement that is read
  std::vector<std::string> macros_;
};

}  // namespace

absl::StatusOr<Block> Parse(absl::string_view source) {
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(source));
  return StatementParser(std::move(tokens)).Run();
}

}  // namespace clientele::text::chat
