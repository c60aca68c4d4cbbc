#include "services/qa-service/training/confidence/answer_observations.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/language.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/passage_judge.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/index_builder.h"
#include "services/qa-service/core/retrieval/readable_question.h"
#include "services/qa-service/training/search/prepared_articles.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kComparedArticles = 10;
constexpr std::size_t kQuestionsBetweenReports = 500;

// The hits of a question, with their articles.
struct FoundArticles {
  std::vector<std::string> ids;
  std::vector<ObservedHit> hits;
};

// Asks questions, embedding each text once whatever index it is read for.
class Asking {
 public:
  Asking(const EncoderBundle* encoder, const ObservationOptions* options)
      : encoder_(encoder),
        options_(options),
        judge_(options->ranker, options->reader, &clock_,
               {.max_passages = options->judged_passages,
                .step = {.max_time = absl::InfiniteDuration()}}) {}

  // What was found for each; without hits: nothing.
  absl::StatusOr<std::vector<FoundArticles>> Ask(const std::vector<const TopicQuestion*>& questions,
                                                 const KnowledgeIndex& index) {
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
    std::vector<FoundArticles> found(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      IndexQuery query =
          QueryOf(asked[i], PrimaryLanguage(text::DetectLanguage(questions[i]->text)));
      query.vector = vectors_[asked[i]];
      query.max_articles = kComparedArticles;
      // Without a word there is never an answer.
      if (query.words.empty()) continue;
      CLIENTELE_ASSIGN_OR_RETURN(
          found[i], Observe(questions[i]->text, index.Search(query, options_->search)));
      const std::size_t done = ++asked_;
      if (judges() && options_->progress && done % kQuestionsBetweenReports == 0) {
        options_->progress(absl::StrCat("judged the passages of ", done, " questions"));
      }
    }
    return found;
  }

 private:
  bool judges() const { return options_->ranker != nullptr || options_->reader != nullptr; }

  absl::StatusOr<FoundArticles> Observe(absl::string_view question, SearchResult result) const {
    CLIENTELE_ASSIGN_OR_RETURN(const Judged judged, judge_.Judge({}, question, result));
    for (const AnswerStage& stage : judged.stages) {
      if (*stage.skipped == '\0') continue;
      return absl::InternalError(absl::StrCat("the model of the step \"", stage.name,
                                              "\" failed on the question: ", question));
    }
    // Hits that no model looked at stay behind the others.
    if (judges()) result.hits.resize(judged.judgments.size());
    FoundArticles found;
    // Each as if it were first and alone.
    for (std::size_t i = 0; i < result.hits.size(); ++i) {
      const PassageHit& hit = result.hits[i];
      SearchResult alone;
      alone.hits = {hit};
      alone.word_weights = result.word_weights;
      const Judgment judgment = i < judged.judgments.size() ? judged.judgments[i] : Judgment();
      found.ids.emplace_back(hit.article->article.id);
      found.hits.push_back({.features = FeaturesOf(alone, judgment), .score = hit.score});
    }
    return found;
  }

  const EncoderBundle* const encoder_;
  const ObservationOptions* const options_;
  const SystemClock clock_;
  const PassageJudge judge_;
  std::size_t asked_ = 0;
  absl::flat_hash_map<std::string, std::vector<float>> vectors_;
};

}  // namespace

FirstHit FirstOf(const AnswerObservation& observation, const OrderWeights& weights) {
  std::vector<std::pair<double, const ObservedHit*>> hits;
  hits.reserve(observation.hits.size());
  for (const ObservedHit& hit : observation.hits) {
    hits.emplace_back(JudgedScore(hit.score, hit.features.rank, hit.features.reading, weights),
                      &hit);
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  FirstHit found = {hits[0].second->features, hits[0].second->right};
  if (hits.size() > 1) found.features.margin = ScoreMargin(hits[0].first, hits[1].first);
  return found;
}

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
  std::vector<Article> articles;
  articles.reserve(knowledge.articles.size());
  for (const TopicArticle& each : knowledge.articles) articles.push_back(each.article);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PreparedArticle> prepared,
                             PrepareArticles(&encoder, std::move(articles), options.progress));

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
    CLIENTELE_ASSIGN_OR_RETURN(auto found, asking.Ask(questions, *index));
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (found[i].hits.empty()) continue;
      AnswerObservation observation = {
          .hits = found[i].hits, .stands = stands, .topic = questions[i]->topic};
      for (std::size_t hit = 0; hit < observation.hits.size(); ++hit) {
        observation.hits[hit].right = stands && topics[found[i].ids[hit]] == observation.topic;
      }
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
