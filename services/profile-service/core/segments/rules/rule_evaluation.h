#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_EVALUATION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_EVALUATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/profile-service/core/segments/rules/customer_facts.h"
#include "services/profile-service/core/segments/rules/rule_expression.h"

namespace clientele::profile {

// One rule over one customer.
//
//   RuleEvaluation evaluation(rule_text, facts);
//   std::vector<std::string> reasons;
//   const bool belongs = evaluation.Truth(root, &reasons);
//   evaluation.next_change();   // when time alone may change it
//
// Borrows the rule's text and the facts; not thread-safe.
class RuleEvaluation {
 public:
  RuleEvaluation(absl::string_view rule, const CustomerFacts& facts) : rule_(rule), facts_(facts) {}

  // What `part` is; adds the conditions that decided it. Null `reasons`: they are not made, which
  // takes a fraction of the time.
  bool Truth(const RuleExpression& part, std::vector<std::string>* reasons);

  // Over all parts that were looked at; nullopt: never.
  std::optional<absl::Time> next_change() const { return next_change_; }

 private:
  // `decisive` is what one operand alone decides: true for or, false for and.
  bool Joined(const RuleExpression& part, bool decisive, std::vector<std::string>* reasons);
  bool Condition(const RuleExpression& part, std::vector<std::string>* reasons);
  bool Compared(const RuleExpression& part, double value);
  std::string Text(const RuleExpression& part) const;
  double Number(const RuleExpression& part);
  double Fact(const FactReference& fact);
  double Counted(std::optional<EventType> type) const;
  // The sum of `value` over the events that match.
  template <typename Value>
  double OverEvents(const EventFilter& filter, Value value);
  // When a feature of days crosses the number that it is compared with; false where `part` is no
  // such comparison, and nothing is noted.
  bool NoteCrossing(const RuleExpression& part);
  void Note(absl::Time time);

  const absl::string_view rule_;
  const CustomerFacts& facts_;
  std::optional<absl::Time> next_change_;
  bool crossing_noted_ = false;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_EVALUATION_H_
