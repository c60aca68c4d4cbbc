#ifndef CLIENTELE_TESTS_UNIT_QA_INDEX_FIXTURE_H_
#define CLIENTELE_TESTS_UNIT_QA_INDEX_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/index_builder.h"
#include "tests/unit/qa/fake_embedder.h"

namespace clientele::qa::testing {

inline Article MakeArticle(std::string id, std::string title, std::string body,
                           std::string language = "en", std::vector<std::string> questions = {}) {
  Article article;
  article.id = std::move(id);
  article.title = std::move(title);
  article.body = std::move(body);
  article.language_code = std::move(language);
  article.questions = std::move(questions);
  article.revision = 1;
  return article;
}

// With vectors of the FakeEmbedder, or without any.
inline PreparedArticle Prepare(const Article& article, bool vectors = true) {
  ArticleDraft draft = DraftArticle(article, {});
  std::vector<std::vector<float>> rows;
  if (vectors) {
    for (const std::string& text : draft.texts) rows.push_back(FakeEmbedder::Vector(text));
  }
  return FinishArticle(std::move(draft), std::move(rows));
}

inline IndexQuery MakeQuery(const std::string& question, const std::string& language = "en",
                            bool vectors = true) {
  IndexQuery query;
  query.terms = QuestionTerms(question);
  query.words = ContentWords(question);
  query.language = language;
  if (vectors) query.vector = FakeEmbedder::Vector(question);
  return query;
}

inline std::vector<std::string> Ids(const SearchResult& result) {
  std::vector<std::string> ids;
  for (const PassageHit& hit : result.hits) ids.emplace_back(hit.article->article.id);
  return ids;
}

// The article that is cited first; empty: none is.
inline std::string FirstCited(const Answer& answer) {
  return answer.citations.empty() ? "" : std::string(answer.citations[0].article->article.id);
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_INDEX_FIXTURE_H_
