#include "common/text/chat/renderer.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/status_macros.h"
#include "common/text/chat/arguments.h"
#include "common/text/chat/budget.h"
#include "common/text/chat/functions.h"
#include "common/text/chat/operations.h"
#include "common/text/chat/token_cursor.h"

namespace clientele::text::chat {
namespace {

constexpr std::int64_t kMaxRange = 100'000;
constexpr int kMaxCalls = 50;  // of macros within macros

// Names and their values; what is not here is looked for in the scope around it.
class Scope {
 public:
  explicit Scope(const Scope* around) : around_(around) {}

  void Set(absl::string_view name, Value value) { values_.Set(name, std::move(value)); }
  const Value* Find(absl::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->around_) {
      if (const Value* found = scope->values_.Find(name)) return found;
    }
    return nullptr;
  }

 private:
  const Scope* const around_;
  Dict values_;
};

enum class Flow { kNext, kBreak, kContinue };

// What is wrong with the line of `at`, unless the template itself refused.
absl::Status Located(const absl::Status& status, int line) {
  if (status.ok() || absl::StartsWith(status.message(), "chat template") ||
      !absl::IsInvalidArgument(status)) {
    return status;
  }
  return TokenCursor::ErrorAt(line, status.message());
}

class Renderer {
 public:
  explicit Renderer(RenderInput input) : now_(input.now), globals_(nullptr), top_(&globals_) {
    for (const char* name : {"dict", "namespace", "raise_exception", "range", "strftime_now"}) {
      globals_.Set(name, Value::OfCallable(Callable{name, nullptr, nullptr}));
    }
    for (auto& [name, value] : input.variables) globals_.Set(name, std::move(value));
  }

  absl::StatusOr<TracedText> Run(const Block& block) {
    TracedText out;
    absl::StatusOr<Flow> flow = Execute(block, top_, out);
    // What raise_exception said stands for itself.
    if (!flow.ok() && refusal_.has_value()) return absl::InvalidArgumentError(*refusal_);
    CLIENTELE_RETURN_IF_ERROR(flow.status());
    return out;
  }

 private:
  // ---- Statements

  absl::StatusOr<Flow> Execute(const Block& block, Scope& scope, TracedText& out) {
    for (const auto& statement : block) {
      CLIENTELE_RETURN_IF_ERROR(budget_.Steps(1));
      absl::StatusOr<Flow> flow = Execute(*statement, scope, out);
      if (!flow.ok()) return Located(flow.status(), statement->line);
      if (*flow != Flow::kNext) return *flow;
    }
    return Flow::kNext;
  }

  absl::StatusOr<Flow> Execute(const Statement& statement, Scope& scope, TracedText& out) {
    switch (statement.kind) {
      case Statement::Kind::kData:
        CLIENTELE_RETURN_IF_ERROR(budget_.Bytes(statement.name.size()));
        out.Append(TracedText::OfTemplate(statement.name));
        return Flow::kNext;
      case Statement::Kind::kPrint: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*statement.expression, scope));
        const TracedText text = Printed(value);
        CLIENTELE_RETURN_IF_ERROR(budget_.Bytes(text.size()));
        out.Append(text);
        return Flow::kNext;
      }
      case Statement::Kind::kIf: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*statement.expression, scope));
        return Execute(value.Truth() ? statement.body : statement.otherwise, scope, out);
      }
      case Statement::Kind::kFor:
        return ExecuteFor(statement, scope, out);
      case Statement::Kind::kSet:
        CLIENTELE_RETURN_IF_ERROR(ExecuteSet(statement, scope));
        return Flow::kNext;
      case Statement::Kind::kMacro:
        scope.Set(statement.name, Value::OfCallable(Callable{statement.name, nullptr, &statement}));
        return Flow::kNext;
      case Statement::Kind::kFilter: {
        TracedText body;
        CLIENTELE_ASSIGN_OR_RETURN(const Flow flow, ExecuteWithin(statement.body, scope, body));
        CLIENTELE_ASSIGN_OR_RETURN(
            const Value filtered,
            EvaluateFilter(*statement.expression, Value::OfText(std::move(body)), scope));
        out.Append(Printed(filtered));
        return flow;
      }
      case Statement::Kind::kWith: {
        Scope inner(&scope);
        for (std::size_t i = 0; i < statement.targets.size(); ++i) {
          CLIENTELE_ASSIGN_OR_RETURN(Value value, Evaluate(*statement.defaults[i], scope));
          inner.Set(statement.targets[i], std::move(value));
        }
        return Execute(statement.body, inner, out);
      }
      case Statement::Kind::kGeneration:
        return Execute(statement.body, scope, out);
      case Statement::Kind::kBreak:
        return Flow::kBreak;
      case Statement::Kind::kContinue:
        return Flow::kContinue;
    }
    return Flow::kNext;
  }

  absl::StatusOr<Flow> ExecuteWithin(const Block& body, Scope& scope, TracedText& out) {
    Scope inner(&scope);
    return Execute(body, inner, out);
  }

  absl::StatusOr<Flow> ExecuteFor(const Statement& loop, Scope& scope, TracedText& out) {
    CLIENTELE_ASSIGN_OR_RETURN(const Value sequence, Evaluate(*loop.expression, scope));
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<Value> items, Items(sequence, budget_));
    if (loop.condition != nullptr) {
      std::vector<Value> kept;
      for (Value& item : items) {
        Scope inner(&scope);
        CLIENTELE_RETURN_IF_ERROR(Assign(loop.targets, item, inner));
        CLIENTELE_ASSIGN_OR_RETURN(const Value passes, Evaluate(*loop.condition, inner));
        if (passes.Truth()) kept.push_back(std::move(item));
      }
      items = std::move(kept);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      Scope inner(&scope);
      inner.Set("loop", LoopState(items, i));
      CLIENTELE_RETURN_IF_ERROR(Assign(loop.targets, items[i], inner));
      CLIENTELE_ASSIGN_OR_RETURN(const Flow flow, Execute(loop.body, inner, out));
      if (flow == Flow::kBreak) break;
    }
    if (!items.empty()) return Flow::kNext;
    return ExecuteWithin(loop.otherwise, scope, out);
  }

  static Value LoopState(const std::vector<Value>& items, std::size_t at) {
    const auto index = static_cast<std::int64_t>(at);
    const auto size = static_cast<std::int64_t>(items.size());
    Dict loop;
    loop.members = {
        {"index", Value::OfInteger(index + 1)},
        {"index0", Value::OfInteger(index)},
        {"revindex", Value::OfInteger(size - index)},
        {"revindex0", Value::OfInteger(size - index - 1)},
        {"first", Value::OfBool(index == 0)},
        {"last", Value::OfBool(index + 1 == size)},
        {"length", Value::OfInteger(size)},
        {"previtem", at > 0 ? items[at - 1] : Value::OfUndefined("loop.previtem")},
        {"nextitem", at + 1 < items.size() ? items[at + 1] : Value::OfUndefined("loop.nextitem")},
    };
    return Value::OfDict(std::move(loop));
  }

  absl::Status ExecuteSet(const Statement& statement, Scope& scope) {
    if (statement.expression != nullptr) {
      CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*statement.expression, scope));
      return Assign(statement.targets, value, scope);
    }
    TracedText body;
    CLIENTELE_RETURN_IF_ERROR(ExecuteWithin(statement.body, scope, body).status());
    return Assign(statement.targets, Value::OfText(std::move(body)), scope);
  }

  absl::Status Assign(const std::vector<std::string>& targets, const Value& value, Scope& scope) {
    if (targets.size() == 1) return AssignOne(targets.front(), value, scope);
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget_));
    if (items.size() != targets.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(items.size(), " values for ", targets.size(), " names"));
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      CLIENTELE_RETURN_IF_ERROR(AssignOne(targets[i], items[i], scope));
    }
    return absl::OkStatus();
  }

  static absl::Status AssignOne(absl::string_view target, const Value& value, Scope& scope) {
    const std::size_t point = target.find('.');
    if (point == absl::string_view::npos) {
      scope.Set(target, value);
      return absl::OkStatus();
    }
    const Value* space = scope.Find(target.substr(0, point));
    Namespace* members = space == nullptr ? nullptr : space->AsNamespace();
    if (members == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", target.substr(0, point), "' is no namespace"));
    }
    members->members.insert_or_assign(std::string(target.substr(point + 1)), value);
    return absl::OkStatus();
  }

  // ---- Expressions

  absl::StatusOr<Value> Evaluate(const Expression& expression, Scope& scope) {
    CLIENTELE_RETURN_IF_ERROR(budget_.Steps(1));
    absl::StatusOr<Value> value = EvaluateKind(expression, scope);
    if (!value.ok()) return Located(value.status(), expression.line);
    return value;
  }

  absl::StatusOr<Value> EvaluateKind(const Expression& expression, Scope& scope) {
    using Kind = Expression::Kind;
    const auto& children = expression.children;
    switch (expression.kind) {
      case Kind::kLiteral:
        return expression.literal;
      case Kind::kName: {
        const Value* found = scope.Find(expression.name);
        return found == nullptr ? Value::OfUndefined(expression.name) : *found;
      }
      case Kind::kList:
      case Kind::kTuple: {
        CLIENTELE_ASSIGN_OR_RETURN(auto items, EvaluateAll(children, 0, scope));
        return Value::OfList(std::move(items), expression.kind == Kind::kTuple);
      }
      case Kind::kDict:
        return EvaluateDict(expression, scope);
      case Kind::kAttribute: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*children[0], scope));
        if (value.IsUndefined()) return MissingMember(*children[0], expression.name);
        return Attribute(value, expression.name);
      }
      case Kind::kItem: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*children[0], scope));
        CLIENTELE_ASSIGN_OR_RETURN(const Value key, Evaluate(*children[1], scope));
        if (value.IsUndefined()) return MissingMember(*children[0], Printed(key).bytes());
        return Item(value, key);
      }
      case Kind::kSlice:
        return EvaluateSlice(expression, scope);
      case Kind::kCall:
        return EvaluateCall(expression, scope);
      case Kind::kFilter: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*children[0], scope));
        return EvaluateFilter(expression, value, scope);
      }
      case Kind::kTest: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*children[0], scope));
        CLIENTELE_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expression, scope));
        CLIENTELE_ASSIGN_OR_RETURN(const bool passes, ApplyTest(expression.name, value, arguments));
        return Value::OfBool(passes);
      }
      case Kind::kNot: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*children[0], scope));
        return Value::OfBool(!value.Truth());
      }
      case Kind::kUnary: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*children[0], scope));
        if (expression.name == "-") return Negative(value);
        if (value.IsNumber()) return value;
        return absl::InvalidArgumentError(absl::StrCat("'+' does not fit ", value.KindName()));
      }
      case Kind::kBinary: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value left, Evaluate(*children[0], scope));
        CLIENTELE_ASSIGN_OR_RETURN(const Value right, Evaluate(*children[1], scope));
        return Binary(expression.name, left, right, budget_);
      }
      case Kind::kCompare:
        return EvaluateCompare(expression, scope);
      case Kind::kAnd:
      case Kind::kOr: {
        // The value that decides, as Python gives it.
        Value value;
        for (const ExpressionPtr& child : children) {
          CLIENTELE_ASSIGN_OR_RETURN(value, Evaluate(*child, scope));
          if (value.Truth() == (expression.kind == Kind::kOr)) break;
        }
        return value;
      }
      case Kind::kConditional: {
        CLIENTELE_ASSIGN_OR_RETURN(const Value condition, Evaluate(*children[1], scope));
        if (condition.Truth()) return Evaluate(*children[0], scope);
        if (children[2] == nullptr) return Value::OfUndefined("the other case");
        return Evaluate(*children[2], scope);
      }
    }
    return Value();
  }

  static absl::Status MissingMember(const Expression& of, absl::string_view member) {
    const absl::string_view name =
        of.name.empty() ? absl::string_view("what comes before it") : absl::string_view(of.name);
    return absl::InvalidArgumentError(
        absl::StrCat("'", member, "' is asked of '", name, "', which is undefined"));
  }

  absl::StatusOr<std::vector<Value>> EvaluateAll(const std::vector<ExpressionPtr>& expressions,
                                                 std::size_t from, Scope& scope) {
    std::vector<Value> values;
    for (std::size_t i = from; i < expressions.size(); ++i) {
      CLIENTELE_ASSIGN_OR_RETURN(Value value, Evaluate(*expressions[i], scope));
      values.push_back(std::move(value));
    }
    return values;
  }

  absl::StatusOr<Arguments> EvaluateArguments(const Expression& call, Scope& scope) {
    Arguments arguments;
    CLIENTELE_ASSIGN_OR_RETURN(arguments.values, EvaluateAll(call.children, 1, scope));
    for (const auto& [name, expression] : call.named) {
      CLIENTELE_ASSIGN_OR_RETURN(Value value, Evaluate(*expression, scope));
      arguments.named.emplace_back(name, std::move(value));
    }
    return arguments;
  }

  absl::StatusOr<Value> EvaluateDict(const Expression& expression, Scope& scope) {
    Dict dict;
    for (std::size_t i = 0; i + 1 < expression.children.size(); i += 2) {
      CLIENTELE_ASSIGN_OR_RETURN(const Value key, Evaluate(*expression.children[i], scope));
      CLIENTELE_ASSIGN_OR_RETURN(Value value, Evaluate(*expression.children[i + 1], scope));
      if (key.Text() == nullptr) {
        return absl::InvalidArgumentError("keys of a dict must be text");
      }
      dict.Set(key.Text()->bytes(), std::move(value));
    }
    return Value::OfDict(std::move(dict));
  }

  absl::StatusOr<Value> EvaluateSlice(const Expression& expression, Scope& scope) {
    CLIENTELE_ASSIGN_OR_RETURN(const Value value, Evaluate(*expression.children[0], scope));
    std::optional<std::int64_t> bounds[3];
    for (std::size_t i = 0; i < 3; ++i) {
      const ExpressionPtr& child = expression.children[i + 1];
      if (child == nullptr) continue;
      CLIENTELE_ASSIGN_OR_RETURN(const Value bound, Evaluate(*child, scope));
      if (bound.IsNone()) continue;
      if (!bound.IsWhole()) return absl::InvalidArgumentError("a slice needs whole numbers");
      bounds[i] = bound.Whole();
    }
    return Slice(value, bounds[0], bounds[1], bounds[2].value_or(1), budget_);
  }

  absl::StatusOr<Value> EvaluateCompare(const Expression& expression, Scope& scope) {
    CLIENTELE_ASSIGN_OR_RETURN(Value left, Evaluate(*expression.children[0], scope));
    for (std::size_t i = 0; i < expression.operators.size(); ++i) {
      CLIENTELE_ASSIGN_OR_RETURN(Value right, Evaluate(*expression.children[i + 1], scope));
      CLIENTELE_ASSIGN_OR_RETURN(const bool holds, Compare(expression.operators[i], left, right));
      if (!holds) return Value::OfBool(false);
      left = std::move(right);
    }
    return Value::OfBool(true);
  }

  absl::StatusOr<Value> EvaluateFilter(const Expression& filter, const Value& value, Scope& scope) {
    CLIENTELE_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(filter, scope));
    return ApplyFilter(filter.name, value, arguments, budget_);
  }

  absl::StatusOr<Value> EvaluateCall(const Expression& call, Scope& scope) {
    const Expression& called = *call.children[0];
    if (called.kind == Expression::Kind::kAttribute) {
      CLIENTELE_ASSIGN_OR_RETURN(const Value self, Evaluate(*called.children[0], scope));
      if (self.IsUndefined()) return MissingMember(*called.children[0], called.name);
      CLIENTELE_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(call, scope));
      return CallMethod(called.name, self, arguments, budget_);
    }
    CLIENTELE_ASSIGN_OR_RETURN(const Value function, Evaluate(called, scope));
    CLIENTELE_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(call, scope));
    const Callable* callable = function.AsCallable();
    if (callable == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", called.name, "' is ", function.KindName(), ", which cannot be called"));
    }
    if (callable->macro != nullptr) return CallMacro(*callable->macro, arguments);
    if (callable->self != nullptr) {
      return CallMethod(callable->name, *callable->self, arguments, budget_);
    }
    return CallGlobal(callable->name, arguments);
  }

  absl::StatusOr<Value> CallMacro(const Statement& macro, const Arguments& arguments) {
    if (calls_ >= kMaxCalls) return absl::InvalidArgumentError("macros call macros too deeply");
    const std::vector<absl::string_view> names(macro.targets.begin(), macro.targets.end());
    CLIENTELE_RETURN_IF_ERROR(arguments.Check(macro.name, 0, names));
    Scope inner(&top_);
    const std::size_t required = macro.targets.size() - macro.defaults.size();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const Value* given = arguments.Get(i, names[i])) {
        inner.Set(names[i], *given);
      } else if (i >= required) {
        CLIENTELE_ASSIGN_OR_RETURN(Value value, Evaluate(*macro.defaults[i - required], inner));
        inner.Set(names[i], std::move(value));
      } else {
        inner.Set(names[i], Value::OfUndefined(names[i]));
      }
    }
    TracedText out;
    ++calls_;
    const absl::StatusOr<Flow> flow = Execute(macro.body, inner, out);
    --calls_;
    CLIENTELE_RETURN_IF_ERROR(flow.status());
    return Value::OfText(std::move(out));
  }

  absl::StatusOr<Value> CallGlobal(absl::string_view name, const Arguments& arguments) {
    if (name == "raise_exception") {
      CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 1, {"message"}));
      refusal_ = Printed(*arguments.Get(0, "message")).bytes();
      return absl::InvalidArgumentError(*refusal_);
    }
    if (name == "strftime_now") {
      CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 1, {"format"}));
      return Value::OfTemplateText(absl::FormatTime(Printed(*arguments.Get(0, "format")).bytes(),
                                                    now_, absl::UTCTimeZone()));
    }
    if (name == "range") return Range(arguments);
    if (!arguments.values.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(name, " takes arguments with names alone"));
    }
    if (name == "namespace") {
      Namespace space;
      for (const auto& [key, value] : arguments.named) space.members[key] = value;
      return Value::OfNamespace(std::move(space));
    }
    Dict dict;
    for (const auto& [key, value] : arguments.named) dict.Set(key, value);
    return Value::OfDict(std::move(dict));
  }

  absl::StatusOr<Value> Range(const Arguments& arguments) {
    CLIENTELE_RETURN_IF_ERROR(arguments.Check("range", 1, {"start", "stop", "step"}));
    const bool one = arguments.values.size() == 1;
    std::int64_t bounds[3] = {0, 0, 1};
    for (std::size_t i = 0; i < arguments.values.size(); ++i) {
      if (!arguments.values[i].IsWhole()) {
        return absl::InvalidArgumentError("range needs whole numbers");
      }
      bounds[one ? 1 : i] = arguments.values[i].Whole();
    }
    const auto [start, stop, step] = std::tie(bounds[0], bounds[1], bounds[2]);
    if (step == 0) return absl::InvalidArgumentError("a range's step is 0");
    std::vector<Value> numbers;
    for (std::int64_t at = start; step > 0 ? at < stop : at > stop;) {
      if (static_cast<std::int64_t>(numbers.size()) >= kMaxRange) {
        return absl::InvalidArgumentError("a range is too long");
      }
      numbers.push_back(Value::OfInteger(at));
      if (__builtin_add_overflow(at, step, &at)) break;
    }
    CLIENTELE_RETURN_IF_ERROR(budget_.Steps(numbers.size()));
    return Value::OfList(std::move(numbers));
  }

  const absl::Time now_;
  Budget budget_;
  Scope globals_;
  Scope top_;
  int calls_ = 0;
  std::optional<std::string> refusal_;
};

}  // namespace

absl::StatusOr<TracedText> RenderTemplate(const Block& block, RenderInput input) {
  return Renderer(std::move(input)).Run(block);
}

}  // namespace clientele::text::chat
