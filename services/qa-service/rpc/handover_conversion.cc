#include "services/qa-service/rpc/handover_conversion.h"

#include "absl/strings/str_cat.h"

#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article.h"
#include "services/qa-service/rpc/qa_conversion.h"

namespace clientele::qa {
namespace {

v1::ConversationTurn ToProto(const Turn& turn) {
  v1::ConversationTurn proto;
  proto.set_question(turn.question);
  proto.set_answer(turn.answer);
  proto.set_state(ToProto(turn.state));
  if (!turn.article_id.empty()) proto.set_article(ArticleName(turn.article_id));
  *proto.mutable_ask_time() = rpc::ToTimestamp(turn.ask_time);
  return proto;
}

}  // namespace

// The numbers of topics, states and resolutions are those of the API.
v1::Handover ToProto(const Handover& handover) {
  v1::Handover proto;
  proto.set_name(HandoverName(handover.id));
  proto.set_state(static_cast<v1::HandoverState>(handover.state));
  proto.set_reason(handover.reason);
  proto.set_topic(static_cast<v1::ComplaintTopic>(handover.topic));
  proto.set_language_code(handover.language);
  if (!handover.customer_id.empty()) {
    proto.set_customer(absl::StrCat("customers/", handover.customer_id));
  }
  if (!handover.conversation_id.empty()) {
    proto.set_conversation(ConversationName(handover.conversation_id));
  }
  proto.set_summary(handover.summary);
  for (const Turn& turn : handover.transcript) *proto.add_transcript() = ToProto(turn);
  *proto.mutable_create_time() = rpc::ToTimestamp(handover.create_time);
  if (handover.close_time.has_value()) {
    *proto.mutable_close_time() = rpc::ToTimestamp(*handover.close_time);
  }
  proto.set_closed_by(handover.closed_by);
  proto.set_resolution(static_cast<v1::HandoverResolution>(handover.resolution));
  proto.set_resolution_note(handover.note);
  return proto;
}

v1::StreamHandoversResponse ToProto(const HandoverBatch& batch) {
  v1::StreamHandoversResponse proto;
  for (const Handover& handover : batch.handovers) *proto.add_handovers() = ToProto(handover);
  proto.set_cursor(batch.cursor);
  return proto;
}

v1::ComplaintReport ToProto(const std::vector<ComplaintCount>& counts) {
  v1::ComplaintReport proto;
  for (const ComplaintCount& count : counts) {
    v1::ComplaintCount& row = *proto.add_counts();
    *row.mutable_week_start() = rpc::ToTimestamp(count.week_start);
    row.set_topic(static_cast<v1::ComplaintTopic>(count.topic));
    row.set_count(count.count);
    row.set_open_count(count.open_count);
  }
  return proto;
}

absl::StatusOr<std::optional<HandoverState>> FromProto(v1::HandoverState state) {
  if (!v1::HandoverState_IsValid(state)) return InvalidField("state", "must be a HandoverState");
  if (state == v1::HANDOVER_STATE_UNSPECIFIED) return std::optional<HandoverState>();
  return std::optional<HandoverState>(static_cast<HandoverState>(state));
}

absl::StatusOr<ComplaintTopic> FromProto(v1::ComplaintTopic topic) {
  if (!v1::ComplaintTopic_IsValid(topic)) {
    return InvalidField("handover.topic", "must be a ComplaintTopic");
  }
  return static_cast<ComplaintTopic>(topic);
}

absl::StatusOr<HandoverResolution> FromProto(v1::HandoverResolution resolution) {
  if (!v1::HandoverResolution_IsValid(resolution)) {
    return InvalidField("resolution", "must be a HandoverResolution");
  }
  return static_cast<HandoverResolution>(resolution);
}

}  // namespace clientele::qa
