#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_TOKEN_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_TOKEN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::profile {

struct RuleToken {
  enum class Kind {
    kNumber,    // 2, 0.5, 1e3
    kDuration,  // 90d, 12h, 4w
    kText,      // "garden", with \" and \\ inside
    kName,      // purchases, and, in
    kSymbol,    // ( ) [ ] , = != < <= > >= + - * /
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;  // of a name or symbol; the value of a text
  double number = 0;
  absl::Duration duration;
  std::size_t column = 0;          // of its first character in the rule, from 1
  std::size_t begin = 0, end = 0;  // in bytes
};

// INVALID_ARGUMENT about a place in a rule: "column 14: ...".
absl::Status RuleMistake(std::size_t column, absl::string_view what);

// The tokens of a rule, the last being kEnd. INVALID_ARGUMENT names the column of what is none.
absl::StatusOr<std::vector<RuleToken>> TokenizeRule(absl::string_view rule);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_TOKEN_H_
