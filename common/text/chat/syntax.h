#ifndef CLIENTELE_COMMON_TEXT_CHAT_SYNTAX_H_
#define CLIENTELE_COMMON_TEXT_CHAT_SYNTAX_H_

// The syntax tree of a template.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/text/chat/value.h"

namespace clientele::text::chat {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Expression {
  enum class Kind {
    kLiteral,
    kName,
    kList,
    kTuple,
    kDict,       // children: key, value, key, value ...
    kAttribute,  // children[0].name
    kItem,       // children[0][children[1]]
    kSlice,      // children[0][children[1]:children[2]:children[3]], null where left out
    kCall,       // children[0](children[1] ..., named)
    kFilter,     // children[0] | name(children[1] ..., named)
    kTest,       // children[0] is name(children[1] ...)
    kNot,
    kUnary,    // name: "-" or "+"
    kBinary,   // name: "+", "-", "*", "/", "//", "%", "**", "~"
    kCompare,  // children[0] operators[0] children[1] operators[1] ...
    kAnd,
    kOr,
    kConditional,  // children: then, condition, else or null
  };
  Kind kind = Kind::kLiteral;
  int line = 1;
  std::string name;
  Value literal;
  std::vector<ExpressionPtr> children;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  std::vector<std::string> operators;
};

struct Statement;
using Block = std::vector<std::unique_ptr<const Statement>>;

struct Statement {
  enum class Kind {
    kData,        // name: the text
    kPrint,       // expression
    kIf,          // expression, body, otherwise
    kFor,         // targets in expression, only where condition; body, otherwise
    kSet,         // targets = expression, or the text of body where there is no expression
    kMacro,       // name(targets, with defaults for the last of them), body
    kFilter,      // the text of body as children[0] of expression
    kWith,        // targets, defaults: their values; body
    kGeneration,  // body
    kBreak,
    kContinue,
  };
  Kind kind = Kind::kData;
  int line = 1;
  std::string name;
  // What is assigned; "space.name" for a member of a namespace.
  std::vector<std::string> targets;
  ExpressionPtr expression;
  ExpressionPtr condition;
  std::vector<ExpressionPtr> defaults;
  Block body;
  Block otherwise;
};

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_SYNTAX_H_
