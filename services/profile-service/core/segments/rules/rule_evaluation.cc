#include "services/profile-service/core/segments/rules/rule_evaluation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::profile {
namespace {

using Operation = RuleExpression::Operation;
using Part = RuleExpression;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
constexpr double kSecondsOfADay = 86400;
// Scores move with the days that pass.
constexpr absl::Duration kScoreLifetime = absl::Hours(24);

double ShareOf(const std::map<std::string, double>& shares, const std::string& key) {
  const auto found = shares.find(key);
  return found == shares.end() ? 0 : found->second;
}

std::string Shown(double number) {
  return std::isnan(number) ? "without a value" : absl::StrFormat("%.10g", number);
}

void MoveTo(std::vector<std::string>* reasons, std::vector<std::string>& from) {
  if (reasons == nullptr) return;
  std::move(from.begin(), from.end(), std::back_inserter(*reasons));
}

// Numbers of days grow by themselves.
bool IsOfDays(const Part& part) {
  if (part.operation != Operation::kFact) return false;
  if (part.fact.kind == FactReference::Kind::kResponse) {
    return part.fact.response == ResponseFeature::kResponseRecencyDays;
  }
  if (part.fact.kind != FactReference::Kind::kFeature) return false;
  const BehaviorFeature feature = part.fact.feature;
  return feature == BehaviorFeature::kRecencyDays ||
         feature == BehaviorFeature::kPurchaseRecencyDays ||
         feature == BehaviorFeature::kTenureDays;
}

}  // namespace

bool RuleEvaluation::Truth(const Part& part, std::vector<std::string>* reasons) {
  switch (part.operation) {
    case Operation::kTruth:
      return part.truth;
    case Operation::kNot:
      return !Truth(*part.operands[0], reasons);
    case Operation::kAnd:
      return Joined(part, false, reasons);
    case Operation::kOr:
      return Joined(part, true, reasons);
    default:
      return Condition(part, reasons);
  }
}

bool RuleEvaluation::Joined(const Part& part, bool decisive, std::vector<std::string>* reasons) {
  std::vector<std::string> left, right;
  const bool told = reasons != nullptr;
  const bool first = Truth(*part.operands[0], told ? &left : nullptr);
  // Both are looked at, so that next_change holds for the whole.
  const bool second = Truth(*part.operands[1], told ? &right : nullptr);
  if (first == decisive || second != decisive) MoveTo(reasons, left);
  if (first != decisive) MoveTo(reasons, right);
  return first == decisive || second == decisive ? decisive : !decisive;
}

bool RuleEvaluation::Condition(const Part& part, std::vector<std::string>* reasons) {
  // Without reasons the rule's text is not needed.
  const absl::string_view words =
      reasons == nullptr ? "" : rule_.substr(part.begin, part.end - part.begin);
  if (part.operation == Operation::kFact) {
    const auto found = facts_.consents.find(part.fact.purpose);
    const bool allowed = found != facts_.consents.end() && found->second;
    if (reasons != nullptr) {
      reasons->push_back(absl::StrCat(words, allowed ? " (it is given)" : " (it is not given)"));
    }
    return allowed;
  }
  const Part& left = *part.operands[0];
  if (left.type == RuleType::kTruth) {
    const bool first = Truth(left, reasons);
    const bool second = Truth(*part.operands[1], reasons);
    return (first == second) == (part.operation == Operation::kEqual);
  }
  if (left.type == RuleType::kText) {
    const std::string value = Text(left);
    if (reasons != nullptr) {
      reasons->push_back(absl::StrCat(words, " (it is \"", value, "\")"));
    }
    const bool found = std::any_of(part.operands.begin() + 1, part.operands.end(),
                                   [&](const auto& other) { return Text(*other) == value; });
    return part.operation == Operation::kNotEqual ? !found : found;
  }
  crossing_noted_ = NoteCrossing(part);
  const double value = Number(left);
  if (reasons != nullptr) reasons->push_back(absl::StrCat(words, " (it is ", Shown(value), ")"));
  const bool holds = Compared(part, value);
  crossing_noted_ = false;
  return holds;
}

bool RuleEvaluation::Compared(const Part& part, double value) {
  if (part.operation == Operation::kIn) {
    return std::any_of(part.operands.begin() + 1, part.operands.end(),
                       [&](const auto& other) { return Number(*other) == value; });
  }
  const double other = Number(*part.operands[1]);
  if (std::isnan(value) || std::isnan(other)) return false;
  switch (part.operation) {
    case Operation::kEqual:
      return value == other;
    case Operation::kNotEqual:
      return value != other;
    case Operation::kLess:
      return value < other;
    case Operation::kLessOrEqual:
      return value <= other;
    case Operation::kGreater:
      return value > other;
    default:
      return value >= other;
  }
}

std::string RuleEvaluation::Text(const Part& part) const {
  if (part.operation == Operation::kText) return part.text;
  switch (part.fact.kind) {
    case FactReference::Kind::kLanguage:
      return facts_.language;
    case FactReference::Kind::kRegion:
      return facts_.region;
    default: {
      const auto found = facts_.attributes.find(part.fact.key);
      return found == facts_.attributes.end() ? std::string() : found->second;
    }
  }
}

double RuleEvaluation::Number(const Part& part) {
  switch (part.operation) {
    case Operation::kNumber:
      return part.number;
    case Operation::kNegate:
      return -Number(*part.operands[0]);
    case Operation::kAdd:
      return Number(*part.operands[0]) + Number(*part.operands[1]);
    case Operation::kSubtract:
      return Number(*part.operands[0]) - Number(*part.operands[1]);
    case Operation::kMultiply:
      return Number(*part.operands[0]) * Number(*part.operands[1]);
    case Operation::kDivide: {
      const double dividend = Number(*part.operands[0]);
      const double divisor = Number(*part.operands[1]);
      return divisor == 0 ? kNoValue : dividend / divisor;
    }
    default:
      // By whole hours, where it is not known better.
      if (IsOfDays(part) && !crossing_noted_) Note(facts_.now + absl::Hours(1));
      if (part.fact.kind == FactReference::Kind::kScore) Note(facts_.now + kScoreLifetime);
      return Fact(part.fact);
  }
}

double RuleEvaluation::Fact(const FactReference& fact) {
  switch (fact.kind) {
    case FactReference::Kind::kScore: {
      const auto found = facts_.scores.find(fact.key);
      return found == facts_.scores.end() ? kNoValue : found->second;
    }
    case FactReference::Kind::kAffinity:
      return ShareOf(facts_.affinity, fact.key);
    case FactReference::Kind::kChannelShare:
      return ShareOf(facts_.channels, fact.key);
    case FactReference::Kind::kDeviceShare:
      return ShareOf(facts_.devices, fact.key);
    case FactReference::Kind::kEventCount:
      if (fact.filter.CountsAll()) return Counted(fact.filter.type);
      return OverEvents(fact.filter, [](const Event&) { return 1.0; });
    case FactReference::Kind::kSpending:
      return OverEvents(fact.filter, [](const Event& event) {
        const double amount = static_cast<double>(event.amount_micros) / 1e6;
        if (event.type == EventType::kPurchase) return amount;
        return event.type == EventType::kReturn ? -amount : 0.0;
      });
    case FactReference::Kind::kResponse:
      return facts_.responses[fact.response];
    default:
      return facts_.features[fact.feature];
  }
}

double RuleEvaluation::Counted(std::optional<EventType> type) const {
  if (type) return static_cast<double>(facts_.counts[static_cast<std::size_t>(*type)]);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < kCountedEventTypes; ++i) sum += facts_.counts[i];
  return static_cast<double>(sum);
}

template <typename Value>
double RuleEvaluation::OverEvents(const EventFilter& filter, Value value) {
  double sum = 0;
  for (const Event& event : facts_.events) {
    if (!filter.Matches(event)) continue;
    if (event.event_time > facts_.now) {
      Note(event.event_time);  // it has not happened yet
      continue;
    }
    if (filter.window) {
      if (event.event_time <= facts_.now - *filter.window) continue;
      Note(event.event_time + *filter.window);
    }
    sum += value(event);
  }
  return sum;
}

bool RuleEvaluation::NoteCrossing(const Part& part) {
  switch (part.operation) {
    case Operation::kLess:
    case Operation::kLessOrEqual:
    case Operation::kGreater:
    case Operation::kGreaterOrEqual:
      break;
    default:
      return false;
  }
  const Part* days = part.operands[0].get();
  const Part* bound = part.operands[1].get();
  if (!IsOfDays(*days)) std::swap(days, bound);
  if (!IsOfDays(*days) || bound->operation != Operation::kNumber) return false;
  const double left = (bound->number - Fact(days->fact)) * kSecondsOfADay;
  // Beyond the bound it only goes further. At it and a little before, the second that follows
  // decides, whatever rounding did.
  if (left >= 0) Note(facts_.now + absl::Seconds(left) + absl::Seconds(1));
  return true;
}

void RuleEvaluation::Note(absl::Time time) {
  if (!next_change_ || time < *next_change_) next_change_ = time;
}

}  // namespace clientele::profile
