#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_NARROWING_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_NARROWING_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/segments/rules/rule_expression.h"

namespace clientele::profile {

// Something that a store keeps of customers in plain words, by which it finds them without reading
// each.
struct StoredFact {
  enum class Kind {
    kEvents,        // an event that `filter` matches, of its window or of the future
    kAmounts,       // the same of purchases and returns
    kCategory,      // an event in the category `key`
    kCurrency,      // a purchase or a return in the currency `key`
    kChannel,       // an event on the channel `key`
    kDevice,        // an event on the device `key`
    kEventsOfType,  // an event of `type`
    kAnyEvent,      // an event that is behavior
    kAnyResponse,   // an event of a campaign or a coupon
    kLanguage,      // `key`, not ""
    kRegion,        // `key`, not ""
    kAttributes,    // any attribute
  };
  Kind kind = Kind::kAnyEvent;
  std::string key = {};
  EventType type = EventType::kUnspecified;
  EventFilter filter = {};

  friend bool operator==(const StoredFact&, const StoredFact&) = default;
};

// Whom a rule can hold for at all: for everybody, or only for customers with one of some facts.
// Who has none of them does not belong, and time alone does not change that. It says nothing about
// the others: the rule itself decides about them.
//
//   purchases(90d, category = "garden") >= 2   a purchase in garden in the last 90 days
//   region in ["US", "GB"] and views > 3       either region
//   purchases(90d) = 0                         everybody
//
// A comparison that is false of a customer of whom nothing is known needs one of the facts that it
// reads: that is looked up by evaluating it, so that there is one definition of what a rule means.
struct RuleNarrowing {
  bool everyone = true;
  std::vector<StoredFact> any_of = {};  // empty: nobody
};

RuleNarrowing NarrowingOf(const RuleExpression& root);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_NARROWING_H_
