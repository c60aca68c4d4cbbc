#include "services/profile-service/core/segments/rule_book.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/features/response_features.h"

namespace clientele::profile {
namespace {

std::map<std::string, double> MapOf(const std::vector<Share>& shares) {
  std::map<std::string, double> map;
  for (const Share& share : shares) map[share.key] = share.share;
  return map;
}

}  // namespace

bool MayBelong(const CustomerRecord& record, const consent::Policy& policy) {
  return !record.merged && policy.Allows(consent::Purpose::kProfiling, record.consents);
}

CustomerFacts FactsOf(CustomerRecord record, const consent::Policy& policy, absl::Time now) {
  const BehaviorSummary& summary = record.behavior;
  CustomerFacts facts;
  facts.now = now;
  facts.language = std::move(record.language);
  facts.region = std::move(record.region);
  facts.attributes = std::move(record.attributes);
  facts.features = ComputeBehavior(summary, now);
  facts.scores = std::move(record.scores);
  facts.responses = ComputeResponses(summary.responses, now);
  facts.affinity = MapOf(SharesOf(summary.category_affinity));
  facts.channels = MapOf(SharesOf(summary.channels));
  facts.devices = MapOf(SharesOf(summary.devices));
  for (const consent::Purpose purpose : consent::kPurposes) {
    facts.consents[purpose] = policy.Allows(purpose, record.consents);
  }
  std::copy(summary.count_by_type.begin(), summary.count_by_type.end(), facts.counts.begin());
  std::copy(summary.responses.count_by_type.begin(), summary.responses.count_by_type.end(),
            facts.counts.begin() + kFirstResponseType);
  facts.events = std::move(record.events);
  return facts;
}

RuleBook::RuleBook(const std::vector<Segment>& segments) {
  for (const Segment& segment : segments) {
    segment_ids_.push_back(segment.id);
    texts_.push_back(segment.rule);
    absl::StatusOr<SegmentRule> rule = SegmentRule::Parse(segment.rule);
    if (rule.ok()) rules_.emplace_back(segment.id, *std::move(rule));
  }
}

bool RuleBook::IsOf(const std::vector<Segment>& segments) const {
  if (segments.size() != segment_ids_.size()) return false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].id != segment_ids_[i] || segments[i].rule != texts_[i]) return false;
  }
  return true;
}

RuleReads RuleBook::Reads(absl::Time now) const {
  RuleReads reads;
  for (const auto& [id, rule] : rules_) reads.Add(rule.Reads(now));
  return reads;
}

DecisionBatch RuleBook::Decide(std::vector<CustomerRecord> records, const consent::Policy& policy,
                               absl::Time now) const {
  DecisionBatch batch{.segment_ids = segment_ids_, .customers = {}, .decide_time = now};
  batch.customers.reserve(records.size());
  for (CustomerRecord& record : records) {
    CustomerDecision& decision = batch.customers.emplace_back(
        CustomerDecision{.customer_id = record.customer_id, .revision = record.revision});
    if (!MayBelong(record, policy)) continue;
    const CustomerFacts facts = FactsOf(std::move(record), policy, now);
    for (const auto& [id, rule] : rules_) {
      const RuleOutcome outcome = rule.Decide(facts);
      if (outcome.belongs) decision.segment_ids.push_back(id);
      if (!outcome.next_change) continue;
      decision.next_change =
          std::min(decision.next_change.value_or(*outcome.next_change), *outcome.next_change);
    }
  }
  return batch;
}

}  // namespace clientele::profile
