#include "services/qa-service/rpc/qa_conversion.h"

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
  return asked;
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

v1::AskResponse ToProto(const Reply& reply) {
  const Answer& answer = reply.answer;
  v1::AskResponse proto;
  proto.set_state(ToProto(answer.state));
  proto.set_answer(answer.text);
  proto.set_reason(answer.reason);
  for (const Citation& citation : answer.citations) *proto.add_citations() = ToProto(citation);
  proto.set_confidence(answer.confidence);
  for (const std::string& model : answer.models) proto.add_models(model);
  proto.set_answer_id(answer.id);
  if (!reply.handover_id.empty()) proto.set_handover(HandoverName(reply.handover_id));
  if (!reply.conversation_id.empty()) {
    proto.set_conversation(ConversationName(reply.conversation_id));
  }
  if (reply.in_conversation) {
    proto.mutable_trace()->set_rewritten_question(reply.rewritten);
    proto.mutable_trace()->set_language_code(answer.language);
  }
  return proto;
}

}  // namespace clientele::qa
