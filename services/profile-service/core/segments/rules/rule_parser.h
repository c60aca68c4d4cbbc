#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_PARSER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_PARSER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/core/segments/rules/rule_expression.h"

namespace clientele::profile {

// Reads a rule of segment_rule.h by recursive descent, and checks the types of what it finds.
// INVALID_ARGUMENT names the column of the first mistake.
absl::StatusOr<std::unique_ptr<RuleExpression>> ParseRule(absl::string_view rule);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_PARSER_H_
