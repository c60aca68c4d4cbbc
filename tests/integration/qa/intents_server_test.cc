// Intents in qa-service over gRPC, on PostgreSQL, with real bundles.
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "services/qa-service/store/migrations.h"
#include "tests/integration/qa/server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/test_database.h"

namespace clientele::qa::testing {
namespace {

using Catch::Matchers::ContainsSubstring;
using clientele::testing::Eventually;

struct RoutedDesk {
  RoutedDesk() {
    folder.options.intents = "tiny-intents";
    folder.options.person_intents = "contact_person";
    folder.options.complaint_intents = "damaged=quality";
    folder.WriteModel();
  }
  void WriteIntents() {
    folder.WriteIntents(
        {{"codes", "recover account"}, {"blender", "damaged"}, {"colleague", "contact_person"}});
  }
  void Start() {
    server = folder.Start();
    stub = Connect(*server);
    REQUIRE(WaitUntilServing(*server));
    v1::CreateArticleRequest reply = CreateRequest(
        "access", "Regaining access", "Ask for new backup credentials on the security page.");
    reply.mutable_article()->add_tags("recover_account");
    v1::Article made;
    REQUIRE(Call(*stub, &Stub::CreateArticle, reply, &made).ok());
    REQUIRE(Call(*stub, &Stub::CreateArticle,
                 CreateRequest("shipping", "Shipping", "Parcels are shipped by train on Mondays."),
                 &made)
                .ok());
  }
  v1::AskResponse Ask(const std::string& question, bool trace = false) {
    v1::AskRequest request;
    request.set_question(question);
    request.set_trace(trace);
    v1::AskResponse response;
    const grpc::Status status = Call(*stub, &Stub::Ask, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }

  clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder{database.conninfo()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;
};

TEST_CASE("an intent is told, answers with its reply and hands over") {
  RoutedDesk desk;
  desk.WriteIntents();
  desk.Start();
  REQUIRE(Eventually(std::chrono::seconds(20), [&] { return desk.Ask("codes").has_intent(); }));
  const v1::AskResponse answer = desk.Ask("my phone with all codes drowned", true);
  CHECK(answer.state() == v1::ANSWER_STATE_ANSWERED);
  CHECK(answer.mode() == v1::ANSWER_MODE_CURATED);
  CHECK(answer.answer() == "Ask for new backup credentials on the security page.");
  CHECK(answer.intent().id() == "recover account");
  CHECK(answer.intent().score() > 0.9);
  CHECK(answer.confidence() == answer.intent().score());
  CHECK(answer.models(answer.models_size() - 1) == "tiny-intents/1");
  REQUIRE(answer.trace().stages_size() >= 2);
  CHECK(answer.trace().stages(0).name() == "understand");
  CHECK(answer.trace().stages(0).skipped_reason().empty());

  CHECK_FALSE(desk.Ask("Are parcels shipped by train?").has_intent());
  CHECK(desk.Ask("Are parcels shipped by train?").state() == v1::ANSWER_STATE_ANSWERED);
  CHECK(desk.Ask("a colleague now").reason() == "WISH_FOR_PERSON");

  const v1::AskResponse complaint = desk.Ask("the blender is in pieces");
  CHECK(complaint.state() == v1::ANSWER_STATE_HANDED_OVER);
  CHECK(complaint.reason() == "COMPLAINT");
  v1::GetHandoverRequest get;
  get.set_name(complaint.handover());
  v1::Handover handover;
  REQUIRE(Call(*desk.stub, &Stub::GetHandover, get, &handover).ok());
  CHECK(handover.topic() == v1::COMPLAINT_TOPIC_QUALITY);
  v1::ComplaintReport report;
  REQUIRE(
      Call(*desk.stub, &Stub::GetComplaintReport, v1::GetComplaintReportRequest(), &report).ok());
  REQUIRE(report.counts_size() == 1);
  CHECK(report.counts(0).topic() == v1::COMPLAINT_TOPIC_QUALITY);
}

TEST_CASE("a bundle of intents that is not there costs no answer, and the answer says so") {
  RoutedDesk desk;
  desk.Start();
  const v1::AskResponse answer = desk.Ask("Are parcels shipped by train?");
  CHECK(answer.state() == v1::ANSWER_STATE_ANSWERED);
  CHECK_FALSE(answer.has_intent());
  REQUIRE(answer.trace().stages_size() >= 2);
  CHECK(answer.trace().stages(0).name() == "understand");
  CHECK(answer.trace().stages(0).skipped_reason() == "UNAVAILABLE");
  desk.WriteIntents();
  CHECK(Eventually(std::chrono::seconds(20), [&] { return desk.Ask("codes").has_intent(); }));
}

TEST_CASE("intents that nothing finds, and mistakes in their rules, stop the start") {
  RoutedDesk desk;
  const auto refusal = [&] {
    const auto server = Server::Create(desk.folder.options);
    REQUIRE(absl::IsInvalidArgument(server.status()));
    return std::string(server.status().message());
  };
  desk.folder.options.complaint_intents = "damaged=smell";
  CHECK_THAT(refusal(), ContainsSubstring("damaged=smell"));
  desk.folder.options.intents.clear();
  CHECK_THAT(refusal(), ContainsSubstring("need --intents"));
}

}  // namespace
}  // namespace clientele::qa::testing
