// Conversations and hand-overs of qa-service over gRPC, on PostgreSQL, with a real bundle.
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/qa-service/store/migrations.h"
#include "tests/integration/qa/server_fixture.h"
#include "tests/support/test_database.h"

namespace clientele::qa::testing {
namespace {

std::string Reason(const grpc::Status& status) { return GetReason(rpc::FromGrpcStatus(status)); }

struct Desk {
  Desk() {
    folder.options.handover_poll_interval = absl::Milliseconds(20);
    folder.WriteModel();
    server = folder.Start();
    stub = Connect(*server);
    REQUIRE(WaitUntilServing(*server));
    v1::Article made;
    REQUIRE(Call(*stub, &Stub::CreateArticle,
                 CreateRequest("shipping", "Shipping",
                               "Shipping costs four pounds for orders within the country. For "
                               "international orders shipping costs nine pounds."),
                 &made)
                .ok());
  }
  v1::AskResponse Ask(const v1::AskRequest& request) {
    v1::AskResponse response;
    const grpc::Status status = Call(*stub, &Stub::Ask, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }
  v1::AskResponse Ask(const std::string& question, const std::string& conversation = "") {
    v1::AskRequest request;
    request.set_question(question);
    request.set_conversation(conversation);
    return Ask(request);
  }
  // The next hand-overs behind a cursor, which moves; waits for one.
  std::vector<v1::Handover> Follow(std::string& cursor) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::StreamHandoversRequest request;
    request.set_cursor(cursor);
    const auto stream = stub->StreamHandovers(&context, request);
    std::vector<v1::Handover> handovers;
    v1::StreamHandoversResponse message;
    while (handovers.empty() && stream->Read(&message)) {
      handovers.assign(message.handovers().begin(), message.handovers().end());
      cursor = message.cursor();
    }
    context.TryCancel();
    stream->Finish();
    return handovers;
  }

  clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder{database.conninfo()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;
};

TEST_CASE("a follow-up is understood in its conversation, and in no other one") {
  Desk desk;
  v1::AskRequest request;
  request.set_question("How much does shipping cost?");
  request.set_start_conversation(true);
  const v1::AskResponse first = desk.Ask(request);
  REQUIRE(first.conversation().starts_with("conversations/"));
  CHECK(first.trace().language_code() == "en");
  CHECK_FALSE(first.answer_id().empty());
  const v1::AskResponse second = desk.Ask("and for international orders?", first.conversation());
  CHECK(second.trace().rewritten_question() == "for international orders shipping cost");
  CHECK(second.conversation() == first.conversation());
  CHECK(second.answer_id() != first.answer_id());

  const v1::AskResponse alone = desk.Ask("and for international orders?");
  CHECK_FALSE(alone.has_trace());
  CHECK(alone.conversation().empty());

  v1::AskRequest wrong;
  wrong.set_question("and abroad?");
  wrong.set_conversation(first.conversation());
  wrong.set_customer("customers/somebody-else");
  v1::AskResponse response;
  CHECK(Call(*desk.stub, &Stub::Ask, wrong, &response).error_code() == grpc::StatusCode::NOT_FOUND);
  wrong.set_conversation("articles/a");
  CHECK(Call(*desk.stub, &Stub::Ask, wrong, &response).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a help desk follows hand-overs, closes them and counts complaints") {
  Desk desk;
  v1::AskRequest request;
  request.set_question("My parcel still has not arrived. How much does shipping cost?");
  request.set_start_conversation(true);
  const v1::AskResponse talk = desk.Ask(request);
  v1::AskRequest wish;
  wish.set_question("Let me talk to a human");
  wish.set_conversation(talk.conversation());
  wish.set_request_id("r1");
  const v1::AskResponse handed_over = desk.Ask(wish);
  CHECK(handed_over.state() == v1::ANSWER_STATE_HANDED_OVER);
  CHECK_FALSE(handed_over.answer().empty());
  CHECK(handed_over.handover().starts_with("handovers/"));
  CHECK(desk.Ask(wish).handover() == handed_over.handover());

  std::string cursor;
  const std::vector<v1::Handover> heard = desk.Follow(cursor);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].name() == handed_over.handover());
  CHECK(heard[0].state() == v1::HANDOVER_STATE_OPEN);
  CHECK(heard[0].topic() == v1::COMPLAINT_TOPIC_DELIVERY);
  CHECK(heard[0].reason() == "WISH_FOR_PERSON");
  CHECK(heard[0].conversation() == talk.conversation());
  REQUIRE(heard[0].transcript_size() == 2);
  CHECK(heard[0].transcript(0).question() == request.question());
  CHECK(heard[0].transcript(1).answer() == handed_over.answer());
  const std::string next = desk.Ask("转人工").handover();
  const std::vector<v1::Handover> later = desk.Follow(cursor);
  REQUIRE(later.size() == 1);
  CHECK(later[0].name() == next);
  CHECK(later[0].topic() == v1::COMPLAINT_TOPIC_UNSPECIFIED);

  v1::CloseHandoverRequest close;
  close.set_name(handed_over.handover());
  close.set_resolution(v1::HANDOVER_RESOLUTION_RESOLVED);
  close.set_note("Sent a new one.");
  v1::Handover closed;
  REQUIRE(Call(*desk.stub, &Stub::CloseHandover, close, &closed).ok());
  CHECK(closed.state() == v1::HANDOVER_STATE_CLOSED);
  CHECK(closed.resolution_note() == "Sent a new one.");
  const grpc::Status again = Call(*desk.stub, &Stub::CloseHandover, close, &closed);
  CHECK(again.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(Reason(again) == "HANDOVER_CLOSED");

  v1::UpdateHandoverRequest mark;
  mark.mutable_handover()->set_name(next);
  mark.mutable_handover()->set_topic(v1::COMPLAINT_TOPIC_SERVICE);
  v1::Handover marked;
  REQUIRE(Call(*desk.stub, &Stub::UpdateHandover, mark, &marked).ok());
  CHECK(marked.topic() == v1::COMPLAINT_TOPIC_SERVICE);

  v1::ListHandoversRequest list;
  list.set_state(v1::HANDOVER_STATE_OPEN);
  v1::ListHandoversResponse open;
  REQUIRE(Call(*desk.stub, &Stub::ListHandovers, list, &open).ok());
  REQUIRE(open.handovers_size() == 1);
  CHECK(open.handovers(0).name() == next);

  v1::ComplaintReport report;
  REQUIRE(
      Call(*desk.stub, &Stub::GetComplaintReport, v1::GetComplaintReportRequest(), &report).ok());
  REQUIRE(report.counts_size() == 2);
  CHECK(report.counts(0).topic() == v1::COMPLAINT_TOPIC_DELIVERY);
  CHECK(report.counts(0).open_count() == 0);
  CHECK(report.counts(1).topic() == v1::COMPLAINT_TOPIC_SERVICE);
  CHECK(report.counts(1).open_count() == 1);
}

TEST_CASE("feedback is kept by answer, and gaps of knowledge are listed") {
  Desk desk;
  v1::RecordAnswerFeedbackRequest request;
  v1::AnswerFeedback& feedback = *request.mutable_feedback();
  feedback.set_answer_id(desk.Ask("How much does shipping cost?").answer_id());
  feedback.set_verdict(v1::ANSWER_VERDICT_WRONG);
  feedback.set_text("It is five pounds.");
  request.set_request_id("r1");
  v1::AnswerFeedback kept;
  REQUIRE(Call(*desk.stub, &Stub::RecordAnswerFeedback, request, &kept).ok());
  CHECK(kept.has_create_time());
  CHECK(kept.text() == feedback.text());
  request.clear_request_id();
  feedback.set_customer("customers/nobody");
  REQUIRE(Call(*desk.stub, &Stub::RecordAnswerFeedback, request, &kept).ok());
  CHECK_FALSE(kept.has_create_time());
  feedback.clear_verdict();
  CHECK(Call(*desk.stub, &Stub::RecordAnswerFeedback, request, &kept).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);

  v1::ListKnowledgeGapsResponse gaps;
  REQUIRE(Call(*desk.stub, &Stub::ListKnowledgeGaps, v1::ListKnowledgeGapsRequest(), &gaps).ok());
  CHECK(gaps.question_count() == 0);
  v1::ListKnowledgeGapsRequest wrong;
  wrong.set_page_size(101);
  CHECK(Call(*desk.stub, &Stub::ListKnowledgeGaps, wrong, &gaps).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace clientele::qa::testing
