#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_READABLE_QUESTION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_READABLE_QUESTION_H_

#include <string>

#include "absl/strings/string_view.h"

#include "services/qa-service/core/retrieval/knowledge_index.h"

namespace clientele::qa {

// The question as it is searched for and embedded: Chinese folded, small typos corrected, and names
// that no article holds left out of a Chinese question (see spelling.h). `question` is valid UTF-8.
// Thread-safe.
std::string ReadableQuestion(absl::string_view question, const KnowledgeIndex& index);

// Its words, with the question's language as the prior; without a vector.
IndexQuery QueryOf(const std::string& readable_question, const std::string& language);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_READABLE_QUESTION_H_
