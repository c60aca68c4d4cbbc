#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_TYPE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_TYPE_H_

// What kind of thing a question asks the company for, where the kind shows in the text: an article
// that only speaks of telephone numbers is no answer to "What is your phone number?" (expected
// answer types, as in Li and Roth: Learning Question Classifiers, COLING 2002). Pure, thread-safe.

#include "absl/strings/string_view.h"

namespace clientele::qa {

enum class AnswerType {
  kAny,
  kPhoneNumber,   // six digits or more, with their separators
  kEmailAddress,  // something@somewhere
};

// Both texts are valid UTF-8.
AnswerType AnswerTypeOf(absl::string_view question);
bool Holds(absl::string_view text, AnswerType type);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_TYPE_H_
