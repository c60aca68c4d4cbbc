#ifndef CLIENTELE_COMMON_TEXT_CHAT_OPERATIONS_H_
#define CLIENTELE_COMMON_TEXT_CHAT_OPERATIONS_H_

// Operators of the template language on values, with Python's meaning. INVALID_ARGUMENT says which
// kinds do not fit; RESOURCE_EXHAUSTED that the budget is used up.

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/chat/budget.h"
#include "common/text/chat/value.h"

namespace clientele::text::chat {

// Byte offsets of a text's characters, and its size at the end.
std::vector<std::size_t> CharacterOffsets(absl::string_view bytes);

// "+", "-", "*", "/", "//", "%", "**" and "~".
absl::StatusOr<Value> Binary(absl::string_view name, const Value& a, const Value& b,
                             Budget& budget);
absl::StatusOr<Value> Negative(const Value& value);
// "==", "!=", "<", "<=", ">", ">=", "in", "not in".
absl::StatusOr<bool> Compare(absl::string_view name, const Value& a, const Value& b);

// What a loop over the value sees: items, keys, characters, nothing for what is undefined.
absl::StatusOr<std::vector<Value>> Items(const Value& value, Budget& budget);
// Of a text in characters.
absl::StatusOr<std::int64_t> Length(const Value& value);

// value.name and value[key]; undefined where there is none. INVALID_ARGUMENT for a member of what
// is undefined itself.
absl::StatusOr<Value> Attribute(const Value& value, absl::string_view name);
absl::StatusOr<Value> Item(const Value& value, const Value& key);
absl::StatusOr<Value> Slice(const Value& value, std::optional<std::int64_t> begin,
                            std::optional<std::int64_t> end, std::int64_t step, Budget& budget);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_OPERATIONS_H_
