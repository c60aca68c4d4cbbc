#ifndef CLIENTELE_COMMON_TEXT_CHAT_FUNCTIONS_H_
#define CLIENTELE_COMMON_TEXT_CHAT_FUNCTIONS_H_

// What a template may apply to a value, by the names in vocabulary.h. INVALID_ARGUMENT says what
// does not fit; RESOURCE_EXHAUSTED that the budget is used up.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/chat/arguments.h"
#include "common/text/chat/budget.h"
#include "common/text/chat/value.h"

namespace clientele::text::chat {

// value | name(arguments)
absl::StatusOr<Value> ApplyFilter(absl::string_view name, const Value& value,
                                  const Arguments& arguments, Budget& budget);
// value is name(arguments)
absl::StatusOr<bool> ApplyTest(absl::string_view name, const Value& value,
                               const Arguments& arguments);
// value.name(arguments)
absl::StatusOr<Value> CallMethod(absl::string_view name, const Value& value,
                                 const Arguments& arguments, Budget& budget);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_FUNCTIONS_H_
