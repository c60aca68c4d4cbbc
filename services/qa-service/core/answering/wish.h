#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_WISH_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_WISH_H_

// What a message wants other than an answer from the articles.
//
//   WishOf("Can I talk to an agent please?")   // Wish::kPerson
//   WishOf("转人工")                            // Wish::kPerson
//   WishOf("How do I return an item?")         // Wish::kAnswer
//
// By rules over words, English and Chinese: a verb of contact with a person as its object, or a
// message that names a person and little else. Asking for a department ("How do I contact customer
// service?") is a question: an article may answer it. Pure, thread-safe.

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::qa {

enum class Wish {
  kAnswer,
  kPerson,  // to be served by a person
};

// `message` is valid UTF-8.
Wish WishOf(absl::string_view message);

// What the customer is told, in the message's language ("zh", else English): whoever wished for a
// person, and whoever complained.
std::string PersonComes(absl::string_view language);
std::string PersonComesForComplaint(absl::string_view language);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_WISH_H_
