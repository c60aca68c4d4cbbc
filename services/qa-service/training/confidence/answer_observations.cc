#include "services/qa-service/training/confidence/answer_observations.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/language.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/index_builder.h"
#include "services/qa-service/core/retrieval/readable_question.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kComparedArticles = 10;

std::vector<float> RowOf(const EncoderRows& rows, std::size_t i) {
  const auto begin = rows.vectors.begin() + static_cast<std::ptrdiff_t>(i * rows.dimension);
  return {begin, begin + static_cast<std::ptrdiff_t>(rows.dimension)};
}

absl::StatusOr<std::vector<PreparedArticle>> PrepareArticles(
    const EncoderBundle& encoder, const std::vector<TopicArticle>& articles,
    const ObservationOptions& options) {
  std::vector<ArticleDraft> drafts;
  std::vector<std::string> texts;
  drafts.reserve(articles.size());
  std::int64_t revision = 0;
  for (const TopicArticle& each : articles) {
    Article article = each.article;
    article.revision = ++revision;
    if (article.language_code.empty()) FillLanguage(article);
    drafts.push_back(DraftArticle(std::move(article), {}));
    texts.insert(texts.end(), drafts.back().texts.begin(), drafts.back().texts.end());
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const EncoderRows rows,
      encoder.Encode(texts, options.progress, inference::TextRole::kDocument));
  std::vector<PreparedArticle> prepared;
  prepared.reserve(drafts.size());
  std::size_t row = 0;
  for (ArticleDraft& draft : drafts) {
    std::vector<std::vector<float>> vectors;
    for (std::size_t i = 0; i < draft.texts.size(); ++i) vectors.push_back(RowOf(rows, row++));
    prepared.push_back(FinishArticle(std::move(draft), std::move(vectors)));
  }
  return prepared;
}

// The first hit of a question.
struct FoundArticle {
  std::string id;
  AnswerFeatures features;
};

// Asks questions, embedding each text once whatever index it is read for.
class Asking {
 public:
  Asking(const EncoderBundle* encoder, const ObservationOptions* options)
      : encoder_(encoder), options_(options) {}

  // What was found for each; nullopt: nothing.
  absl::StatusOr<std::vector<std::optional<FoundArticle>>> Ask(
      const std::vector<const TopicQuestion*>& questions, const KnowledgeIndex& index) {
    std::vector<std::string> asked;
    std::vector<std::string> unseen;
    asked.reserve(questions.size());
    for (const TopicQuestion* question : questions) {
      asked.push_back(ReadableQuestion(question->text, index));
      if (vectors_.try_emplace(asked.back()).second) unseen.push_back(asked.back());
    }
    CLIENTELE_ASSIGN_OR_RETURN(
        const EncoderRows rows,
        encoder_->Encode(unseen, options_->progress, inference::TextRole::kQuery));
    for (std::size_t i = 0; i < unseen.size(); ++i) vectors_[unseen[i]] = RowOf(rows, i);
    std::vector<std::optional<FoundArticle>> found(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      IndexQuery query =
          QueryOf(asked[i], PrimaryLanguage(text::DetectLanguage(questions[i]->text)));
      query.vector = vectors_[asked[i]];
      query.max_articles = kComparedArticles;
      // Without a word there is never an answer.
      if (query.words.empty()) continue;
      const SearchResult result = index.Search(query, options_->search);
      if (result.hits.empty()) continue;
      found[i] =
          FoundArticle{std::string(result.hits.front().article->article.id), FeaturesOf(result)};
    }
    return found;
  }

 private:
  const EncoderBundle* const encoder_;
  const ObservationOptions* const options_;
  absl::flat_hash_map<std::string, std::vector<float>> vectors_;
};

}  // namespace

std::size_t RoundOf(absl::string_view topic) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const char c : topic) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return static_cast<std::size_t>((hash >> 32) % kRemovalRounds);
}

absl::StatusOr<ObservedKnowledge> ObserveAnswers(const EncoderBundle& encoder,
                                                 const AskedKnowledge& knowledge,
                                                 const ObservationOptions& options) {
  if (knowledge.articles.empty()) return InvalidField(knowledge.name, "has no article");
  if (knowledge.questions.empty()) return InvalidField(knowledge.name, "has no question");
  absl::flat_hash_map<absl::string_view, absl::string_view> topics;  // by article
  absl::flat_hash_set<absl::string_view> known;
  for (const TopicArticle& each : knowledge.articles) {
    topics[each.article.id] = each.topic;
    known.insert(each.topic);
  }
  std::vector<const TopicQuestion*> standing;
  std::vector<std::vector<const TopicQuestion*>> removed(kRemovalRounds);
  for (const TopicQuestion& question : knowledge.questions) {
    if (!question.topic.empty() && !known.contains(question.topic)) {
      return InvalidField(knowledge.name, absl::StrCat("has a question of the topic ",
                                                       question.topic, ", and no article of it"));
    }
    if (!question.topic.empty()) standing.push_back(&question);
    removed[RoundOf(question.topic)].push_back(&question);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PreparedArticle> prepared,
                             PrepareArticles(encoder, knowledge.articles, options));

  ObservedKnowledge observed = {
      .name = knowledge.name, .standing = standing.size(), .removed = knowledge.questions.size()};
  Asking asking(&encoder, &options);
  // Of the topics but those of `round`.
  const auto observe = [&](const std::vector<const TopicQuestion*>& questions, bool stands,
                           std::size_t round) -> absl::Status {
    IndexBuilder builder(encoder.model().id());
    for (std::size_t i = 0; i < prepared.size(); ++i) {
      if (stands || RoundOf(knowledge.articles[i].topic) != round) {
        builder.Put({&prepared[i], 1});
      }
    }
    builder.EndLoading();
    const std::shared_ptr<const KnowledgeIndex> index = builder.Snapshot();
    CLIENTELE_ASSIGN_OR_RETURN(const auto found, asking.Ask(questions, *index));
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (!found[i].has_value()) continue;
      AnswerObservation observation;
      observation.features = found[i]->features;
      observation.stands = stands;
      observation.topic = questions[i]->topic;
      observation.right = stands && topics[found[i]->id] == observation.topic;
      observed.observations.push_back(std::move(observation));
    }
    return absl::OkStatus();
  };
  CLIENTELE_RETURN_IF_ERROR(observe(standing, /*stands=*/true, 0));
  for (std::size_t round = 0; round < kRemovalRounds; ++round) {
    CLIENTELE_RETURN_IF_ERROR(observe(removed[round], /*stands=*/false, round));
  }
  return observed;
}

}  // namespace clientele::qa
