#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_STATED_NAMES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_STATED_NAMES_H_

// The names that a text writes in Latin letters, as far as spelling tells: words with a capital
// letter that do not begin a sentence.
//
//   NamesOf("Write to Ann Lee. Returns go by DHL's van, as I said.")   // {"ann", "dhl", "lee"}
//
// Pure functions, thread-safe. Texts are valid UTF-8.

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// In lower case, without 's. "I" is none, nor is what belongs to a value (stated_values.h): "5GB",
// "March".
std::set<std::string> NamesOf(absl::string_view text);

// All words of a text, written alike: what a name may be found among.
std::set<std::string> WrittenWords(absl::string_view text);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_STATED_NAMES_H_
