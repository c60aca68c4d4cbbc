#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_SEGMENT_RULE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_SEGMENT_RULE_H_

// Who belongs to a segment, in a language that people can read:
//
//   purchases(90d, category = "garden") >= 2 and not region in ["US", "CA"]
//
//   numbers    2, 0.5; + - * /; the features of behavior_vector.h by id, such as recency_days
//   events     events, views, searches, carts, purchases, returns, messages, social_posts, ratings,
//              device_events: how many, as in views(7d, channel = "app"); the window and the
//              filters category, item, channel and device may be left out, and without any the
//              brackets too
//   amounts    spent(365d, currency = "GBP"): purchases less returns, in units of the currency
//   scores     churn, value: what the profile fuser expects, looked at again each day; no value
//              without events, or where the fuser has no such score
//   shares     affinity("garden"), channel_share("app"), device_share("ios"): 0 to 1
//   texts      language, region, attribute("size"); = != in
//   truths     consent("marketing"); true, false; and, or, not
//   times      12h, 90d, 4w
//
// A division by zero has no value, and a comparison with what has none is false. An attribute that
// a customer does not have is "".
//
//   CLIENTELE_ASSIGN_OR_RETURN(const SegmentRule rule, SegmentRule::Parse(text));
//   const RuleOutcome outcome = rule.Evaluate(facts);
//
// Immutable and thread-safe.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/profile-service/core/segments/rules/customer_facts.h"
#include "services/profile-service/core/segments/rules/rule_expression.h"
#include "services/profile-service/core/segments/rules/rule_narrowing.h"
#include "services/profile-service/core/segments/rules/rule_reads.h"

namespace clientele::profile {

// Whether a customer belongs, and why.
struct RuleOutcome {
  bool belongs = false;
  // The conditions that decided it, in the rule's words with the values that they had:
  // "purchases(90d, category = \"garden\") >= 2 (it is 3)".
  std::vector<std::string> reasons;
  // When time alone may change the outcome: as an event leaves a window, or a number of days
  // reaches what it is compared with. nullopt: never.
  std::optional<absl::Time> next_change;
};

class SegmentRule {
 public:
  // INVALID_ARGUMENT names the column of a mistake and what was expected there: also for a rule of
  // more than 4096 bytes, or nested deeper than 100.
  static absl::StatusOr<SegmentRule> Parse(absl::string_view text);

  RuleOutcome Evaluate(const CustomerFacts& facts) const;
  // The same without reasons.
  RuleOutcome Decide(const CustomerFacts& facts) const;

  const std::string& text() const { return text_; }
  // What the rule counts or adds up of events, each filter once.
  std::vector<EventFilter> Filters() const;
  // What of a customer the rule needs at `now`.
  RuleReads Reads(absl::Time now) const;
  // Whom it can hold for at all.
  RuleNarrowing Narrowing() const;

 private:
  SegmentRule(std::string text, std::shared_ptr<const RuleExpression> root)
      : text_(std::move(text)), root_(std::move(root)) {}

  std::string text_;
  std::shared_ptr<const RuleExpression> root_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_SEGMENT_RULE_H_
