#include "services/profile-service/core/segments/rules/rule_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/profile-service/core/segments/rules/rule_token.h"

namespace clientele::profile {
namespace {

using Expression = std::unique_ptr<RuleExpression>;
using Operation = RuleExpression::Operation;
using TokenKind = RuleToken::Kind;

constexpr std::size_t kMaxRuleBytes = 4096;
constexpr int kMaxDepth = 100;

struct EventWord {
  absl::string_view name;
  std::optional<EventType> type;
};
constexpr std::array<EventWord, 16> kEventWords = {
    {{"events", std::nullopt},
     {"views", EventType::kView},
     {"searches", EventType::kSearch},
     {"carts", EventType::kCart},
     {"purchases", EventType::kPurchase},
     {"returns", EventType::kReturn},
     {"messages", EventType::kMessage},
     {"social_posts", EventType::kSocial},
     {"ratings", EventType::kRating},
     {"device_events", EventType::kDevice},
     {"campaigns_sent", EventType::kCampaignSent},
     {"campaigns_opened", EventType::kCampaignOpened},
     {"campaigns_clicked", EventType::kCampaignClicked},
     {"campaigns_unsubscribed", EventType::kCampaignUnsubscribed},
     {"coupons_issued", EventType::kCouponIssued},
     {"coupons_redeemed", EventType::kCouponRedeemed}}};

struct KeyedWord {
  absl::string_view name;
  FactReference::Kind kind;
  RuleType type;
  absl::string_view what;
};
constexpr std::array<KeyedWord, 5> kKeyedWords = {
    {{"affinity", FactReference::Kind::kAffinity, RuleType::kNumber, "a category"},
     {"channel_share", FactReference::Kind::kChannelShare, RuleType::kNumber, "a channel"},
     {"device_share", FactReference::Kind::kDeviceShare, RuleType::kNumber, "a device"},
     {"attribute", FactReference::Kind::kAttribute, RuleType::kText, "an attribute's name"},
     {"consent", FactReference::Kind::kConsent, RuleType::kTruth, "a purpose"}}};

// As fusers name them (deploy/models/CONTRACTS.md).
constexpr std::array<absl::string_view, 2> kScoreWords = {"churn", "value"};

absl::string_view NameOf(RuleType type) {
  switch (type) {
    case RuleType::kTruth:
      return "a condition";
    case RuleType::kNumber:
      return "a number";
    case RuleType::kText:
      return "a text";
  }
  return "";
}

std::string Shown(const RuleToken& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return "the end of the rule";
    case TokenKind::kText:
      return absl::StrCat("\"", token.text, "\"");
    case TokenKind::kNumber:
      return absl::StrCat(token.number);
    case TokenKind::kDuration:
      return "a duration";
    default:
      return token.text;
  }
}

class RuleParser {
 public:
  explicit RuleParser(std::vector<RuleToken> tokens) : tokens_(std::move(tokens)) {}

  absl::StatusOr<Expression> Parse() {
    CLIENTELE_ASSIGN_OR_RETURN(Expression rule, Either());
    if (Peek().kind != TokenKind::kEnd) return Unexpected("and, or or the end");
    CLIENTELE_RETURN_IF_ERROR(Expect(*rule, RuleType::kTruth, tokens_.front().column));
    return rule;
  }

 private:
  // Counts how deep the rule is nested for as long as it lives.
  class Depth {
   public:
    explicit Depth(int& depth) : depth_(depth) { ++depth_; }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    int& depth_;
  };

  const RuleToken& Peek() const { return tokens_[at_]; }
  RuleToken Take() { return tokens_[at_ + 1 == tokens_.size() ? at_ : at_++]; }
  bool Is(absl::string_view text) const {
    return (Peek().kind == TokenKind::kSymbol || Peek().kind == TokenKind::kName) &&
           Peek().text == text;
  }
  bool TakeIf(absl::string_view text) {
    if (!Is(text)) return false;
    ++at_;
    return true;
  }
  absl::Status Unexpected(absl::string_view expected) const {
    return RuleMistake(Peek().column,
                       absl::StrCat("expected ", expected, ", found ", Shown(Peek())));
  }
  absl::Status TakeSymbol(absl::string_view symbol) {
    return TakeIf(symbol) ? absl::OkStatus() : Unexpected(symbol);
  }
  static absl::Status Expect(const RuleExpression& part, RuleType type, std::size_t column) {
    if (part.type == type) return absl::OkStatus();
    return RuleMistake(column,
                       absl::StrCat("expected ", NameOf(type), ", found ", NameOf(part.type)));
  }

  Expression Make(Operation operation, RuleType type, std::size_t begin,
                  std::vector<Expression> operands = {}) const {
    auto made = std::make_unique<RuleExpression>();
    made->operation = operation;
    made->type = type;
    made->operands = std::move(operands);
    made->begin = begin;
    made->end = at_ == 0 ? begin : tokens_[at_ - 1].end;
    return made;
  }
  Expression Join(Operation operation, RuleType type, Expression left, Expression right) const {
    const std::size_t begin = left->begin;
    std::vector<Expression> operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    return Make(operation, type, begin, std::move(operands));
  }

  // or, and, not: truths. Each operand is checked where it stands.
  absl::StatusOr<Expression> Either() {
    const std::size_t column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression left, Both());
    while (Is("or")) {
      CLIENTELE_RETURN_IF_ERROR(Expect(*left, RuleType::kTruth, column));
      Take();
      const std::size_t right_column = Peek().column;
      CLIENTELE_ASSIGN_OR_RETURN(Expression right, Both());
      CLIENTELE_RETURN_IF_ERROR(Expect(*right, RuleType::kTruth, right_column));
      left = Join(Operation::kOr, RuleType::kTruth, std::move(left), std::move(right));
    }
    return left;
  }
  absl::StatusOr<Expression> Both() {
    const std::size_t column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression left, Negation());
    while (Is("and")) {
      CLIENTELE_RETURN_IF_ERROR(Expect(*left, RuleType::kTruth, column));
      Take();
      const std::size_t right_column = Peek().column;
      CLIENTELE_ASSIGN_OR_RETURN(Expression right, Negation());
      CLIENTELE_RETURN_IF_ERROR(Expect(*right, RuleType::kTruth, right_column));
      left = Join(Operation::kAnd, RuleType::kTruth, std::move(left), std::move(right));
    }
    return left;
  }
  absl::StatusOr<Expression> Negation() {
    if (!Is("not")) return Comparison();
    const Depth depth(depth_);
    CLIENTELE_RETURN_IF_ERROR(CheckDepth());
    const std::size_t begin = Take().begin;
    const std::size_t column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression operand, Negation());
    CLIENTELE_RETURN_IF_ERROR(Expect(*operand, RuleType::kTruth, column));
    std::vector<Expression> operands;
    operands.push_back(std::move(operand));
    return Make(Operation::kNot, RuleType::kTruth, begin, std::move(operands));
  }

  absl::StatusOr<Expression> Comparison() {
    const std::size_t column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression left, Sum());
    if (Is("in")) return Membership(std::move(left), column);
    const std::optional<Operation> operation = ComparisonOf(Peek());
    if (!operation) return left;
    const RuleToken symbol = Take();
    const std::size_t right_column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression right, Sum());
    const bool ordered = *operation != Operation::kEqual && *operation != Operation::kNotEqual;
    if (ordered) CLIENTELE_RETURN_IF_ERROR(Expect(*left, RuleType::kNumber, column));
    CLIENTELE_RETURN_IF_ERROR(
        Expect(*right, ordered ? RuleType::kNumber : left->type, right_column));
    left = Join(*operation, RuleType::kTruth, std::move(left), std::move(right));
    if (ComparisonOf(Peek())) {
      return RuleMistake(Peek().column, "comparisons do not chain: write a < b and b < c");
    }
    return left;
  }
  static std::optional<Operation> ComparisonOf(const RuleToken& token) {
    if (token.kind != TokenKind::kSymbol) return std::nullopt;
    constexpr std::array<std::pair<absl::string_view, Operation>, 6> kComparisons = {
        {{"=", Operation::kEqual},
         {"!=", Operation::kNotEqual},
         {"<", Operation::kLess},
         {"<=", Operation::kLessOrEqual},
         {">", Operation::kGreater},
         {">=", Operation::kGreaterOrEqual}}};
    for (const auto& [symbol, operation] : kComparisons) {
      if (token.text == symbol) return operation;
    }
    return std::nullopt;
  }
  absl::StatusOr<Expression> Membership(Expression value, std::size_t column) {
    if (value->type == RuleType::kTruth) {
      return RuleMistake(column, "expected a number or a text before in, found a condition");
    }
    Take();
    CLIENTELE_RETURN_IF_ERROR(TakeSymbol("["));
    const std::size_t begin = value->begin;
    std::vector<Expression> operands;
    operands.push_back(std::move(value));
    do {
      const std::size_t place = Peek().column;
      CLIENTELE_ASSIGN_OR_RETURN(Expression element, Literal());
      CLIENTELE_RETURN_IF_ERROR(Expect(*element, operands.front()->type, place));
      operands.push_back(std::move(element));
    } while (TakeIf(","));
    CLIENTELE_RETURN_IF_ERROR(TakeSymbol("]"));
    return Make(Operation::kIn, RuleType::kTruth, begin, std::move(operands));
  }

  absl::StatusOr<Expression> Sum() {
    const std::size_t column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression left, Product());
    while (Is("+") || Is("-")) {
      CLIENTELE_RETURN_IF_ERROR(Expect(*left, RuleType::kNumber, column));
      const Operation operation = Take().text == "+" ? Operation::kAdd : Operation::kSubtract;
      const std::size_t right_column = Peek().column;
      CLIENTELE_ASSIGN_OR_RETURN(Expression right, Product());
      CLIENTELE_RETURN_IF_ERROR(Expect(*right, RuleType::kNumber, right_column));
      left = Join(operation, RuleType::kNumber, std::move(left), std::move(right));
    }
    return left;
  }
  absl::StatusOr<Expression> Product() {
    const std::size_t column = Peek().column;
    CLIENTELE_ASSIGN_OR_RETURN(Expression left, Factor());
    while (Is("*") || Is("/")) {
      CLIENTELE_RETURN_IF_ERROR(Expect(*left, RuleType::kNumber, column));
      const Operation operation = Take().text == "*" ? Operation::kMultiply : Operation::kDivide;
      const std::size_t right_column = Peek().column;
      CLIENTELE_ASSIGN_OR_RETURN(Expression right, Factor());
      CLIENTELE_RETURN_IF_ERROR(Expect(*right, RuleType::kNumber, right_column));
      left = Join(operation, RuleType::kNumber, std::move(left), std::move(right));
    }
    return left;
  }
  absl::StatusOr<Expression> Factor() {
    const Depth depth(depth_);
    CLIENTELE_RETURN_IF_ERROR(CheckDepth());
    if (Is("-")) {
      const std::size_t begin = Take().begin;
      const std::size_t column = Peek().column;
      CLIENTELE_ASSIGN_OR_RETURN(Expression operand, Factor());
      CLIENTELE_RETURN_IF_ERROR(Expect(*operand, RuleType::kNumber, column));
      std::vector<Expression> operands;
      operands.push_back(std::move(operand));
      return Make(Operation::kNegate, RuleType::kNumber, begin, std::move(operands));
    }
    if (TakeIf("(")) {
      CLIENTELE_ASSIGN_OR_RETURN(Expression inner, Either());
      CLIENTELE_RETURN_IF_ERROR(TakeSymbol(")"));
      return inner;
    }
    if (Peek().kind == TokenKind::kName && !Is("true") && !Is("false")) return Fact();
    return Literal();
  }

  absl::StatusOr<Expression> Literal() {
    const bool negative = TakeIf("-");
    const RuleToken token = Peek();
    if (negative && token.kind != TokenKind::kNumber) return Unexpected("a number");
    if (token.kind == TokenKind::kNumber) {
      Take();
      Expression made = Make(Operation::kNumber, RuleType::kNumber, token.begin);
      made->number = negative ? -token.number : token.number;
      return made;
    }
    if (token.kind == TokenKind::kText) {
      Take();
      Expression made = Make(Operation::kText, RuleType::kText, token.begin);
      made->text = token.text;
      return made;
    }
    if (Is("true") || Is("false")) {
      Take();
      Expression made = Make(Operation::kTruth, RuleType::kTruth, token.begin);
      made->truth = token.text == "true";
      return made;
    }
    return Unexpected("a number, a text or a fact of the customer");
  }

  absl::StatusOr<Expression> Fact() {
    const RuleToken name = Take();
    FactReference fact;
    RuleType type = RuleType::kNumber;
    CLIENTELE_ASSIGN_OR_RETURN(const bool known, ReadFact(name, fact, type));
    if (!known) {
      return RuleMistake(name.column, absl::StrCat(name.text, " is no fact of a customer"));
    }
    Expression made = Make(Operation::kFact, type, name.begin);
    made->fact = std::move(fact);
    return made;
  }

  // False where the name is none.
  absl::StatusOr<bool> ReadFact(const RuleToken& name, FactReference& fact, RuleType& type) {
    if (name.text == "language" || name.text == "region") {
      type = RuleType::kText;
      fact.kind =
          name.text == "language" ? FactReference::Kind::kLanguage : FactReference::Kind::kRegion;
      return true;
    }
    for (const KeyedWord& word : kKeyedWords) {
      if (name.text != word.name) continue;
      fact.kind = word.kind;
      type = word.type;
      CLIENTELE_RETURN_IF_ERROR(ReadKey(word, fact));
      return true;
    }
    for (const EventWord& word : kEventWords) {
      // With brackets these are events; without, some are features of the same name and value.
      if (name.text != word.name) continue;
      fact.kind = FactReference::Kind::kEventCount;
      fact.filter.type = word.type;
      CLIENTELE_RETURN_IF_ERROR(ReadFilter(fact.filter, false));
      return true;
    }
    if (name.text == "spent") {
      fact.kind = FactReference::Kind::kSpending;
      CLIENTELE_RETURN_IF_ERROR(ReadFilter(fact.filter, true));
      if (fact.filter.currency.empty()) {
        return RuleMistake(name.column, "spent needs a currency: spent(90d, currency = \"GBP\")");
      }
      return true;
    }
    if (std::find(kScoreWords.begin(), kScoreWords.end(), name.text) != kScoreWords.end()) {
      fact.kind = FactReference::Kind::kScore;
      fact.key = name.text;
      return true;
    }
    if (const BehaviorFeatureInfo* info = FindBehaviorFeature(name.text)) {
      fact.kind = FactReference::Kind::kFeature;
      fact.feature = info->feature;
      return true;
    }
    for (const ResponseFeatureInfo& info : kResponseFeatureList) {
      if (name.text != info.id) continue;
      fact.kind = FactReference::Kind::kResponse;
      fact.response = info.feature;
      return true;
    }
    return false;
  }

  absl::Status ReadKey(const KeyedWord& word, FactReference& fact) {
    CLIENTELE_RETURN_IF_ERROR(TakeSymbol("("));
    const RuleToken key = Peek();
    if (key.kind != TokenKind::kText) return Unexpected(absl::StrCat(word.what, " in quotes"));
    Take();
    fact.key = key.text;
    if (fact.kind == FactReference::Kind::kConsent) {
      const std::optional<consent::Purpose> purpose = consent::ParsePurpose(key.text);
      if (!purpose) {
        return RuleMistake(key.column, absl::StrCat("\"", key.text, "\" is no purpose of consent"));
      }
      fact.purpose = *purpose;
    }
    return TakeSymbol(")");
  }

  // "(90d, category = "garden")", or nothing.
  absl::Status ReadFilter(EventFilter& filter, bool of_amounts) {
    if (!TakeIf("(")) return absl::OkStatus();
    do {
      if (Peek().kind == TokenKind::kDuration && !filter.window) {
        filter.window = Take().duration;
        continue;
      }
      CLIENTELE_RETURN_IF_ERROR(ReadCondition(filter, of_amounts));
    } while (TakeIf(","));
    return TakeSymbol(")");
  }
  absl::Status ReadCondition(EventFilter& filter, bool of_amounts) {
    std::string* const place = Is("category")                 ? &filter.category
                               : Is("item")                   ? &filter.item
                               : Is("channel")                ? &filter.channel
                               : Is("device")                 ? &filter.device
                               : Is("campaign")               ? &filter.campaign
                               : Is("coupon")                 ? &filter.coupon
                               : of_amounts && Is("currency") ? &filter.currency
                                                              : nullptr;
    if (place == nullptr) {
      return Unexpected(
          of_amounts ? "a duration, category, item, channel, device, campaign, coupon or currency"
                     : "a duration, category, item, channel, device, campaign or coupon");
    }
    if (!place->empty()) return RuleMistake(Peek().column, "it was given already");
    Take();
    CLIENTELE_RETURN_IF_ERROR(TakeSymbol("="));
    if (Peek().kind != TokenKind::kText || Peek().text.empty())
      return Unexpected("a text in quotes");
    *place = Take().text;
    return absl::OkStatus();
  }

  absl::Status CheckDepth() const {
    if (depth_ <= kMaxDepth) return absl::OkStatus();
    return RuleMistake(Peek().column,
                       absl::StrCat("a rule is nested at most ", kMaxDepth, " deep"));
  }

  const std::vector<RuleToken> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RuleExpression>> ParseRule(absl::string_view rule) {
  if (rule.size() > kMaxRuleBytes) {
    return RuleMistake(1, absl::StrCat("a rule has at most ", kMaxRuleBytes, " bytes"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<RuleToken> tokens, TokenizeRule(rule));
  return RuleParser(std::move(tokens)).Parse();
}

}  // namespace clientele::profile
