#include "services/qa-service/core/answering/answerer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/language.h"
#include "services/qa-service/core/answering/answer_type.h"
#include "services/qa-service/core/answering/confidence_settings.h"
#include "services/qa-service/core/answering/passage_sentences.h"
#include "services/qa-service/core/answering/wish.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/readable_question.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kMaxAskedBytes = 4096;
constexpr std::int64_t kDefaultCitations = 3;
constexpr std::int64_t kMaxCitations = 20;
constexpr std::size_t kMaxFacts = 20;
constexpr std::size_t kMaxFactBytes = 256;
constexpr absl::string_view kIndexNotReady = "INDEX_NOT_READY";

std::string LanguageOf(const Question& question) {
  return PrimaryLanguage(question.language_code.empty() ? text::DetectLanguage(question.text)
                                                        : question.language_code);
}

const std::string& SearchedText(const Question& question) {
  return question.search_text.empty() ? question.text : question.search_text;
}

bool HasDirection(const std::vector<float>& vector) {
  return std::any_of(vector.begin(), vector.end(), [](float x) { return x != 0; });
}

Citation CitationOf(const PassageHit& hit) {
  return {hit.article, hit.article->passages[hit.passage], hit.score};
}

// An article as a whole.
Citation WholeArticle(const std::shared_ptr<const IndexedArticle>& article, double score) {
  return {article, {article->passages.front().begin, article->passages.back().end}, score};
}

// The best passages, at most `wanted` (0: as many as usual), behind the article that replies to the
// intent where there is one.
std::vector<Citation> NearestCitations(const SearchResult& result, std::int64_t wanted,
                                       const std::shared_ptr<const IndexedArticle>& reply = {}) {
  const auto most = static_cast<std::size_t>(wanted == 0 ? kDefaultCitations : wanted);
  std::vector<Citation> nearest;
  if (reply != nullptr) {
    nearest.push_back(WholeArticle(reply, result.hits.empty() ? 1 : result.hits.front().score));
  }
  for (const PassageHit& hit : result.hits) {
    if (nearest.size() == most) break;
    if (reply != nullptr && hit.article->article.id == reply->article.id) continue;
    nearest.push_back(CitationOf(hit));
  }
  return nearest;
}

// A question that people gave the article is nearer than what its passage says.
bool IsCurated(const PassageHit& hit) {
  return hit.question.present &&
         hit.question.lexical + hit.question.cosine >= hit.text.lexical + hit.text.cosine;
}

void AddPiece(absl::string_view sentence, std::vector<std::string>& pieces) {
  const absl::string_view gap = pieces.empty() || text::DetectLanguage(sentence) == "zh" ? "" : " ";
  pieces.push_back(absl::StrCat(gap, sentence));
}

// The sentences that hold what a reader found; none where it holds that the passage does not
// answer.
std::vector<std::string> ReadSentences(const std::vector<PassageSentence>& sentences,
                                       const std::optional<PassageSpan>& span) {
  std::vector<std::string> pieces;
  if (sentences.empty() || !span.has_value() || span->margin <= 0 || span->end <= span->begin) {
    return pieces;
  }
  const PlainPassage plain = PlainText(sentences);
  const std::size_t last = plain.SentenceAt(span->end - 1);
  for (std::size_t i = plain.SentenceAt(span->begin); i <= last; ++i) {
    AddPiece(sentences[i].text, pieces);
  }
  return pieces;
}

// Adds a stage when it ends.
class Stopwatch {
 public:
  Stopwatch(const Clock* clock, const char* name, std::vector<AnswerStage>& stages)
      : clock_(clock), name_(name), stages_(stages), begin_(clock->Now()) {}
  ~Stopwatch() { stages_.push_back({name_, clock_->Now() - begin_}); }

 private:
  const Clock* const clock_;
  const char* const name_;
  std::vector<AnswerStage>& stages_;
  const absl::Time begin_;
};

}  // namespace

absl::Status CheckQuestion(const Question& question, const QuestionFields& fields) {
  FieldViolations bad;
  CheckText(question.text, fields.text, 1, kMaxAskedBytes, bad);
  if (!question.customer_id.empty()) CheckArticleId(question.customer_id, "customer", bad);
  CheckLanguageCode(question.language_code, "language_code", bad);
  if (question.max_citations < 0 || question.max_citations > kMaxCitations) {
    bad.Add(fields.max_citations, absl::StrCat("must be 0 to ", kMaxCitations));
  }
  if (!question.audience.empty()) CheckLabel(question.audience, "audience", bad);
  if (question.tags.size() > kMaxLabels) {
    bad.Add("tags", absl::StrCat("must be at most ", kMaxLabels));
  }
  for (std::size_t i = 0; i < std::min(question.tags.size(), kMaxLabels); ++i) {
    CheckLabel(question.tags[i], absl::StrCat("tags[", i, "]"), bad);
  }
  if (question.facts.size() > kMaxFacts) {
    bad.Add("facts", absl::StrCat("must be at most ", kMaxFacts));
  }
  for (std::size_t i = 0; i < std::min(question.facts.size(), kMaxFacts); ++i) {
    CheckText(question.facts[i], absl::StrCat("facts[", i, "]"), 1, kMaxFactBytes, bad);
  }
  return bad.ToStatus();
}

// What the search found for a question.
struct Answerer::Found {
  std::string language;
  std::string model_id;  // empty when vectors took no part
  IndexQuery query;
  SearchResult result;
  FittedConfidence confidence;  // what weighs the result
  Judged judged;
  std::shared_ptr<const KnowledgeIndex> index = {};
  UnderstoodMessage understood;
  // Answers as a whole because of the intent; null: none does.
  std::shared_ptr<const IndexedArticle> reply = {};

  // What models make of the first hit.
  Judgment best() const { return judged.judgments.empty() ? Judgment() : judged.judgments.front(); }
};

Answerer::Answerer(IndexSource index, const TextEmbedder* embedder, QuestionRecorder* recorder,
                   const Clock* clock, AnswererOptions options, AnswerModels models)
    : index_(std::move(index)),
      embedder_(embedder),
      recorder_(recorder),
      clock_(clock),
      options_(options),
      models_(models) {}

absl::StatusOr<Answerer::Found> Answerer::Find(const RequestContext& context,
                                               const Question& question) const {
  std::shared_ptr<const KnowledgeIndex> index = index_();
  if (index == nullptr) {
    if (embedder_->model_id().empty()) {
      return UnavailableError(reason::kModelUnavailable,
                              "no text encoder serves yet; try again later", absl::Seconds(1));
    }
    return UnavailableError(kIndexNotReady, "the articles are being indexed; try again later",
                            absl::Seconds(1));
  }
  const std::string asked = ReadableQuestion(SearchedText(question), *index);
  CLIENTELE_ASSIGN_OR_RETURN(EmbeddedTexts embedded,
                             embedder_->EmbedQuestionBy(context, index->model_id(), asked));
  if (embedded.model_id != index->model_id()) {
    // The index was replaced since, with its model.
    std::shared_ptr<const KnowledgeIndex> newest = index_();
    if (newest->model_id() == embedded.model_id) index.swap(newest);
  }
  Found found;
  found.language = LanguageOf(question);
  found.confidence = options_.confidence.words;
  found.query = QueryOf(asked, found.language);
  found.query.now = clock_->Now();
  found.query.audience = question.audience;
  found.query.tags = question.tags;
  found.query.max_articles = static_cast<std::size_t>(kMaxCitations);
  if (embedded.model_id == index->model_id() && embedded.rows.size() == 1 &&
      HasDirection(embedded.rows.front())) {
    found.query.vector = std::move(embedded.rows.front());
    found.model_id = embedded.model_id;
    found.confidence = options_.confidence.hybrid;
    if (embedded.fitted != nullptr) {
      found.confidence = ConfidenceOf(*embedded.fitted).value_or(found.confidence);
    }
  }
  SearchOptions search = options_.search;
  search.fusion.lexical_weight =
      embedded.lexical_weight.value_or(options_.search.fusion.lexical_weight);
  found.result = index->Search(found.query, search);
  found.index = std::move(index);
  return found;
}

void Answerer::Route(const Question& question, UnderstoodMessage understood, Found& found) const {
  found.understood = std::move(understood);
  if (found.understood.route != IntentRoute::kReply) return;
  const Intent& intent = *found.understood.intent;
  if (question.mode == AnswerMode::kAuto || question.mode == AnswerMode::kCurated) {
    found.reply = OnlyReply(*found.index, intent, found.query);
  }
  PreferReplies(intent, found.result.hits);
}

absl::Status Answerer::Judge(const RequestContext& context, const Question& question,
                             Found& found) const {
  if (models_.judge != nullptr && found.reply == nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(found.judged,
                               models_.judge->Judge(context, SearchedText(question), found.result));
    if (found.judged.fitted != nullptr) {
      found.confidence = ConfidenceOf(*found.judged.fitted).value_or(found.confidence);
    }
    OrderByJudgment(found.confidence.order, absl::MakeSpan(found.result.hits),
                    absl::MakeSpan(found.judged.judgments));
  }
  const std::optional<double> least =
      options_.current_min_confidence ? options_.current_min_confidence() : options_.min_confidence;
  found.confidence.min_confidence = least.value_or(found.confidence.min_confidence);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Answerer::Extract(const RequestContext& context,
                                                           const Found& found) const {
  const std::vector<PassageSentence> sentences =
      PassageSentences(TextOfHit(found.result.hits.front()));
  if (std::vector<std::string> read = ReadSentences(sentences, found.best().span); !read.empty()) {
    return read;
  }

  std::vector<std::vector<float>> vectors(sentences.size());
  if (!found.query.vector.empty() && sentences.size() > 1) {
    std::vector<std::string> texts;
    for (const PassageSentence& sentence : sentences) {
      if (texts.size() == options_.max_embedded_sentences) break;
      texts.push_back(sentence.text);
    }
    CLIENTELE_ASSIGN_OR_RETURN(EmbeddedTexts embedded,
                               embedder_->EmbedBy(context, found.model_id, texts));
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
    AddPiece(sentences[i].text, pieces);
  }
  return pieces;
}

absl::StatusOr<std::vector<std::string>> Answerer::Generate(const RequestContext& context,
                                                            const Question& question,
                                                            const Found& found,
                                                            AnswerListener* listener,
                                                            Answer& answer) const {
  std::vector<std::string> pieces;
  if (models_.writer == nullptr) {
    answer.fallback_reason = fallback_reason::kGeneratorUnavailable;
    return pieces;
  }
  WritingTask task;
  task.question = question.text;
  task.language = found.language;
  task.conversation = question.conversation;
  task.facts = question.facts;
  for (const PassageHit& hit : found.result.hits) {
    if (task.passages.size() == options_.max_written_from) break;
    task.passages.push_back(PlainText(PassageSentences(TextOfHit(hit))).text);
  }
  std::function<void(absl::string_view)> on_draft;
  if (listener != nullptr) {
    on_draft = [listener](absl::string_view piece) { listener->OnDraft(piece); };
  }
  CLIENTELE_ASSIGN_OR_RETURN(const GroundedAnswer written,
                             models_.writer->Write(context, task, on_draft));
  if (!written.model_id.empty()) answer.models.push_back(written.model_id);
  answer.removed_sentences = written.removed;
  answer.fallback_reason = written.fallback_reason;
  if (written.sentences.empty()) return pieces;
  answer.partial = written.partial;
  answer.mode = AnswerMode::kGenerative;
  // Those that were used alone, the one that says most first.
  std::vector<std::size_t> used(task.passages.size(), 0);
  for (const GroundedSentence& sentence : written.sentences) {
    AddPiece(sentence.text, pieces);
    ++used[sentence.passage];
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return used[a] > used[b]; });
  answer.citations.clear();
  for (const std::size_t i : order) answer.citations.push_back(CitationOf(found.result.hits[i]));
  return pieces;
}

absl::StatusOr<std::vector<std::string>> Answerer::Compose(const RequestContext& context,
                                                           const Question& question,
                                                           const Found& found,
                                                           AnswerListener* listener,
                                                           Answer& answer) const {
  if (found.reply != nullptr || question.mode == AnswerMode::kCurated) {
    answer.mode = AnswerMode::kCurated;
    std::vector<std::string> pieces;
    const absl::string_view written = found.reply != nullptr ? answer.citations.front().passage()
                                                             : TextOfHit(found.result.hits.front());
    for (const PassageSentence& sentence : PassageSentences(written)) {
      AddPiece(sentence.text, pieces);
    }
    return pieces;
  }
  const bool generative = question.mode == AnswerMode::kGenerative ||
                          (question.mode == AnswerMode::kAuto && models_.writer != nullptr);
  if (generative) {
    const Stopwatch watch(clock_, "generate", answer.stages);
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::string> pieces,
                               Generate(context, question, found, listener, answer));
    if (!pieces.empty()) return pieces;
  }
  const Stopwatch watch(clock_, "extract", answer.stages);
  return Extract(context, found);
}

const char* Answerer::WhyNot(const Found& found, const Answer& answer) const {
  // Without a content word nothing can be found again: never a guess.
  if (found.query.words.empty()) return answer_reason::kNoContent;
  if (found.result.hits.empty() && found.reply == nullptr) return answer_reason::kNoArticle;
  if (answer.confidence < found.confidence.min_confidence) return answer_reason::kLowConfidence;
  return nullptr;
}

absl::StatusOr<std::vector<std::string>> Answerer::Decide(const RequestContext& context,
                                                          const Question& question,
                                                          const Found& found,
                                                          AnswerListener* listener,
                                                          Answer& answer) const {
  const auto abstain = [&](const char* reason) {
    answer.state = AnswerState::kAbstained;
    answer.reason = reason;
    return std::vector<std::string>();
  };
  if (WishOf(question.text) == Wish::kPerson || found.understood.route == IntentRoute::kPerson) {
    answer.state = AnswerState::kHandedOver;
    answer.reason = answer_reason::kWishForPerson;
    return std::vector<std::string>{PersonComes(found.language)};
  }
  if (found.understood.route == IntentRoute::kComplaint) {
    answer.state = AnswerState::kHandedOver;
    answer.reason = answer_reason::kComplaint;
    answer.complaint_topic = found.understood.topic;
    return std::vector<std::string>{PersonComesForComplaint(found.language)};
  }
  if (const char* reason = WhyNot(found, answer)) return abstain(reason);
  if (question.mode == AnswerMode::kCurated && found.reply == nullptr &&
      !IsCurated(found.result.hits.front())) {
    return abstain(answer_reason::kNotCurated);
  }
  const std::vector<Citation> nearest = answer.citations;
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::string> pieces,
                             Compose(context, question, found, listener, answer));
  if (pieces.empty() || !Holds(absl::StrJoin(pieces, ""), AnswerTypeOf(question.text))) {
    answer.citations = nearest;
    return abstain(answer_reason::kNotStated);
  }
  answer.state = AnswerState::kAnswered;
  return pieces;
}

absl::StatusOr<std::vector<Citation>> Answerer::Search(const RequestContext& context,
                                                       const Question& question) const {
  CLIENTELE_RETURN_IF_ERROR(
      CheckQuestion(question, {.text = "query", .max_citations = "max_results"}));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  CLIENTELE_ASSIGN_OR_RETURN(Found found, Find(context, question));
  CLIENTELE_RETURN_IF_ERROR(Judge(context, question, found));
  return NearestCitations(found.result, question.max_citations);
}

absl::StatusOr<Answer> Answerer::Ask(const RequestContext& context, const Question& question,
                                     AnswerListener* listener) const {
  CLIENTELE_RETURN_IF_ERROR(CheckQuestion(question));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  Answer answer;
  UnderstoodMessage understood;
  if (models_.intents != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(understood, models_.intents->Read(context, SearchedText(question)));
    answer.stages = understood.stages;
    answer.intent = understood.intent;
  }
  const absl::Time begin = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(Found found, Find(context, question));
  answer.stages.push_back({"retrieve", clock_->Now() - begin});
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  Route(question, std::move(understood), found);
  CLIENTELE_RETURN_IF_ERROR(Judge(context, question, found));
  answer.stages.insert(answer.stages.end(), found.judged.stages.begin(), found.judged.stages.end());

  answer.language = found.language;
  if (options_.new_id) answer.id = options_.new_id();
  if (!found.model_id.empty()) answer.models.push_back(found.model_id);
  answer.models.insert(answer.models.end(), found.judged.models.begin(), found.judged.models.end());
  if (!found.understood.model_id.empty()) answer.models.push_back(found.understood.model_id);
  answer.citations = NearestCitations(found.result, question.max_citations, found.reply);

  if (found.reply != nullptr) {
    answer.confidence = found.understood.intent->score;
  } else if (!found.result.hits.empty()) {
    answer.confidence =
        Confidence(FeaturesOf(found.result, found.best()), found.confidence.weights);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> pieces,
                             Decide(context, question, found, listener, answer));
  if (listener != nullptr) CLIENTELE_RETURN_IF_ERROR(listener->OnCitations(answer.citations));
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
