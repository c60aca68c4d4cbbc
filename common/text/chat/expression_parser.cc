#include "common/text/chat/expression_parser.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "common/status/status_macros.h"
#include "common/text/chat/vocabulary.h"

namespace clientele::text::chat {

class ExpressionParser::Impl {
 public:
  using Node = std::unique_ptr<Expression>;
  using NodeOr = absl::StatusOr<Node>;

  explicit Impl(ExpressionParser& parser) : cursor_(parser.cursor_), calls_(parser.calls_) {}

  // ---- Expressions, from the loosest binding to the tightest

  // One expression, or a tuple without brackets.
  NodeOr ParseTuple(bool conditional = true) {
    CLIENTELE_ASSIGN_OR_RETURN(Node first, conditional ? ParseExpression() : ParseOr());
    if (!cursor_.AtOperator(",")) return first;
    Node tuple = New(Expression::Kind::kTuple);
    tuple->children.push_back(std::move(first));
    while (cursor_.TakeOperator(",")) {
      if (cursor_.AtExpressionEnd()) break;
      CLIENTELE_ASSIGN_OR_RETURN(Node next, conditional ? ParseExpression() : ParseOr());
      tuple->children.push_back(std::move(next));
    }
    return tuple;
  }

  NodeOr ParseExpression() {
    const Nesting nesting(cursor_);
    if (nesting.too_deep()) return cursor_.Error("an expression is nested too deeply");
    CLIENTELE_ASSIGN_OR_RETURN(Node value, ParseOr());
    while (cursor_.AtName("if")) {
      Node conditional = New(Expression::Kind::kConditional);
      cursor_.Take();
      conditional->children.push_back(std::move(value));
      CLIENTELE_ASSIGN_OR_RETURN(Node condition, ParseOr());
      conditional->children.push_back(std::move(condition));
      Node otherwise;
      if (cursor_.TakeName("else")) {
        CLIENTELE_ASSIGN_OR_RETURN(otherwise, ParseExpression());
      }
      conditional->children.push_back(std::move(otherwise));
      value = std::move(conditional);
    }
    return value;
  }

  NodeOr ParseOr() { return ParseLogical("or", Expression::Kind::kOr, &Impl::ParseAnd); }
  NodeOr ParseAnd() { return ParseLogical("and", Expression::Kind::kAnd, &Impl::ParseNot); }

  NodeOr ParseLogical(absl::string_view word, Expression::Kind kind, NodeOr (Impl::*operand)()) {
    CLIENTELE_ASSIGN_OR_RETURN(Node first, (this->*operand)());
    if (!cursor_.AtName(word)) return first;
    Node all = New(kind);
    all->children.push_back(std::move(first));
    while (cursor_.TakeName(word)) {
      CLIENTELE_ASSIGN_OR_RETURN(Node next, (this->*operand)());
      all->children.push_back(std::move(next));
    }
    return all;
  }

  NodeOr ParseNot() {
    if (!cursor_.AtName("not")) return ParseCompare();
    const Nesting nesting(cursor_);
    if (nesting.too_deep()) return cursor_.Error("an expression is nested too deeply");
    Node negation = New(Expression::Kind::kNot);
    cursor_.Take();
    CLIENTELE_ASSIGN_OR_RETURN(Node operand, ParseNot());
    negation->children.push_back(std::move(operand));
    return negation;
  }

  NodeOr ParseCompare() {
    CLIENTELE_ASSIGN_OR_RETURN(Node first, ParseSum());
    Node compare;
    while (true) {
      std::string found;
      for (const absl::string_view one : {"==", "!=", "<", "<=", ">", ">="}) {
        if (cursor_.AtOperator(one)) found = std::string(one);
      }
      if (!found.empty()) {
        cursor_.Take();
      } else if (cursor_.TakeName("in")) {
        found = "in";
      } else if (cursor_.AtName("not") && cursor_.AtName("in", 1)) {
        cursor_.Take();
        cursor_.Take();
        found = "not in";
      } else {
        break;
      }
      if (!compare) {
        compare = New(Expression::Kind::kCompare);
        compare->children.push_back(std::move(first));
      }
      compare->operators.push_back(std::move(found));
      CLIENTELE_ASSIGN_OR_RETURN(Node next, ParseSum());
      compare->children.push_back(std::move(next));
    }
    return compare ? std::move(compare) : std::move(first);
  }

  NodeOr ParseSum() { return ParseBinary({"+", "-"}, &Impl::ParseConcatenation); }
  NodeOr ParseConcatenation() { return ParseBinary({"~"}, &Impl::ParseProduct); }
  NodeOr ParseProduct() { return ParseBinary({"*", "/", "//", "%"}, &Impl::ParsePower); }

  NodeOr ParseBinary(absl::Span<const absl::string_view> operators, NodeOr (Impl::*operand)()) {
    CLIENTELE_ASSIGN_OR_RETURN(Node left, (this->*operand)());
    int length = 0;
    while (cursor_.Peek().kind == Token::Kind::kOperator &&
           std::find(operators.begin(), operators.end(), cursor_.Peek().text) != operators.end()) {
      // The tree of a chain is as deep as the chain is long.
      if (++length > kMaxDepth) return cursor_.Error("an expression is too long");
      Node both = New(Expression::Kind::kBinary);
      both->name = cursor_.Take().text;
      both->children.push_back(std::move(left));
      CLIENTELE_ASSIGN_OR_RETURN(Node right, (this->*operand)());
      both->children.push_back(std::move(right));
      left = std::move(both);
    }
    return left;
  }

  NodeOr ParsePower() { return ParseBinary({"**"}, &Impl::ParseFilteredUnary); }
  NodeOr ParseFilteredUnary() { return ParseUnary(/*with_filters=*/true); }

  NodeOr ParseUnary(bool with_filters) {
    const Nesting nesting(cursor_);
    if (nesting.too_deep()) return cursor_.Error("an expression is nested too deeply");
    Node value;
    if (cursor_.AtOperator("-") || cursor_.AtOperator("+")) {
      value = New(Expression::Kind::kUnary);
      value->name = cursor_.Take().text;
      CLIENTELE_ASSIGN_OR_RETURN(Node operand, ParseUnary(/*with_filters=*/false));
      value->children.push_back(std::move(operand));
    } else {
      CLIENTELE_ASSIGN_OR_RETURN(value, ParsePrimary());
    }
    CLIENTELE_ASSIGN_OR_RETURN(value, ParsePostfix(std::move(value)));
    return with_filters ? ParseFilters(std::move(value)) : std::move(value);
  }

  NodeOr ParsePrimary() {
    const Token token = cursor_.Peek();
    if (token.kind == Token::Kind::kName) return ParseName();
    Node literal = New(Expression::Kind::kLiteral);
    if (token.kind == Token::Kind::kString) {
      std::string text;
      while (cursor_.Peek().kind == Token::Kind::kString) text += cursor_.Take().text;
      literal->literal = Value::OfTemplateText(text);
      return literal;
    }
    if (token.kind == Token::Kind::kInteger) {
      std::int64_t number = 0;
      if (!absl::SimpleAtoi(token.text, &number)) return cursor_.Error("a number is too large");
      cursor_.Take();
      literal->literal = Value::OfInteger(number);
      return literal;
    }
    if (token.kind == Token::Kind::kFloat) {
      double number = 0;
      if (!absl::SimpleAtod(token.text, &number)) return cursor_.Error("a number cannot be read");
      cursor_.Take();
      literal->literal = Value::OfFloat(number);
      return literal;
    }
    if (cursor_.TakeOperator("(")) return ParseBracketed();
    if (cursor_.TakeOperator("[")) {
      Node list = New(Expression::Kind::kList);
      CLIENTELE_RETURN_IF_ERROR(ParseItems(*list, "]"));
      return list;
    }
    if (cursor_.TakeOperator("{")) return ParseDict();
    return cursor_.Expected("an expression");
  }

  NodeOr ParseName() {
    Node name = New(Expression::Kind::kName);
    name->name = cursor_.Take().text;
    const std::string& word = name->name;
    if (word == "true" || word == "True" || word == "false" || word == "False") {
      name->kind = Expression::Kind::kLiteral;
      name->literal = Value::OfBool(word[0] == 't' || word[0] == 'T');
    } else if (word == "none" || word == "None") {
      name->kind = Expression::Kind::kLiteral;
    } else if (TokenCursor::IsReserved(word)) {
      return cursor_.ErrorAt(name->line,
                             absl::StrCat("an expression is expected, found '", word, "'"));
    }
    return name;
  }

  // After "(": an expression or a tuple.
  NodeOr ParseBracketed() {
    if (cursor_.TakeOperator(")")) return New(Expression::Kind::kTuple);
    CLIENTELE_ASSIGN_OR_RETURN(Node inner, ParseTuple());
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator(")"));
    return inner;
  }

  absl::Status ParseItems(Expression& list, absl::string_view close) {
    while (!cursor_.AtOperator(close)) {
      CLIENTELE_ASSIGN_OR_RETURN(Node item, ParseExpression());
      list.children.push_back(std::move(item));
      if (!cursor_.TakeOperator(",")) break;
    }
    return cursor_.ExpectOperator(close);
  }

  NodeOr ParseDict() {
    Node dict = New(Expression::Kind::kDict);
    while (!cursor_.AtOperator("}")) {
      CLIENTELE_ASSIGN_OR_RETURN(Node key, ParseExpression());
      CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator(":"));
      CLIENTELE_ASSIGN_OR_RETURN(Node value, ParseExpression());
      dict->children.push_back(std::move(key));
      dict->children.push_back(std::move(value));
      if (!cursor_.TakeOperator(",")) break;
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator("}"));
    return dict;
  }

  NodeOr ParsePostfix(Node value) {
    for (int length = 0;; ++length) {
      if (length > kMaxDepth) return cursor_.Error("an expression is too long");
      if (cursor_.TakeOperator(".")) {
        Node member = New(Expression::Kind::kAttribute);
        if (cursor_.Peek().kind == Token::Kind::kInteger) {
          return cursor_.Error("an index after a point is not supported: write [0]");
        }
        CLIENTELE_ASSIGN_OR_RETURN(member->name, cursor_.TakeWord());
        member->children.push_back(std::move(value));
        value = std::move(member);
      } else if (cursor_.TakeOperator("[")) {
        CLIENTELE_ASSIGN_OR_RETURN(value, ParseSubscript(std::move(value)));
      } else if (cursor_.AtOperator("(")) {
        Node call = New(Expression::Kind::kCall);
        call->children.push_back(std::move(value));
        CLIENTELE_RETURN_IF_ERROR(ParseArguments(*call));
        calls_.push_back(call.get());
        value = std::move(call);
      } else {
        return value;
      }
    }
  }

  // After "[".
  NodeOr ParseSubscript(Node value) {
    Node bounds[3];
    int colons = 0;
    while (!cursor_.AtOperator("]")) {
      if (cursor_.TakeOperator(":")) {
        if (++colons > 2) return cursor_.Error("a slice has at most three parts");
      } else if (bounds[colons] != nullptr) {
        return cursor_.Expected("']'");
      } else {
        CLIENTELE_ASSIGN_OR_RETURN(bounds[colons], ParseTuple());
      }
    }
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator("]"));
    if (colons == 0 && bounds[0] == nullptr)
      return cursor_.Error("an index is expected, found ']'");
    Node item = New(colons == 0 ? Expression::Kind::kItem : Expression::Kind::kSlice);
    item->children.push_back(std::move(value));
    item->children.push_back(std::move(bounds[0]));
    if (colons > 0) {
      item->children.push_back(std::move(bounds[1]));
      item->children.push_back(std::move(bounds[2]));
    }
    return item;
  }

  absl::Status ParseArguments(Expression& call) {
    CLIENTELE_RETURN_IF_ERROR(cursor_.ExpectOperator("("));
    while (!cursor_.AtOperator(")")) {
      if (cursor_.AtOperator("*") || cursor_.AtOperator("**")) {
        return cursor_.Error("arguments given with * or ** are not supported");
      }
      if (cursor_.Peek().kind == Token::Kind::kName && cursor_.AtOperator("=", 1)) {
        std::string name = cursor_.Take().text;
        cursor_.Take();
        CLIENTELE_ASSIGN_OR_RETURN(Node value, ParseExpression());
        call.named.emplace_back(std::move(name), std::move(value));
      } else {
        if (!call.named.empty())
          return cursor_.Error("an argument without a name follows one with a name");
        CLIENTELE_ASSIGN_OR_RETURN(Node value, ParseExpression());
        call.children.push_back(std::move(value));
      }
      if (!cursor_.TakeOperator(",")) break;
    }
    return cursor_.ExpectOperator(")");
  }

  NodeOr ParseFilters(Node value) {
    for (int length = 0;; ++length) {
      if (length > kMaxDepth) return cursor_.Error("an expression is too long");
      if (cursor_.TakeOperator("|")) {
        CLIENTELE_ASSIGN_OR_RETURN(value, ParseFilter(std::move(value)));
      } else if (cursor_.AtName("is")) {
        CLIENTELE_ASSIGN_OR_RETURN(value, ParseTest(std::move(value)));
      } else if (cursor_.AtOperator("(") || cursor_.AtOperator(".") || cursor_.AtOperator("[")) {
        CLIENTELE_ASSIGN_OR_RETURN(value, ParsePostfix(std::move(value)));
      } else {
        return value;
      }
    }
  }

  // At the filter's name; `value` is null for a filter block.
  NodeOr ParseFilter(Node value) {
    Node filter = New(Expression::Kind::kFilter);
    CLIENTELE_ASSIGN_OR_RETURN(filter->name, cursor_.TakeWord());
    if (!IsFilter(filter->name)) {
      return cursor_.Error(absl::StrCat("the filter '", filter->name, "' is not supported"));
    }
    filter->children.push_back(std::move(value));
    if (cursor_.AtOperator("(")) CLIENTELE_RETURN_IF_ERROR(ParseArguments(*filter));
    CLIENTELE_RETURN_IF_ERROR(CheckAppliedNames(*filter));
    return filter;
  }

  // map, select and their like take the name of a filter or test as a string.
  absl::Status CheckAppliedNames(const Expression& filter) const {
    const bool maps = filter.name == "map";
    const bool by_attribute = filter.name == "selectattr" || filter.name == "rejectattr";
    const bool by_value = filter.name == "select" || filter.name == "reject";
    if (!maps && !by_attribute && !by_value) return absl::OkStatus();
    const std::size_t at = by_attribute ? 2 : 1;
    if (filter.children.size() <= at) return absl::OkStatus();
    const TracedText* name = filter.children[at]->literal.Text();
    if (filter.children[at]->kind != Expression::Kind::kLiteral || name == nullptr) {
      return cursor_.Error(absl::StrCat(filter.name, " needs a name in quotes"));
    }
    if (maps ? IsFilter(name->bytes()) : IsTest(name->bytes())) return absl::OkStatus();
    return cursor_.Error(
        absl::StrCat("the ", maps ? "filter" : "test", " '", name->bytes(), "' is not supported"));
  }

  NodeOr ParseTest(Node value) {
    cursor_.Take();
    const bool negated = cursor_.TakeName("not");
    Node test = New(Expression::Kind::kTest);
    CLIENTELE_ASSIGN_OR_RETURN(test->name, cursor_.TakeWord());
    if (!IsTest(test->name)) {
      return cursor_.Error(absl::StrCat("the test '", test->name, "' is not supported"));
    }
    test->children.push_back(std::move(value));
    if (cursor_.AtOperator("(")) {
      CLIENTELE_RETURN_IF_ERROR(ParseArguments(*test));
    } else if (BeginsTestArgument()) {
      CLIENTELE_ASSIGN_OR_RETURN(Node argument, ParsePrimary());
      CLIENTELE_ASSIGN_OR_RETURN(argument, ParsePostfix(std::move(argument)));
      test->children.push_back(std::move(argument));
    }
    if (!negated) return test;
    Node negation = New(Expression::Kind::kNot);
    negation->children.push_back(std::move(test));
    return negation;
  }

  bool BeginsTestArgument() const {
    const Token& token = cursor_.Peek();
    switch (token.kind) {
      case Token::Kind::kString:
      case Token::Kind::kInteger:
      case Token::Kind::kFloat:
        return true;
      case Token::Kind::kName:
        return !TokenCursor::IsReserved(token.text);
      case Token::Kind::kOperator:
        return token.text == "[" || token.text == "{";
      default:
        return false;
    }
  }

 private:
  Node New(Expression::Kind kind) const {
    auto expression = std::make_unique<Expression>();
    expression->kind = kind;
    expression->line = cursor_.Peek().line;
    return expression;
  }

  TokenCursor& cursor_;
  std::vector<const Expression*>& calls_;
};

absl::StatusOr<ExpressionPtr> ExpressionParser::ParseExpression() {
  CLIENTELE_ASSIGN_OR_RETURN(auto node, Impl(*this).ParseExpression());
  return ExpressionPtr(std::move(node));
}

absl::StatusOr<ExpressionPtr> ExpressionParser::ParseTuple(bool conditional) {
  CLIENTELE_ASSIGN_OR_RETURN(auto node, Impl(*this).ParseTuple(conditional));
  return ExpressionPtr(std::move(node));
}

absl::StatusOr<ExpressionPtr> ExpressionParser::ParseFilter() {
  CLIENTELE_ASSIGN_OR_RETURN(auto node, Impl(*this).ParseFilter(nullptr));
  return ExpressionPtr(std::move(node));
}

absl::Status ExpressionParser::CheckCalls(const std::vector<std::string>& macros) const {
  for (const Expression* call : calls_) {
    const Expression& called = *call->children.front();
    const bool is_name = called.kind == Expression::Kind::kName;
    const bool is_method = called.kind == Expression::Kind::kAttribute;
    const bool known =
        (is_name && (IsGlobalFunction(called.name) ||
                     std::find(macros.begin(), macros.end(), called.name) != macros.end())) ||
        (is_method && IsMethod(called.name));
    if (known) continue;
    return TokenCursor::ErrorAt(
        call->line,
        absl::StrCat("the ", is_method ? "method" : "function", " '",
                     is_name || is_method ? called.name : "(expression)", "' is not supported"));
  }
  return absl::OkStatus();
}

}  // namespace clientele::text::chat
