#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_ARTICLES_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_ARTICLES_H_

// The sample company's help articles and the questions asked about them, as
// readable tables. Both languages cover the same topics with the same facts.
//
//   for (const ArticleText& article : EnglishArticles()) ...
//
// Everything is static text; thread-safe.

#include <string>
#include <vector>

namespace clientele::sample {

struct ArticleText {
  std::string topic;  // the same in both languages, such as "returns"
  std::string title;
  std::string body;
  std::vector<std::string> questions;  // how customers usually ask
};

// A phrasing that appears in no article: for measuring answers.
struct HeldOutQuestion {
  std::string topic;  // empty: no article answers it
  std::string language_code;
  std::string question;
};

const std::vector<ArticleText>& EnglishArticles();
const std::vector<ArticleText>& ChineseArticles();
const std::vector<HeldOutQuestion>& HeldOutQuestions();

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_ARTICLES_H_
