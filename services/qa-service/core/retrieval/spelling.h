#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_SPELLING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_SPELLING_H_

// Small typos in a question, corrected towards what the articles say.
//
//   CorrectSpelling("How long does a refnud tkae?", index)   // "How long does a refund take?"
//
// A word of Latin letters that no article holds becomes the nearest word that one does, or the
// nearest function word: at most one edit away (Damerau: a letter more, less or other, or two
// neighbors changed), two for words of eight letters and more, at most a letter longer or shorter,
// with the same first letter or its neighbor; the most frequent of equals. Shorter words than four
// letters, words of four or five that only lack an end, and names that are near nothing, stay.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

#include "services/qa-service/core/retrieval/knowledge_index.h"

namespace clientele::qa {

// The number of edits between two words of ASCII (optimal string alignment), or limit + 1 when it
// is greater than `limit`. Pure.
std::size_t EditDistance(absl::string_view a, absl::string_view b, std::size_t limit);

// At most kMaxCorrections words, in one pass over the index's terms; a question without an unknown
// word costs none. `question` is valid UTF-8. Thread-safe.
inline constexpr std::size_t kMaxCorrections = 4;
std::string CorrectSpelling(absl::string_view question, const KnowledgeIndex& index);

// A question with Han characters without its words of Latin letters that no article holds: they
// name a thing ("Samsung Galaxy 怎么退货"), where in an English question they would be what is
// asked about. Other questions stay as they are. Thread-safe.
std::string WithoutUnknownNames(absl::string_view question, const KnowledgeIndex& index);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_SPELLING_H_
