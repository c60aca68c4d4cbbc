#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_STATED_VALUES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_STATED_VALUES_H_

// The numbers, dates and amounts that a text states, in one spelling, and whether it denies.
//
//   ValuesOf("within thirty days, for £1,250.00")   // {"30", "30 day", "1250", "1250 gbp"}
//   ValuesOf("三十天内, 3月5日")                      // {"30", "30 day", "3", "3 month", "5", "5
//   day"}
//
// Digits of any width, with separators of thousands and decimals; words and Chinese characters for
// numbers ("thirty-two", 三十二), but for "one" and 一, which mostly count nothing. A unit of time,
// money, measure or share beside a number belongs to it, and the name of a month is one. Pure,
// thread-safe. Texts are valid UTF-8.

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// Each number alone, and with its unit where it has one.
std::set<std::string> ValuesOf(absl::string_view text);

// Whether a word in lower case is a number, a unit or a month ("thirty", "gbp", "march"): what
// ValuesOf compares.
bool IsPartOfValue(absl::string_view word);

// "not", "never", "cannot", "n't", 不, 没, 无 and the like.
bool Denies(absl::string_view text);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_STATED_VALUES_H_
