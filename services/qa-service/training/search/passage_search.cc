#include "services/qa-service/training/search/passage_search.h"

#include <utility>

#include "absl/strings/numbers.h"

#include "common/status/status_macros.h"
#include "common/text/language.h"
#include "services/qa-service/core/answering/judgment.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/readable_question.h"
#include "services/qa-service/training/search/prepared_articles.h"

namespace clientele::qa {

PassageSearch::PassageSearch(const EncoderBundle* encoder,
                             std::shared_ptr<const KnowledgeIndex> index)
    : encoder_(encoder), index_(std::move(index)) {
  if (encoder_ == nullptr) return;
  options_.fusion.lexical_weight =
      encoder_->lexical_weight().value_or(options_.fusion.lexical_weight);
}

absl::StatusOr<std::unique_ptr<const PassageSearch>> PassageSearch::Of(
    const EncoderBundle* encoder, absl::Span<const std::string> texts,
    const std::function<void(absl::string_view)>& progress) {
  CLIENTELE_ASSIGN_OR_RETURN(std::shared_ptr<const KnowledgeIndex> index,
                             IndexTexts(encoder, texts, progress));
  return std::unique_ptr<const PassageSearch>(new PassageSearch(encoder, std::move(index)));
}

absl::StatusOr<std::vector<std::vector<FoundPassage>>> PassageSearch::Find(
    absl::Span<const std::string> questions, std::size_t count,
    const std::function<void(absl::string_view)>& progress) const {
  std::vector<std::string> asked;
  asked.reserve(questions.size());
  for (const std::string& question : questions)
    asked.push_back(ReadableQuestion(question, *index_));
  EncoderRows rows;
  if (encoder_ != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(rows,
                               encoder_->Encode(asked, progress, inference::TextRole::kQuery));
  }
  std::vector<std::vector<FoundPassage>> found(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    IndexQuery query = QueryOf(asked[i], PrimaryLanguage(text::DetectLanguage(questions[i])));
    if (encoder_ != nullptr) query.vector = RowOf(rows, i);
    query.max_articles = count;
    for (const PassageHit& hit : index_->Search(query, options_).hits) {
      FoundPassage& passage = found[i].emplace_back();
      if (!absl::SimpleAtoi(hit.article->article.id, &passage.text)) {
        return absl::InternalError("an article of the search has an id that was not given");
      }
      passage.passage = std::string(TextOfHit(hit));
      passage.score = hit.score;
    }
  }
  return found;
}

}  // namespace clientele::qa
