#include "services/qa-service/core/conversations/dialogue.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/conversations/follow_up.h"
#include "services/qa-service/core/handovers/complaint_topic.h"

namespace clientele::qa {
namespace {

// A hand-over and the conversation of one call are remembered under ids of their own.
MutationId Part(const MutationId& mutation, absl::string_view part) {
  MutationId id = mutation;
  absl::StrAppend(&id.method, ".", part);
  return id;
}

absl::Status CheckAsked(const DialogueQuestion& asked) {
  FieldViolations bad;
  CheckRequestId(asked.mutation.request_id, bad);
  if (!asked.conversation_id.empty()) {
    CheckArticleId(asked.conversation_id, "conversation", bad);
    if (asked.start_conversation) {
      bad.Add("start_conversation", "must not be set together with conversation");
    }
  }
  if (asked.record && !asked.question.facts.empty()) {
    bad.Add("record", "must not be set together with facts, which are not kept");
  }
  return bad.ToStatus();
}

// What was said before this request was sent for the first time.
void ForgetSince(const std::string& request_id, std::vector<Turn>& turns) {
  if (request_id.empty()) return;
  const auto same = [&](const Turn& turn) { return turn.request_id == request_id; };
  turns.erase(std::find_if(turns.begin(), turns.end(), same), turns.end());
}

// What the customer complains of may stand anywhere in what they wrote.
std::string AllQuestions(const std::vector<Turn>& transcript) {
  std::string all;
  for (const Turn& turn : transcript) absl::StrAppend(&all, turn.question, "\n");
  return all;
}

ComplaintTopic TopicOfHandover(const Answer& answer, const std::vector<Turn>& transcript) {
  if (answer.complaint_topic != ComplaintTopic::kNone) return answer.complaint_topic;
  const ComplaintTopic by_words = TopicOf(AllQuestions(transcript));
  const bool complains = answer.reason == answer_reason::kComplaint;
  return complains && by_words == ComplaintTopic::kNone ? ComplaintTopic::kOther : by_words;
}

// What a generator is told of the conversation.
std::vector<SaidBefore> SaidLately(const std::vector<Turn>& turns) {
  constexpr std::size_t kToldTurns = 4;
  std::vector<SaidBefore> said;
  for (std::size_t i = turns.size() - std::min(turns.size(), kToldTurns); i < turns.size(); ++i) {
    if (turns[i].state == AnswerState::kAnswered)
      said.push_back({turns[i].question, turns[i].answer});
  }
  return said;
}

}  // namespace

RequestContext Dialogue::ForStore(const RequestContext& context) const {
  RequestContext bounded = context;
  const absl::Time now = clock_->Now();
  bounded.deadline = now + std::min(options_.store_timeout, (context.deadline - now) / 2);
  return bounded;
}

absl::Status Dialogue::Lost(absl::string_view what, const absl::Status& status) const {
  const bool bearable = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  if (!bearable) return status;
  if (options_.on_lost) options_.on_lost(what, status);
  return absl::OkStatus();
}

absl::StatusOr<Conversation> Dialogue::Load(const RequestContext& context,
                                            const DialogueQuestion& asked, bool& lost) const {
  if (asked.conversation_id.empty()) return Conversation();
  const absl::Time since = clock_->Now() - options_.conversation_retention;
  absl::StatusOr<Conversation> conversation = conversations_->Get(
      ForStore(context), asked.question.customer_id, asked.conversation_id, since);
  if (conversation.ok()) return conversation;
  CLIENTELE_RETURN_IF_ERROR(Lost("conversation", conversation.status()));
  lost = true;
  return Conversation();
}

Turn Dialogue::TurnOf(const DialogueQuestion& asked, const Reply& reply) const {
  Turn turn;
  turn.question = asked.question.text;
  turn.search_text = reply.rewritten;
  turn.answer = reply.answer.text;
  turn.state = reply.answer.state;
  if (!reply.answer.citations.empty()) {
    const CitableArticle& article = reply.answer.citations.front().article->article;
    turn.article_id = std::string(article.id);
    turn.article_title = std::string(article.title);
  }
  turn.ask_time = clock_->Now();
  turn.request_id = asked.mutation.request_id;
  return turn;
}

absl::Status Dialogue::HandOver(const RequestContext& context, const DialogueQuestion& asked,
                                const Conversation& before, const Turn& turn, Reply& reply) const {
  Handover handover;
  handover.id = options_.new_id();
  handover.reason = reply.answer.reason;
  handover.language = reply.answer.language;
  handover.customer_id = asked.question.customer_id;
  handover.conversation_id = reply.conversation_id;
  handover.transcript = before.turns;
  RollingSummary earlier = before.earlier;
  AddTurn(handover.transcript, earlier, turn);
  handover.topic = TopicOfHandover(reply.answer, handover.transcript);
  handover.summary = SummaryOf(handover, earlier);
  handover.create_time = turn.ask_time;
  absl::StatusOr<std::string> id =
      handovers_->Create(ForStore(context), Part(asked.mutation, "handover"), handover);
  if (!id.ok()) return Lost("handover", id.status());
  reply.handover_id = *std::move(id);
  return absl::OkStatus();
}

absl::Status Dialogue::Keep(const RequestContext& context, const DialogueQuestion& asked,
                            const Turn& turn, Reply& reply) const {
  const std::string& customer = asked.question.customer_id;
  const std::string language = TooShortToTell(turn.question) && asked.question.language_code.empty()
                                   ? ""
                                   : reply.answer.language;
  absl::Status kept;
  if (asked.start_conversation) {
    Conversation conversation;
    conversation.id = options_.new_id();
    conversation.customer_id = customer;
    conversation.language = language;
    conversation.create_time = turn.ask_time;
    conversation.update_time = turn.ask_time;
    AddTurn(conversation.turns, conversation.earlier, turn);
    absl::StatusOr<std::string> id = conversations_->Create(
        ForStore(context), Part(asked.mutation, "conversation"), conversation);
    kept = id.status();
    if (id.ok()) reply.conversation_id = *std::move(id);
  } else {
    kept =
        conversations_->Append(ForStore(context), customer, asked.conversation_id, language, turn);
    if (kept.ok()) reply.conversation_id = asked.conversation_id;
    // Erased or expired since it was read.
    if (absl::IsNotFound(kept)) return absl::OkStatus();
  }
  return kept.ok() ? kept : Lost("conversation", kept);
}

absl::Status Dialogue::Record(const RequestContext& context, const Question& question,
                              Reply& reply) const {
  const RecordedAnswer recorded{.answer_id = reply.answer.id,
                                .ask_time = absl::FromUnixMicros(absl::ToUnixMicros(clock_->Now())),
                                .question = question,
                                .outcome = OutcomeOf(reply.answer)};
  const absl::StatusOr<bool> kept = options_.recorded->Insert(ForStore(context), recorded);
  if (!kept.ok()) return Lost("recorded_answer", kept.status());
  reply.is_recorded = *kept;
  return absl::OkStatus();
}

absl::StatusOr<Reply> Dialogue::Ask(const RequestContext& context, DialogueQuestion asked,
                                    AnswerListener* listener) const {
  CLIENTELE_RETURN_IF_ERROR(CheckAsked(asked));
  Reply reply;
  reply.in_conversation = asked.start_conversation || !asked.conversation_id.empty();
  Conversation before;
  bool lost = false;
  if (reply.in_conversation) {
    CLIENTELE_RETURN_IF_ERROR(CheckQuestion(asked.question));
    CLIENTELE_ASSIGN_OR_RETURN(before, Load(context, asked, lost));
    ForgetSince(asked.mutation.request_id, before.turns);
    if (std::optional<std::string> text = RewriteFollowUp(asked.question.text, before.turns)) {
      reply.rewritten = *std::move(text);
    }
  }
  Question question = asked.question;
  question.search_text = reply.rewritten;
  question.conversation = SaidLately(before.turns);
  if (question.language_code.empty() && !before.language.empty() && TooShortToTell(question.text)) {
    question.language_code = before.language;
  }
  CLIENTELE_ASSIGN_OR_RETURN(reply.answer, answerer_->Ask(context, question, listener));
  if (options_.recorded != nullptr && !reply.answer.id.empty() &&
      (asked.record || (question.facts.empty() && recorded_split_.TakesCall(unasked_++)))) {
    CLIENTELE_RETURN_IF_ERROR(Record(context, question, reply));
  }
  const bool handed_over = reply.answer.state == AnswerState::kHandedOver;
  if (!reply.in_conversation && !handed_over) return reply;

  const Turn turn = TurnOf(asked, reply);
  if (reply.in_conversation && !lost) {
    CLIENTELE_RETURN_IF_ERROR(Keep(context, asked, turn, reply));
  }
  if (handed_over) CLIENTELE_RETURN_IF_ERROR(HandOver(context, asked, before, turn, reply));
  return reply;
}

}  // namespace clientele::qa
