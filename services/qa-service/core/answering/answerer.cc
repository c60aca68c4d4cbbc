#include "services/qa-service/core/answering/answerer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/han_folding.h"
#include "common/text/language.h"
#include "services/qa-service/core/answering/answer_type.h"
#include "services/qa-service/core/answering/passage_sentences.h"
#include "services/qa-service/core/answering/wish.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/spelling.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kMaxAskedBytes = 4096;
constexpr std::int64_t kDefaultCitations = 3;
constexpr std::int64_t kMaxCitations = 20;
constexpr absl::string_view kIndexNotReady = "INDEX_NOT_READY";

std::string LanguageOf(const Question& question) {
  return PrimaryLanguage(question.language_code.empty() ? text::DetectLanguage(question.text)
                                                        : question.language_code);
}

bool HasDirection(const std::vector<float>& vector) {
  return std::any_of(vector.begin(), vector.end(), [](float x) { return x != 0; });
}

}  // namespace

absl::Status CheckQuestion(const Question& question) {
  FieldViolations bad;
  CheckText(question.text, "question", 1, kMaxAskedBytes, bad);
  if (!question.customer_id.empty()) CheckArticleId(question.customer_id, "customer", bad);
  CheckLanguageCode(question.language_code, "language_code", bad);
  if (question.max_citations < 0 || question.max_citations > kMaxCitations) {
    bad.Add("max_citations", absl::StrCat("must be 0 to ", kMaxCitations));
  }
  return bad.ToStatus();
}

// What the search found for a question.
struct Answerer::Found {
  std::string language;
  std::string model_id;  // empty when vectors took no part
  IndexQuery query;
  SearchResult result;
};

Answerer::Answerer(IndexSource index, const TextEmbedder* embedder, QuestionRecorder* recorder,
                   const Clock* clock, AnswererOptions options)
    : index_(std::move(index)),
      embedder_(embedder),
      recorder_(recorder),
      clock_(clock),
      options_(options) {}

absl::StatusOr<Answerer::Found> Answerer::Find(const RequestContext& context,
                                               const Question& question) const {
  const std::shared_ptr<const KnowledgeIndex> index = index_();
  if (index == nullptr) {
    if (embedder_->model_id().empty()) {
      return UnavailableError(reason::kModelUnavailable,
                              "no text encoder serves yet; try again later", absl::Seconds(1));
    }
    return UnavailableError(kIndexNotReady, "the articles are being indexed; try again later",
                            absl::Seconds(1));
  }
  const std::string& searched = question.search_text.empty() ? question.text : question.search_text;
  const std::string asked =
      WithoutUnknownNames(CorrectSpelling(text::FoldHan(searched), *index), *index);
  CLIENTELE_ASSIGN_OR_RETURN(EmbeddedTexts embedded, embedder_->EmbedQuestion(context, asked));
  Found found;
  found.language = LanguageOf(question);
  found.query.terms = QuestionTerms(asked);
  found.query.words = ContentWords(asked);
  found.query.language = found.language;
  found.query.max_articles = static_cast<std::size_t>(kMaxCitations);
  if (embedded.model_id == index->model_id() && embedded.rows.size() == 1 &&
      HasDirection(embedded.rows.front())) {
    found.query.vector = std::move(embedded.rows.front());
    found.model_id = embedded.model_id;
  }
  SearchOptions search = options_.search;
  search.fusion.lexical_weight =
      embedded.lexical_weight.value_or(options_.search.fusion.lexical_weight);
  found.result = index->Search(found.query, search);
  return found;
}

absl::StatusOr<std::vector<std::string>> Answerer::Compose(const RequestContext& context,
                                                           const Found& found) const {
  const PassageHit& best = found.result.hits.front();
  const Passage& range = best.article->passages[best.passage];
  const std::vector<PassageSentence> sentences =
      PassageSentences(best.article->article.body.substr(range.begin, range.end - range.begin));

  std::vector<std::vector<float>> vectors(sentences.size());
  if (!found.query.vector.empty() && sentences.size() > 1) {
    std::vector<std::string> texts;
    for (const PassageSentence& sentence : sentences) {
      if (texts.size() == options_.max_embedded_sentences) break;
      texts.push_back(sentence.text);
    }
    CLIENTELE_ASSIGN_OR_RETURN(EmbeddedTexts embedded, embedder_->Embed(context, texts));
    if (embedded.model_id == found.model_id) {
      for (std::size_t i = 0; i < embedded.rows.size() && i < vectors.size(); ++i) {
        vectors[i] = std::move(embedded.rows[i]);
      }
    }
  }
  const QuestionFocus focus{&found.query.words, &found.result.word_weights, found.query.vector};
  std::vector<double> scores;
  scores.reserve(sentences.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    scores.push_back(SentenceScore(absl::StrCat(sentences[i].about, "\n", sentences[i].text),
                                   vectors[i], focus, options_.sentences));
  }
  std::vector<std::string> pieces;
  for (const std::size_t i : ChooseSentences(scores, options_.sentences)) {
    const absl::string_view gap =
        pieces.empty() || text::DetectLanguage(sentences[i].text) == "zh" ? "" : " ";
    pieces.push_back(absl::StrCat(gap, sentences[i].text));
  }
  return pieces;
}

absl::StatusOr<std::vector<std::string>> Answerer::Decide(const RequestContext& context,
                                                          const Question& question,
                                                          const Found& found,
                                                          Answer& answer) const {
  const auto abstain = [&](const char* reason) {
    answer.state = AnswerState::kAbstained;
    answer.reason = reason;
    return std::vector<std::string>();
  };
  if (WishOf(question.text) == Wish::kPerson) {
    answer.state = AnswerState::kHandedOver;
    answer.reason = answer_reason::kWishForPerson;
    return std::vector<std::string>{PersonComes(found.language)};
  }
  // Without a content word nothing can be found again: never a guess.
  if (found.query.words.empty()) return abstain(answer_reason::kNoContent);
  if (found.result.hits.empty()) return abstain(answer_reason::kNoArticle);
  if (answer.confidence < options_.min_confidence) return abstain(answer_reason::kLowConfidence);
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::string> pieces, Compose(context, found));
  if (pieces.empty()) return abstain(answer_reason::kNotStated);
  if (!Holds(absl::StrJoin(pieces, ""), AnswerTypeOf(question.text))) {
    return abstain(answer_reason::kNotStated);
  }
  answer.state = AnswerState::kAnswered;
  return pieces;
}

absl::StatusOr<Answer> Answerer::Ask(const RequestContext& context, const Question& question,
                                     AnswerListener* listener) const {
  CLIENTELE_RETURN_IF_ERROR(CheckQuestion(question));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  CLIENTELE_ASSIGN_OR_RETURN(const Found found, Find(context, question));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));

  Answer answer;
  answer.language = found.language;
  if (options_.new_id) answer.id = options_.new_id();
  if (!found.model_id.empty()) answer.models.push_back(found.model_id);
  const auto wanted = static_cast<std::size_t>(
      question.max_citations == 0 ? kDefaultCitations : question.max_citations);
  for (const PassageHit& hit : found.result.hits) {
    if (answer.citations.size() == wanted) break;
    answer.citations.push_back({hit.article, hit.article->passages[hit.passage], hit.score});
  }
  if (listener != nullptr) CLIENTELE_RETURN_IF_ERROR(listener->OnCitations(answer.citations));

  if (!found.result.hits.empty()) {
    answer.confidence =
        Confidence(FeaturesOf(found.result), !found.query.vector.empty(), options_.confidence);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> pieces,
                             Decide(context, question, found, answer));
  for (const std::string& piece : pieces) {
    if (listener != nullptr) CLIENTELE_RETURN_IF_ERROR(listener->OnText(piece));
    answer.text += piece;
  }
  if (options_.on_answer) options_.on_answer(answer.state);
  Remember(question, found.language, answer);
  return answer;
}

void Answerer::Remember(const Question& question, const std::string& language,
                        const Answer& answer) const {
  if (recorder_ == nullptr || question.customer_id.empty()) return;
  AskedQuestion asked;
  asked.customer_id = question.customer_id;
  asked.text = question.text;
  asked.language = language;
  asked.state = answer.state;
  asked.confidence = answer.confidence;
  asked.time = clock_->Now();
  asked.answer_id = answer.id;
  if (!answer.citations.empty())
    asked.article_id = std::string(answer.citations.front().article->article.id);
  recorder_->Record(std::move(asked));
}

}  // namespace clientele::qa
