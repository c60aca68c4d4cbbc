#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_READS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_READS_H_

#include <optional>
#include <set>
#include <string>

#include "absl/time/time.h"

#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/segments/rules/rule_expression.h"

namespace clientele::profile {

// What rules need of each customer besides region, language and consents: nothing else is read.
struct RuleReads {
  bool attributes = false;
  bool scores = false;          // of the whole behavior
  BehaviorParts behavior = {};  // of features, shares, and counts of all time
  // Events after this, of these types and categories. InfiniteFuture: none; nullopt: of any.
  absl::Time events_since = absl::InfiniteFuture();
  std::optional<std::set<EventType>> types = std::set<EventType>();
  std::optional<std::set<std::string>> categories = std::set<std::string>();

  bool events() const { return events_since != absl::InfiniteFuture(); }
  // Whether an event is among those that are needed.
  bool Wants(const Event& event) const;
  // What either needs.
  void Add(const RuleReads& other);
};

// Of one rule, looked at at `now`.
RuleReads ReadsOf(const RuleExpression& root, absl::Time now);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_READS_H_
