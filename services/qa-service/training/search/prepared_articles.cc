#include "services/qa-service/training/search/prepared_articles.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/index_builder.h"

namespace clientele::qa {

std::vector<float> RowOf(const EncoderRows& rows, std::size_t i) {
  const auto begin = rows.vectors.begin() + static_cast<std::ptrdiff_t>(i * rows.dimension);
  return {begin, begin + static_cast<std::ptrdiff_t>(rows.dimension)};
}

absl::StatusOr<std::vector<PreparedArticle>> PrepareArticles(
    const EncoderBundle* encoder, std::vector<Article> articles,
    const std::function<void(absl::string_view)>& progress) {
  std::vector<ArticleDraft> drafts;
  std::vector<std::string> texts;
  drafts.reserve(articles.size());
  std::int64_t revision = 0;
  for (Article& article : articles) {
    article.revision = ++revision;
    if (article.language_code.empty()) FillLanguage(article);
    drafts.push_back(DraftArticle(std::move(article), {}));
    texts.insert(texts.end(), drafts.back().texts.begin(), drafts.back().texts.end());
  }
  EncoderRows rows;
  if (encoder != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(rows,
                               encoder->Encode(texts, progress, inference::TextRole::kDocument));
  }
  std::vector<PreparedArticle> prepared;
  prepared.reserve(drafts.size());
  std::size_t row = 0;
  for (ArticleDraft& draft : drafts) {
    std::vector<std::vector<float>> vectors;
    if (encoder != nullptr) {
      for (std::size_t i = 0; i < draft.texts.size(); ++i) vectors.push_back(RowOf(rows, row++));
    }
    prepared.push_back(FinishArticle(std::move(draft), std::move(vectors)));
  }
  return prepared;
}

absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> IndexTexts(
    const EncoderBundle* encoder, absl::Span<const std::string> texts,
    const std::function<void(absl::string_view)>& progress) {
  std::vector<Article> articles(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    articles[i].id = absl::StrCat(i);
    articles[i].body = texts[i];
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PreparedArticle> prepared,
                             PrepareArticles(encoder, std::move(articles), progress));
  IndexBuilder builder(encoder == nullptr ? "" : encoder->model().id());
  builder.Put(prepared);
  builder.EndLoading();
  return builder.Snapshot();
}

}  // namespace clientele::qa
