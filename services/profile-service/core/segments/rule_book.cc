#include "services/profile-service/core/segments/rule_book.h"

#include <algorithm>

namespace clientele::profile {
namespace {

std::map<std::string, double> MapOf(const std::vector<Share>& shares) {
  std::map<std::string, double> map;
  for (const Share& share : shares) map[share.key] = share.share;
  return map;
}

}  // namespace

bool MayBeProfiled(const CustomerRecord& record, const consent::Policy& policy) {
  return policy.Allows(consent::Purpose::kProfiling, record.behavior.consents);
}

CustomerFacts FactsOf(const CustomerRecord& record, const consent::Policy& policy, absl::Time now) {
  const BehaviorSummary& summary = record.behavior.summary;
  CustomerFacts facts;
  facts.now = now;
  facts.language = record.customer.language_code;
  facts.region = record.customer.region;
  facts.attributes = record.customer.attributes;
  facts.features = ComputeBehavior(summary, now);
  facts.affinity = MapOf(SharesOf(summary.category_affinity));
  facts.channels = MapOf(SharesOf(summary.channels));
  facts.devices = MapOf(SharesOf(summary.devices));
  for (const consent::Purpose purpose : consent::kPurposes) {
    facts.consents[purpose] = policy.Allows(purpose, record.behavior.consents);
  }
  std::copy(summary.count_by_type.begin(), summary.count_by_type.end(), facts.counts.begin());
  facts.events = record.events;
  return facts;
}

RuleBook::RuleBook(const std::vector<Segment>& segments) {
  for (const Segment& segment : segments) {
    absl::StatusOr<SegmentRule> rule = SegmentRule::Parse(segment.rule);
    if (rule.ok()) rules_.emplace_back(segment.id, *std::move(rule));
  }
}

absl::Time RuleBook::EventsSince(absl::Time now) const {
  absl::Time since = absl::InfiniteFuture();
  for (const auto& [id, rule] : rules_) since = std::min(since, rule.EventsSince(now));
  return since;
}

RuleBook::Memberships RuleBook::Decide(const CustomerFacts& facts) const {
  Memberships memberships;
  for (const auto& [id, rule] : rules_) {
    const RuleOutcome outcome = rule.Evaluate(facts);
    if (outcome.belongs) memberships.segment_ids.push_back(id);
    if (!outcome.next_change) continue;
    memberships.next_change =
        std::min(memberships.next_change.value_or(*outcome.next_change), *outcome.next_change);
  }
  return memberships;
}

}  // namespace clientele::profile
