#include "services/profile-service/core/segments/rules/segment_rule.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"
#include "services/profile-service/core/segments/rules/rule_evaluation.h"
#include "services/profile-service/core/segments/rules/rule_parser.h"

namespace clientele::profile {
namespace {

using Operation = RuleExpression::Operation;
using Part = RuleExpression;

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
  return (type ? *type == event.type : IsBehavior(event.type)) && Fits(category, event.category) &&
         Fits(item, event.item_id) && Fits(channel, event.channel) && Fits(device, event.device) &&
         Fits(currency, event.currency_code) && Fits(campaign, event.campaign_id) &&
         Fits(coupon, event.coupon_id);
}

bool EventFilter::CountsAll() const {
  return !window && category.empty() && item.empty() && channel.empty() && device.empty() &&
         currency.empty() && campaign.empty() && coupon.empty();
}

absl::StatusOr<SegmentRule> SegmentRule::Parse(absl::string_view text) {
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<RuleExpression> root, ParseRule(text));
  return SegmentRule(std::string(text), std::move(root));
}

RuleOutcome SegmentRule::Evaluate(const CustomerFacts& facts) const {
  RuleEvaluation evaluation(text_, facts);
  RuleOutcome outcome;
  outcome.belongs = evaluation.Truth(*root_, &outcome.reasons);
  outcome.next_change = evaluation.next_change();
  return outcome;
}

RuleOutcome SegmentRule::Decide(const CustomerFacts& facts) const {
  RuleEvaluation evaluation(text_, facts);
  RuleOutcome outcome;
  outcome.belongs = evaluation.Truth(*root_, nullptr);
  outcome.next_change = evaluation.next_change();
  return outcome;
}

std::vector<EventFilter> SegmentRule::Filters() const {
  std::vector<EventFilter> filters;
  AddFilters(*root_, filters);
  return filters;
}

RuleReads SegmentRule::Reads(absl::Time now) const { return ReadsOf(*root_, now); }

RuleNarrowing SegmentRule::Narrowing() const { return NarrowingOf(*root_); }

}  // namespace clientele::profile
