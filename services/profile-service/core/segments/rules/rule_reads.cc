#include "services/profile-service/core/segments/rules/rule_reads.h"

#include <algorithm>

namespace clientele::profile {
namespace {

template <typename T>
void Join(std::optional<std::set<T>>& into, const std::optional<std::set<T>>& other) {
  if (!into || !other) {
    into.reset();
  } else {
    into->insert(other->begin(), other->end());
  }
}

RuleReads ReadsOfFilter(const EventFilter& filter, bool of_amounts, absl::Time now) {
  RuleReads reads;
  if (filter.CountsAll()) {
    reads.behavior.totals = true;
    return reads;
  }
  reads.events_since = filter.window ? now - *filter.window : absl::InfinitePast();
  if (of_amounts) {
    reads.types = {EventType::kPurchase, EventType::kReturn};
  } else if (filter.type) {
    reads.types = {*filter.type};
  } else {
    reads.types.reset();
  }
  if (filter.category.empty()) {
    reads.categories.reset();
  } else {
    reads.categories = {filter.category};
  }
  return reads;
}

// What ComputeBehavior makes a feature of.
BehaviorParts PartsOf(BehaviorFeature feature) {
  BehaviorParts parts{.totals = true};
  switch (feature) {
    case BehaviorFeature::kMonetaryNet:
    case BehaviorFeature::kAverageBasket:
      parts.currencies = true;
      break;
    case BehaviorFeature::kCategoryEntropy:
    case BehaviorFeature::kTopCategoryShare:
    case BehaviorFeature::kDistinctCategories:
      parts.categories = true;
      break;
    case BehaviorFeature::kMobileShare:
      parts.devices = true;
      break;
    case BehaviorFeature::kAppShare:
      parts.channels = true;
      break;
    default:
      break;
  }
  return parts;
}

RuleReads ReadsOfFact(const FactReference& fact, absl::Time now) {
  RuleReads reads;
  switch (fact.kind) {
    case FactReference::Kind::kEventCount:
      return ReadsOfFilter(fact.filter, false, now);
    case FactReference::Kind::kSpending:
      return ReadsOfFilter(fact.filter, true, now);
    case FactReference::Kind::kAttribute:
      reads.attributes = true;
      break;
    case FactReference::Kind::kFeature:
      reads.behavior = PartsOf(fact.feature);
      break;
    case FactReference::Kind::kScore:
      reads.scores = true;
      reads.behavior = BehaviorParts::All();
      break;
    case FactReference::Kind::kResponse:
      reads.behavior = {.totals = true};
      break;
    case FactReference::Kind::kAffinity:
      reads.behavior = {.totals = true, .categories = true};
      break;
    case FactReference::Kind::kChannelShare:
      reads.behavior = {.totals = true, .channels = true};
      break;
    case FactReference::Kind::kDeviceShare:
      reads.behavior = {.totals = true, .devices = true};
      break;
    case FactReference::Kind::kLanguage:
    case FactReference::Kind::kRegion:
    case FactReference::Kind::kConsent:
      break;
  }
  return reads;
}

}  // namespace

bool RuleReads::Wants(const Event& event) const {
  return event.event_time > events_since && (!types || types->contains(event.type)) &&
         (!categories || categories->contains(event.category));
}

void RuleReads::Add(const RuleReads& other) {
  attributes |= other.attributes;
  scores |= other.scores;
  behavior.totals |= other.behavior.totals;
  behavior.categories |= other.behavior.categories;
  behavior.currencies |= other.behavior.currencies;
  behavior.channels |= other.behavior.channels;
  behavior.devices |= other.behavior.devices;
  if (!other.events()) return;
  events_since = std::min(events_since, other.events_since);
  Join(types, other.types);
  Join(categories, other.categories);
}

RuleReads ReadsOf(const RuleExpression& root, absl::Time now) {
  RuleReads reads;
  if (root.operation == RuleExpression::Operation::kFact) reads = ReadsOfFact(root.fact, now);
  for (const auto& operand : root.operands) reads.Add(ReadsOf(*operand, now));
  return reads;
}

}  // namespace clientele::profile
