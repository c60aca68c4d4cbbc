#include "services/qa-service/core/retrieval/article_preparation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/text/han_folding.h"
#include "common/text/markup.h"
#include "common/text/search_terms.h"

namespace clientele::qa {
namespace {

double Dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

double SharedTerms(const PreparedArticle::Row& question, const PreparedArticle::Row& passage) {
  const absl::flat_hash_set<absl::string_view> held(passage.terms.begin(), passage.terms.end());
  double shared = 0;
  for (const std::string& term : question.terms) shared += held.contains(term) ? 1 : 0;
  return shared;
}

std::uint32_t BestPassage(const PreparedArticle::Row& question,
                          const std::vector<PreparedArticle::Row>& passages) {
  std::uint32_t best = 0;
  double best_score = -2;
  for (std::uint32_t p = 0; p < passages.size(); ++p) {
    const double score = question.vector.empty() ? SharedTerms(question, passages[p])
                                                 : Dot(question.vector, passages[p].vector);
    if (score > best_score) {
      best = p;
      best_score = score;
    }
  }
  return best;
}

}  // namespace

ArticleDraft DraftArticle(Article article, const PassageOptions& options) {
  ArticleDraft draft;
  draft.passages = SplitPassages(article.body, options);
  if (draft.passages.empty()) {  // nothing but white space
    std::size_t end = std::min(article.body.size(), options.max_bytes);
    while (end < article.body.size() && end > 0 &&
           (static_cast<unsigned char>(article.body[end]) & 0xC0) == 0x80) {
      --end;
    }
    draft.passages.push_back({0, end});
  }
  for (const Passage& passage : draft.passages) {
    draft.texts.push_back(text::FoldHan(absl::StrCat(
        article.title, "\n",
        text::PlainText(
            absl::string_view(article.body).substr(passage.begin, passage.end - passage.begin)))));
  }
  for (const std::string& question : article.questions) {
    draft.texts.push_back(text::FoldHan(question));
  }
  draft.article = std::move(article);
  return draft;
}

PreparedArticle FinishArticle(ArticleDraft draft, std::vector<std::vector<float>> rows) {
  PreparedArticle prepared;
  auto indexed = std::make_shared<IndexedArticle>();
  rows.resize(draft.texts.size());
  for (std::size_t i = 0; i < draft.texts.size(); ++i) {
    const IndexField field = i < draft.passages.size() ? kPassageField : kQuestionField;
    prepared.rows[field].push_back({text::SearchTerms(draft.texts[i]), std::move(rows[i])});
  }
  for (const PreparedArticle::Row& question : prepared.rows[kQuestionField]) {
    indexed->question_passages.push_back(BestPassage(question, prepared.rows[kPassageField]));
  }
  indexed->article = CitableArticle(draft.article);
  indexed->passages.assign(draft.passages.begin(), draft.passages.end());
  prepared.indexed = std::move(indexed);
  return prepared;
}

}  // namespace clientele::qa
