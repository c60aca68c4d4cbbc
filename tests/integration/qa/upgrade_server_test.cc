// Golden questions and upgrades of qa-service, over gRPC, on PostgreSQL, with real bundles.
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/store/migrations.h"
#include "tests/integration/qa/server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/test_database.h"

namespace clientele::qa::testing {
namespace {

using clientele::testing::Eventually;
using clientele::testing::TestDatabase;

// A service with three articles and a golden question for two of them.
struct GoldenService {
  GoldenService() {
    folder.WriteModel();
    Start();
    for (const auto& [id, body] :
         {std::pair("a-warranty", "Kettles carry a warranty of five years."),
          std::pair("returns", "You can return any item within thirty days of delivery."),
          std::pair("shipping", "Parcels are shipped by train on Mondays.")}) {
      v1::Article made;
      REQUIRE(Call(*stub, &Stub::CreateArticle, CreateRequest(id, "Help", body), &made).ok());
    }
  }
  void Start() {
    server = folder.Start();
    stub = Connect(*server);
    REQUIRE(WaitUntilServing(*server));
  }
  void Restart() {
    server.reset();
    Start();
  }
  void KeepGoldenQuestions() {
    v1::BatchCreateGoldenQuestionsRequest request;
    for (const auto& [id, question, article] :
         {std::tuple("g1", "Can I return any item within thirty days?", "articles/returns"),
          std::tuple("g2", "Are parcels shipped by train?", "articles/shipping")}) {
      v1::GoldenQuestion& golden = *request.add_golden_questions();
      golden.set_name(std::string("goldenQuestions/") + id);
      golden.set_question(question);
      golden.set_expected_article(article);
    }
    v1::BatchCreateGoldenQuestionsResponse response;
    REQUIRE(Call(*stub, &Stub::BatchCreateGoldenQuestions, request, &response).ok());
    REQUIRE(response.created_count() == 2);
  }
  v1::UpgradeReport Report() {
    v1::UpgradeReport report;
    REQUIRE(Call(*stub, &Stub::GetUpgradeReport, v1::GetUpgradeReportRequest(), &report).ok());
    return report;
  }
  // Blocks until so many upgrades were decided.
  v1::UpgradeReport ReportOf(int trials) {
    CHECK(Eventually(std::chrono::seconds(20),
                     [&] { return Report().trials_size() == trials && !Report().has_pending(); }));
    return Report();
  }
  std::string ModelOfAnswer() {
    v1::AskRequest request;
    request.set_question("Can I return any item within thirty days?");
    v1::AskResponse response;
    REQUIRE(Call(*stub, &Stub::Ask, request, &response).ok());
    return response.models_size() == 1 ? response.models(0) : "";
  }

  TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder{database.conninfo()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;
};

TEST_CASE("golden questions are made, listed and deleted over gRPC") {
  GoldenService s;
  s.KeepGoldenQuestions();
  v1::ListGoldenQuestionsRequest list;
  list.set_page_size(1);
  v1::ListGoldenQuestionsResponse page;
  REQUIRE(Call(*s.stub, &Stub::ListGoldenQuestions, list, &page).ok());
  REQUIRE(page.golden_questions_size() == 1);
  CHECK(page.golden_questions(0).name() == "goldenQuestions/g1");
  CHECK(page.golden_questions(0).expected_article() == "articles/returns");
  list.set_page_token(page.next_page_token());
  REQUIRE(Call(*s.stub, &Stub::ListGoldenQuestions, list, &page).ok());
  CHECK(page.golden_questions(0).name() == "goldenQuestions/g2");

  v1::DeleteGoldenQuestionRequest remove;
  remove.set_name("goldenQuestions/g1");
  google::protobuf::Empty empty;
  REQUIRE(Call(*s.stub, &Stub::DeleteGoldenQuestion, remove, &empty).ok());
  CHECK(Call(*s.stub, &Stub::DeleteGoldenQuestion, remove, &empty).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  v1::CreateGoldenQuestionRequest create;
  create.set_golden_question_id("g3");
  create.mutable_golden_question()->set_question("Why?");
  v1::GoldenQuestion made;
  REQUIRE(Call(*s.stub, &Stub::CreateGoldenQuestion, create, &made).ok());
  CHECK(made.create_time().seconds() > 1'600'000'000);
  create.mutable_golden_question()->set_expected_article("returns");
  CHECK(Call(*s.stub, &Stub::CreateGoldenQuestion, create, &made).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a version is asked the golden questions before it serves, and a bad one never does") {
  GoldenService s;
  s.KeepGoldenQuestions();
  s.folder.WriteModel(2);
  v1::UpgradeReport report = s.ReportOf(2);
  CHECK(report.serving().text_encoder() == "starter-text-encoder/2");
  CHECK_FALSE(report.serving().has_min_confidence());
  const v1::UpgradeTrial accepted = report.trials(0);
  CHECK(accepted.outcome() == v1::UPGRADE_OUTCOME_ACCEPTED);
  CHECK(accepted.candidate().text_encoder() == "starter-text-encoder/2");
  CHECK(accepted.serving().text_encoder() == "starter-text-encoder/1");
  CHECK(accepted.question_count() == 2);
  CHECK(accepted.candidate_figures().right_first_count() == 2);
  CHECK(report.trials(1).outcome() == v1::UPGRADE_OUTCOME_NOT_COMPARED);
  CHECK(Eventually(std::chrono::seconds(20),
                   [&] { return s.ModelOfAnswer() == "starter-text-encoder/2"; }));

  s.folder.WriteModel(3, /*blind=*/true);
  report = s.ReportOf(3);
  CHECK(report.trials(0).outcome() == v1::UPGRADE_OUTCOME_REFUSED);
  CHECK(report.trials(0).candidate_figures().right_first_count() == 0);
  REQUIRE(report.trials(0).changed_answers_size() == 2);
  CHECK(report.trials(0).changed_answers(0).serving().article() == "articles/returns");
  CHECK(s.ModelOfAnswer() == "starter-text-encoder/2");

  // After a restart the verdict stands, and nothing is asked again.
  s.Restart();
  CHECK(s.ModelOfAnswer() == "starter-text-encoder/2");
  CHECK(s.ReportOf(3).serving().text_encoder() == "starter-text-encoder/2");
}

TEST_CASE("a stricter threshold that loses answers does not come into effect") {
  GoldenService s;
  s.KeepGoldenQuestions();
  s.folder.options.min_confidence = 1.0;
  s.Restart();
  const v1::UpgradeReport report = s.ReportOf(2);
  CHECK(report.trials(0).outcome() == v1::UPGRADE_OUTCOME_REFUSED);
  CHECK(report.trials(0).candidate().min_confidence() == 1.0);
  CHECK_FALSE(report.serving().has_min_confidence());
  s.folder.options.min_confidence = 0.0;
  s.Restart();
  CHECK(s.ReportOf(3).serving().min_confidence() == 0.0);
}

}  // namespace
}  // namespace clientele::qa::testing
