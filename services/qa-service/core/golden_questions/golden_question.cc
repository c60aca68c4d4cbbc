#include "services/qa-service/core/golden_questions/golden_question.h"

#include "absl/strings/str_cat.h"

#include "services/qa-service/core/articles/article_rules.h"

namespace clientele::qa {

std::string GoldenQuestionName(absl::string_view id) {
  return absl::StrCat("goldenQuestions/", id);
}

bool HasSameValues(const GoldenQuestion& a, const GoldenQuestion& b) {
  return a.id == b.id && a.text == b.text && a.language_code == b.language_code &&
         a.expected_article == b.expected_article && a.expected_answer == b.expected_answer;
}

void CheckGoldenQuestion(const GoldenQuestion& question, absl::string_view prefix,
                         FieldViolations& bad) {
  CheckText(question.text, absl::StrCat(prefix, ".question"), 1, kMaxGoldenTextBytes, bad);
  CheckLanguageCode(question.language_code, absl::StrCat(prefix, ".language_code"), bad);
  if (!question.expected_article.empty()) {
    CheckArticleId(question.expected_article, absl::StrCat(prefix, ".expected_article"), bad);
  }
  CheckText(question.expected_answer, absl::StrCat(prefix, ".expected_answer"), 0,
            kMaxGoldenTextBytes, bad);
}

}  // namespace clientele::qa
