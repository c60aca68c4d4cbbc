#ifndef CLIENTELE_COMMON_TEXT_CHAT_TEXT_FUNCTIONS_H_
#define CLIENTELE_COMMON_TEXT_CHAT_TEXT_FUNCTIONS_H_

// What filters and methods do with text, each as Python's str does. Origins stay.

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/chat/budget.h"
#include "common/text/chat/traced_text.h"

namespace clientele::text::chat {

enum class Side { kBoth, kLeft, kRight };
// Without `characters`, white space.
TracedText Strip(const TracedText& text, Side side, std::optional<absl::string_view> characters);

enum class Case { kUpper, kLower, kTitle, kCapitalized };
TracedText WithCase(const TracedText& text, Case to);
// As Jinja's filter "title": words begin after white space, hyphens and open brackets alone.
TracedText HeadlineCase(const TracedText& text);

// The first `count` occurrences; all where it is negative.
absl::StatusOr<TracedText> Replaced(const TracedText& text, const TracedText& from,
                                    const TracedText& to, std::int64_t count, Budget& budget);

// At `separator`, or between words without one; at most `max` times where it is not negative.
// INVALID_ARGUMENT for an empty separator.
absl::StatusOr<std::vector<TracedText>> SplitText(const TracedText& text,
                                                  std::optional<absl::string_view> separator,
                                                  std::int64_t max, bool from_right);
std::vector<TracedText> Lines(const TracedText& text);

absl::StatusOr<TracedText> Joined(const std::vector<TracedText>& parts, const TracedText& separator,
                                  Budget& budget);

// &, <, >, ' and " as HTML's entities.
TracedText EscapedHtml(const TracedText& text);

bool IsWhiteSpaceText(absl::string_view text);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_TEXT_FUNCTIONS_H_
