#include "services/qa-service/rpc/qa_conversion.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/strip.h"

#include "common/rpc/time_conversion.h"

namespace clientele::qa {

std::string IdOf(absl::string_view collection, absl::string_view name) {
  // "/" is never an id, and not the same as no name.
  if (!absl::ConsumePrefix(&name, collection) || name.empty()) return std::string(1, '/');
  return std::string(name);
}

std::string ArticleIdOf(absl::string_view name) { return IdOf("articles/", name); }

Article FromProto(const v1::Article& proto) {
  Article article;
  // A time that is none makes a validity that no article may have.
  if (proto.has_valid_from()) {
    article.valid_from =
        rpc::ToTime(proto.valid_from(), "valid_from").value_or(absl::InfiniteFuture());
  }
  if (proto.has_valid_until()) {
    article.valid_until =
        rpc::ToTime(proto.valid_until(), "valid_until").value_or(absl::InfinitePast());
  }
  article.audiences.assign(proto.audiences().begin(), proto.audiences().end());
  article.tags.assign(proto.tags().begin(), proto.tags().end());
  article.id = ArticleIdOf(proto.name());
  article.title = proto.title();
  article.body = proto.body();
  article.language_code = proto.language_code();
  article.uri = proto.uri();
  article.questions.assign(proto.questions().begin(), proto.questions().end());
  return article;
}

v1::Article ToProto(const Article& article) {
  v1::Article proto;
  proto.set_name(ArticleName(article.id));
  proto.set_title(article.title);
  proto.set_body(article.body);
  proto.set_language_code(article.language_code);
  proto.set_uri(article.uri);
  for (const std::string& question : article.questions) proto.add_questions(question);
  *proto.mutable_create_time() = rpc::ToTimestamp(article.create_time);
  *proto.mutable_update_time() = rpc::ToTimestamp(article.update_time);
  if (article.valid_from != absl::InfinitePast()) {
    *proto.mutable_valid_from() = rpc::ToTimestamp(article.valid_from);
  }
  if (article.valid_until != absl::InfiniteFuture()) {
    *proto.mutable_valid_until() = rpc::ToTimestamp(article.valid_until);
  }
  for (const std::string& audience : article.audiences) proto.add_audiences(audience);
  for (const std::string& tag : article.tags) proto.add_tags(tag);
  // Nothing is stored yet for validate_only.
  if (article.revision > 0) proto.set_etag(ArticleEtag(article));
  return proto;
}

ArticleEdit FromProto(const v1::UpdateArticleRequest& request) {
  ArticleEdit edit;
  edit.values = FromProto(request.article());
  edit.paths.assign(request.update_mask().paths().begin(), request.update_mask().paths().end());
  edit.etag = request.article().etag();
  return edit;
}

DialogueQuestion FromProto(const v1::AskRequest& request) {
  DialogueQuestion asked;
  Question& question = asked.question;
  question.text = request.question();
  if (!request.customer().empty()) question.customer_id = IdOf("customers/", request.customer());
  question.language_code = request.language_code();
  question.max_citations = request.max_citations();
  if (!request.conversation().empty()) {
    asked.conversation_id = IdOf("conversations/", request.conversation());
  }
  asked.start_conversation = request.start_conversation();
  asked.record = request.record();
  question.audience = request.audience();
  question.mode = FromProto(request.mode());
  question.facts.assign(request.facts().begin(), request.facts().end());
  return asked;
}

Question FromProto(const v1::SearchArticlesRequest& request) {
  Question question;
  question.text = request.query();
  question.language_code = request.language_code();
  question.audience = request.audience();
  question.tags.assign(request.tags().begin(), request.tags().end());
  question.max_citations = request.max_results();
  return question;
}

AnswerMode FromProto(v1::AnswerMode mode) {
  switch (mode) {
    case v1::ANSWER_MODE_CURATED:
      return AnswerMode::kCurated;
    case v1::ANSWER_MODE_EXTRACTIVE:
      return AnswerMode::kExtractive;
    case v1::ANSWER_MODE_GENERATIVE:
      return AnswerMode::kGenerative;
    default:
      return AnswerMode::kAuto;
  }
}

v1::AnswerMode ToProto(AnswerMode mode) {
  switch (mode) {
    case AnswerMode::kAuto:
      return v1::ANSWER_MODE_AUTO;
    case AnswerMode::kCurated:
      return v1::ANSWER_MODE_CURATED;
    case AnswerMode::kExtractive:
      return v1::ANSWER_MODE_EXTRACTIVE;
    case AnswerMode::kGenerative:
      return v1::ANSWER_MODE_GENERATIVE;
  }
  return v1::ANSWER_MODE_UNSPECIFIED;
}

v1::AnswerState ToProto(AnswerState state) {
  switch (state) {
    case AnswerState::kAnswered:
      return v1::ANSWER_STATE_ANSWERED;
    case AnswerState::kAbstained:
      return v1::ANSWER_STATE_ABSTAINED;
    case AnswerState::kHandedOver:
      return v1::ANSWER_STATE_HANDED_OVER;
  }
  return v1::ANSWER_STATE_UNSPECIFIED;
}

namespace {

v1::AnswerTrace TraceOf(const Reply& reply) {
  v1::AnswerTrace trace;
  trace.set_rewritten_question(reply.rewritten);
  trace.set_language_code(reply.answer.language);
  for (const AnswerStage& stage : reply.answer.stages) {
    v1::AnswerStage& added = *trace.add_stages();
    added.set_name(stage.name);
    added.set_skipped_reason(stage.skipped);
    *added.mutable_time() = rpc::ToProtoDuration(stage.time);
  }
  trace.set_removed_sentence_count(static_cast<std::int32_t>(reply.answer.removed_sentences));
  return trace;
}

bool LeftOut(const Answer& answer) {
  return std::any_of(answer.stages.begin(), answer.stages.end(),
                     [](const AnswerStage& stage) { return *stage.skipped != '\0'; });
}

}  // namespace

v1::Citation ToProto(const Citation& citation) {
  const CitableArticle& article = citation.article->article;
  v1::Citation proto;
  proto.set_article(ArticleName(std::string(article.id)));
  proto.set_title(std::string(article.title));
  proto.set_uri(std::string(article.uri));
  const absl::string_view passage = citation.passage();
  proto.set_passage(passage.data(), passage.size());
  proto.set_start_offset(static_cast<std::int32_t>(citation.range.begin));
  proto.set_end_offset(static_cast<std::int32_t>(citation.range.end));
  proto.set_score(citation.score);
  return proto;
}

v1::AskResponse ToProto(const Reply& reply, bool trace) {
  const Answer& answer = reply.answer;
  v1::AskResponse proto;
  proto.set_state(ToProto(answer.state));
  proto.set_answer(answer.text);
  proto.set_reason(answer.reason);
  for (const Citation& citation : answer.citations) *proto.add_citations() = ToProto(citation);
  proto.set_confidence(answer.confidence);
  if (answer.intent.has_value()) {
    proto.mutable_intent()->set_id(answer.intent->id);
    proto.mutable_intent()->set_score(answer.intent->score);
  }
  for (const std::string& model : answer.models) proto.add_models(model);
  proto.set_answer_id(answer.id);
  proto.set_recorded(reply.is_recorded);
  if (!reply.handover_id.empty()) proto.set_handover(HandoverName(reply.handover_id));
  if (!reply.conversation_id.empty()) {
    proto.set_conversation(ConversationName(reply.conversation_id));
  }
  if (answer.state == AnswerState::kAnswered) proto.set_mode(ToProto(answer.mode));
  proto.set_fallback_reason(answer.fallback_reason);
  proto.set_partial(answer.partial);
  if (reply.in_conversation || trace || LeftOut(reply.answer))
    *proto.mutable_trace() = TraceOf(reply);
  return proto;
}

}  // namespace clientele::qa
