#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_FOLLOW_UP_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_FOLLOW_UP_H_

// Questions that can be understood only after what was asked before them.
//
//   // After "How much does shipping cost?", answered from "Shipping costs":
//   RewriteFollowUp("and for international orders?", turns)
//       // "for international orders shipping cost"
//   RewriteFollowUp("How do I reset my password?", turns)   // nullopt: stands on its own
//
// By rules, English and Chinese: a follow-up leaves something out ("and for …?", "what about …?",
// 那…呢, a bare "how long?") or points at something that it does not name ("How do I track it?",
// 它多少钱). It is searched for with the meaningful words of the latest question that had any, and,
// where those are few, of the title of the article that answered it. Everything else is left as it
// is: a wrong rewriting costs more than a missed one. Pure, thread-safe; texts are valid UTF-8.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/qa-service/core/conversations/conversation.h"

namespace clientele::qa {

// `turns`: what came before, oldest first.
std::optional<std::string> RewriteFollowUp(absl::string_view question,
                                           const std::vector<Turn>& turns);

// Whether the question's language cannot be told from it: it has no Han character and at most two
// words.
bool TooShortToTell(absl::string_view question);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_FOLLOW_UP_H_
