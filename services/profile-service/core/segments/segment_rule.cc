#include "services/profile-service/core/segments/segment_rule.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "services/profile-service/core/segments/rule_parser.h"

namespace clientele::profile {
namespace {

using Operation = RuleExpression::Operation;
using Part = RuleExpression;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

double ShareOf(const std::map<std::string, double>& shares, const std::string& key) {
  const auto found = shares.find(key);
  return found == shares.end() ? 0 : found->second;
}

std::string Shown(double number) {
  return std::isnan(number) ? "without a value" : absl::StrFormat("%.10g", number);
}

// One rule over one customer.
class RuleEvaluation {
 public:
  RuleEvaluation(absl::string_view rule, const CustomerFacts& facts) : rule_(rule), facts_(facts) {}

  // What `part` is; adds the conditions that decided it.
  bool Truth(const Part& part, std::vector<std::string>& reasons) {
    switch (part.operation) {
      case Operation::kTruth:
        return part.truth;
      case Operation::kNot: {
        std::vector<std::string> inner;
        const bool truth = !Truth(*part.operands[0], inner);
        std::move(inner.begin(), inner.end(), std::back_inserter(reasons));
        return truth;
      }
      case Operation::kAnd:
        return Joined(part, false, reasons);
      case Operation::kOr:
        return Joined(part, true, reasons);
      default:
        return Condition(part, reasons);
    }
  }

  std::optional<absl::Time> next_change() const { return next_change_; }

 private:
  // `decisive` is what one operand alone decides: true for or, false for and.
  bool Joined(const Part& part, bool decisive, std::vector<std::string>& reasons) {
    std::vector<std::string> left, right;
    const bool first = Truth(*part.operands[0], left);
    // Both are looked at, so that next_change holds for the whole.
    const bool second = Truth(*part.operands[1], right);
    const auto add = [&](std::vector<std::string>& from) {
      std::move(from.begin(), from.end(), std::back_inserter(reasons));
    };
    if (first == decisive) {
      add(left);
    } else if (second == decisive) {
      add(right);
    } else {
      add(left);
      add(right);
    }
    return first == decisive || second == decisive ? decisive : !decisive;
  }

  bool Condition(const Part& part, std::vector<std::string>& reasons) {
    const absl::string_view words = rule_.substr(part.begin, part.end - part.begin);
    if (part.operation == Operation::kFact) {
      const auto found = facts_.consents.find(part.fact.purpose);
      const bool allowed = found != facts_.consents.end() && found->second;
      reasons.push_back(absl::StrCat(words, allowed ? " (it is given)" : " (it is not given)"));
      return allowed;
    }
    const Part& left = *part.operands[0];
    if (left.type == RuleType::kTruth) {
      std::vector<std::string> inner;
      const bool same = Truth(left, inner) == Truth(*part.operands[1], inner);
      std::move(inner.begin(), inner.end(), std::back_inserter(reasons));
      return same == (part.operation == Operation::kEqual);
    }
    if (left.type == RuleType::kText) {
      const std::string value = Text(left);
      reasons.push_back(absl::StrCat(words, " (it is \"", value, "\")"));
      const bool found = std::any_of(part.operands.begin() + 1, part.operands.end(),
                                     [&](const auto& other) { return Text(*other) == value; });
      return part.operation == Operation::kNotEqual ? !found : found;
    }
    const double value = Number(left);
    reasons.push_back(absl::StrCat(words, " (it is ", Shown(value), ")"));
    return Compared(part, value);
  }

  bool Compared(const Part& part, double value) {
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

  std::string Text(const Part& part) const {
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

  double Number(const Part& part) {
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
        return Fact(part.fact);
    }
  }

  double Fact(const FactReference& fact) {
    switch (fact.kind) {
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
      default:
        NoteDays(fact.feature);
        return facts_.features[fact.feature];
    }
  }

  double Counted(std::optional<EventType> type) const {
    if (type) return static_cast<double>(facts_.counts[static_cast<std::size_t>(*type)]);
    std::int64_t sum = 0;
    for (const std::int64_t count : facts_.counts) sum += count;
    return static_cast<double>(sum);
  }

  double OverEvents(const EventFilter& filter, const std::function<double(const Event&)>& value) {
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

  // Numbers of days change with time, by whole days as people read them.
  void NoteDays(BehaviorFeature feature) {
    if (feature == BehaviorFeature::kRecencyDays ||
        feature == BehaviorFeature::kPurchaseRecencyDays ||
        feature == BehaviorFeature::kTenureDays) {
      Note(facts_.now + absl::Hours(1));
    }
  }

  void Note(absl::Time time) {
    if (!next_change_ || time < *next_change_) next_change_ = time;
  }

  const absl::string_view rule_;
  const CustomerFacts& facts_;
  std::optional<absl::Time> next_change_;
};

void AddFilters(const Part& part, std::vector<EventFilter>& filters) {
  const bool reads =
      part.operation == Operation::kFact && (part.fact.kind == FactReference::Kind::kEventCount ||
                                             part.fact.kind == FactReference::Kind::kSpending);
  if (reads && std::find(filters.begin(), filters.end(), part.fact.filter) == filters.end()) {
    filters.push_back(part.fact.filter);
  }
  for (const auto& operand : part.operands) AddFilters(*operand, filters);
}

bool Fits(const std::string& wanted, const std::string& value) {
  return wanted.empty() || wanted == value;
}

}  // namespace

bool EventFilter::Matches(const Event& event) const {
  return (!type || *type == event.type) && Fits(category, event.category) &&
         Fits(item, event.item_id) && Fits(channel, event.channel) && Fits(device, event.device) &&
         Fits(currency, event.currency_code);
}

bool EventFilter::CountsAll() const {
  return !window && category.empty() && item.empty() && channel.empty() && device.empty() &&
         currency.empty();
}

absl::StatusOr<SegmentRule> SegmentRule::Parse(absl::string_view text) {
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<RuleExpression> root, ParseRule(text));
  return SegmentRule(std::string(text), std::move(root));
}

RuleOutcome SegmentRule::Evaluate(const CustomerFacts& facts) const {
  RuleEvaluation evaluation(text_, facts);
  RuleOutcome outcome;
  outcome.belongs = evaluation.Truth(*root_, outcome.reasons);
  outcome.next_change = evaluation.next_change();
  return outcome;
}

std::vector<EventFilter> SegmentRule::Filters() const {
  std::vector<EventFilter> filters;
  AddFilters(*root_, filters);
  return filters;
}

absl::Time SegmentRule::EventsSince(absl::Time now) const {
  absl::Time since = absl::InfiniteFuture();
  for (const EventFilter& filter : Filters()) {
    if (filter.CountsAll()) continue;
    since = std::min(since, filter.window ? now - *filter.window : absl::InfinitePast());
  }
  return since;
}

}  // namespace clientele::profile
