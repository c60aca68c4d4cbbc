#include "services/qa-service/core/retrieval/readable_question.h"

#include "common/text/han_folding.h"
#include "services/qa-service/core/retrieval/spelling.h"

namespace clientele::qa {

std::string ReadableQuestion(absl::string_view question, const KnowledgeIndex& index) {
  return WithoutUnknownNames(CorrectSpelling(text::FoldHan(question), index), index);
}

IndexQuery QueryOf(const std::string& readable_question, const std::string& language) {
  IndexQuery query;
  query.terms = QuestionTerms(readable_question);
  query.words = ContentWords(readable_question);
  query.language = language;
  return query;
}

}  // namespace clientele::qa
