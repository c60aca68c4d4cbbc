#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_ARTICLE_PREPARATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_ARTICLE_PREPARATION_H_

// From an article to what the index takes: passages, terms, texts to embed.
//
//   ArticleDraft draft = DraftArticle(article, {});
//   ... embed draft.texts ...
//   PreparedArticle prepared = FinishArticle(std::move(draft), rows);
//
// Pure functions, thread-safe.

#include <memory>
#include <string>
#include <vector>

#include "services/qa-service/core/articles/article.h"
#include "services/qa-service/core/retrieval/index_segment.h"
#include "services/qa-service/core/retrieval/passages.h"

namespace clientele::qa {

struct ArticleDraft {
  Article article;
  std::vector<Passage> passages;  // at least one
  // To embed: the passages in order, each after the title, then the questions; without marks of
  // Markdown and HTML, Chinese folded.
  std::vector<std::string> texts;
};

ArticleDraft DraftArticle(Article article, const PassageOptions& options);

// `rows` are the vectors of draft.texts, or empty for an article that words alone
// find for now. Each question is tied to the passage of the highest cosine;
// without vectors to the one that shares most of its terms; to the first of equals.
PreparedArticle FinishArticle(ArticleDraft draft, std::vector<std::vector<float>> rows);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_ARTICLE_PREPARATION_H_
