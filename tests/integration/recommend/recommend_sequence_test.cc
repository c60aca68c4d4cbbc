// What comes next, through the service: trained on its own interactions, published, served to
// customers and to anonymous sessions.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/model/v1/model_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/status/error_details.h"
#include "services/recommend-service/server.h"
#include "tests/integration/recommend/running_service.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"

namespace clientele::recommend {
namespace {

constexpr int kSteps = 16;
constexpr int kWalkers = 160;

std::string StepId(int step) { return "step-" + std::to_string(100 + (step + kSteps) % kSteps); }

// Customers who walk around a ring of items, five early and two more in the newest days.
struct RingOfItems {
  RingOfItems() {
    for (int i = 0; i < kSteps; ++i) REQUIRE(client.CreateItem(StepId(i)).ok());
    int line = 0;
    for (int u = 0; u < kWalkers; ++u) {
      const std::string customer = "c" + std::to_string(u);
      service.profiles.AppendCreation(customer);
      for (int k = 0; k < 7; ++k) {
        ++line;
        service.profiles.AppendEvent(customer, "e" + std::to_string(line),
                                     profile::v1::EVENT_TYPE_PURCHASE, StepId(u + k),
                                     1'600'000'000 + line + (k < 5 ? 0 : 30 * 86400));
      }
    }
    REQUIRE(testing::Eventually(std::chrono::seconds(30),
                                [&] { return Bought() == std::int64_t{7} * kWalkers; }));
  }

  std::int64_t Bought() {
    std::int64_t all = 0;
    for (int i = 0; i < kSteps; ++i) all += client.Purchases(StepId(i));
    return all;
  }
  google::longrunning::Operation Done(const std::string& name) {
    REQUIRE(testing::Eventually(std::chrono::seconds(180),
                                [&] { return client.GetOperation(name).done(); }));
    return client.GetOperation(name);
  }
  v1::TrainModelResponse Train(const v1::TrainModelRequest& request) {
    google::longrunning::Operation operation;
    const absl::Status queued =
        client.Call(&v1::RecommendService::Stub::TrainModel, request, &operation);
    INFO(queued);
    REQUIRE(queued.ok());
    const auto done = Done(operation.name());
    INFO(done.ShortDebugString());
    v1::TrainModelMetadata metadata;
    REQUIRE(done.metadata().UnpackTo(&metadata));
    total_steps = metadata.total_steps();
    v1::TrainModelResponse trained;
    REQUIRE(done.response().UnpackTo(&trained));
    return trained;
  }
  v1::RecommendResponse Session(const std::vector<std::string>& items) {
    v1::RecommendRequest request;
    for (const std::string& item : items) request.add_session_items("items/" + item);
    request.set_include_trace(true);
    v1::RecommendResponse list;
    const absl::Status status = client.Call(&v1::RecommendService::Stub::Recommend, request, &list);
    INFO(status);
    REQUIRE(status.ok());
    return list;
  }
  v1::RecommendResponse Next(const std::string& customer) {
    v1::RecommendRequest request;
    request.set_customer("customers/" + customer);
    request.set_method(v1::RECOMMENDATION_METHOD_SEQUENCE);
    request.set_record(true);
    v1::RecommendResponse list;
    const absl::Status status = client.Call(&v1::RecommendService::Stub::Recommend, request, &list);
    INFO(status);
    REQUIRE(status.ok());
    return list;
  }

  RunningService service;
  std::unique_ptr<Server> server = service.StartServing();
  Client client{*server};
  std::int64_t total_steps = 0;
};

v1::TrainModelRequest SequenceRequest(int epochs = 100) {
  v1::TrainModelRequest request;
  request.mutable_sequence()->set_epochs(epochs);
  request.set_seed(4);
  return request;
}

TEST_CASE("a sequence model is trained, published and served, and an event moves its next answer") {
  RingOfItems shop;
  const v1::TrainModelResponse trained = shop.Train(SequenceRequest());
  INFO(trained.ShortDebugString());
  CHECK(shop.total_steps == 100);
  CHECK(trained.model().rfind("recommend-sequence/", 0) == 0);
  CHECK(trained.interaction_count() == std::int64_t{7} * kWalkers);
  CHECK(trained.metrics().at("ndcg") > 0.6);
  REQUIRE(trained.publications_size() == 1);
  CHECK(trained.publications(0).outcome() == v1::Publication::OUTCOME_NOTHING_SERVED);
  CHECK(VersionOf(shop.client, trained.model()).state() == model::v1::ModelVersion::STATE_SERVING);

  // An anonymous session.
  const v1::RecommendResponse session = shop.Session({StepId(2), StepId(3), "unheard-of"});
  CHECK(session.strategy() == v1::STRATEGY_SEQUENCE);
  REQUIRE(session.models_size() == 1);
  CHECK(session.models(0) == trained.model());
  REQUIRE(session.recommendations_size() > 0);
  CHECK(session.recommendations(0).item() == "items/" + StepId(4));
  CHECK(session.recommendations(0).explanations(0).sequence().item_count() == 2);
  CHECK(session.recommendations(0).explanations(0).sequence().unknown_item_count() == 1);
  CHECK(session.recommendations(0).reasons(0).code() == "SIMILAR_TO_VIEW");
  CHECK_FALSE(session.recommendations(0).reasons(0).item().empty());
  CHECK(session.trace(1).stage() == "sequence");
  CHECK(session.trace(1).item_count() == 2);
  CHECK(session.trace(2).stage() == "sequence/unknown");
  CHECK(session.trace(2).item_count() == 1);
  CHECK(session.prediction().empty());

  // A customer, before and after an event that no training has seen.
  const v1::RecommendResponse before = shop.Next("c0");
  CHECK(before.strategy() == v1::STRATEGY_SEQUENCE);
  CHECK(before.recommendations(0).item() == "items/" + StepId(7));
  shop.service.profiles.AppendEvent("c0", "fresh", profile::v1::EVENT_TYPE_PURCHASE, StepId(7),
                                    1'600'000'000 + 31 * 86400);
  CHECK(testing::Eventually(std::chrono::seconds(20), [&] {
    return shop.Next("c0").recommendations(0).item() == "items/" + StepId(8);
  }));

  // What was recorded is computed again, from the items of then.
  v1::ReplayPredictionRequest named;
  named.set_name(before.prediction());
  v1::ReplayPredictionResponse replayed;
  const absl::Status replay =
      shop.client.Call(&v1::RecommendService::Stub::ReplayPrediction, named, &replayed);
  INFO(replay);
  REQUIRE(replay.ok());
  CHECK(replayed.bit_exact());
  CHECK(replayed.strategy() == v1::STRATEGY_SEQUENCE);

  // The operator's client.
  const std::string program = testing::BinDir() + "/clientele";
  const auto list = testing::RunCommand({program, "recommend", "--session", StepId(2), "--session",
                                         StepId(3), "--gateway", shop.server->target()});
  INFO(list.output);
  CHECK(list.output.find("found by    sequence") != std::string::npos);

  // A session is of nobody, and of no experiment.
  v1::RecommendRequest wrong;
  wrong.add_session_items("items/" + StepId(1));
  wrong.set_experiment("experiments/any");
  v1::RecommendResponse none;
  CHECK(GetFieldViolations(shop.client.Call(&v1::RecommendService::Stub::Recommend, wrong, &none))
            .at(0)
            .field == "experiment");
  wrong.clear_experiment();
  wrong.set_customer("customers/c0");
  CHECK(GetFieldViolations(shop.client.Call(&v1::RecommendService::Stub::Recommend, wrong, &none))
            .at(0)
            .field == "session_items");

  // The same recipe is not worse than itself, on the newest days.
  v1::TrainModelRequest again = SequenceRequest();
  again.set_request_id("again");
  const v1::TrainModelResponse second = shop.Train(again);
  INFO(second.ShortDebugString());
  CHECK(second.publications(0).outcome() == v1::Publication::OUTCOME_NOT_WORSE);
  CHECK(second.publications(0).value() == second.publications(0).serving_value());
  CHECK(second.publications(0).customer_count() == kWalkers);
  CHECK(shop.Next("c1").models(0) == second.model());

  // A bundle of another task under its name is refused with the reason, and the old one goes on.
  const std::filesystem::path models = shop.service.folder.path() / "models";
  v1::TrainModelRequest factors;
  factors.mutable_factorization()->set_factors(4);
  const std::string factorization = shop.Train(factors).model();
  std::filesystem::copy(models / factorization, models / "recommend-sequence" / "99990101000000",
                        std::filesystem::copy_options::recursive);
  CHECK(testing::Eventually(std::chrono::seconds(20), [&] {
    return VersionOf(shop.client, "recommend-sequence/99990101000000").state() ==
           model::v1::ModelVersion::STATE_REJECTED;
  }));
  CHECK_FALSE(VersionOf(shop.client, "recommend-sequence/99990101000000").reject_reason().empty());
  CHECK(shop.Next("c1").models(0) == second.model());
}

TEST_CASE("a hybrid learns from the sequence where it helps, and says what it was compared by") {
  RingOfItems shop;
  v1::TrainModelRequest request;
  request.mutable_hybrid()->mutable_factorization()->set_factors(4);
  request.mutable_hybrid()->mutable_factorization()->set_epochs(5);
  request.mutable_hybrid()->mutable_sequence()->set_epochs(60);
  request.mutable_hybrid()->set_held_out_days(10);
  const v1::TrainModelResponse trained = shop.Train(request);
  INFO(trained.ShortDebugString());
  CHECK(shop.total_steps == 70);
  REQUIRE(trained.publications_size() == 3);
  CHECK(trained.publications(1).model().rfind("recommend-sequence/", 0) == 0);
  CHECK(trained.publications(2).model() == trained.model());
  CHECK(trained.metrics().contains("sequence_ndcg"));
  CHECK(trained.metrics().contains("factorization_rmse"));
  REQUIRE(trained.metrics().contains("ndcg_with_sequence"));
  const bool helps =
      trained.metrics().at("ndcg_with_sequence") > trained.metrics().at("ndcg_without_sequence");
  v1::RecommendResponse list;
  v1::RecommendRequest wanted;
  wanted.set_customer("customers/c0");
  wanted.set_include_trace(true);
  REQUIRE(testing::Eventually(std::chrono::seconds(30), [&] {
    list.Clear();
    return shop.client.Call(&v1::RecommendService::Stub::Recommend, wanted, &list).ok() &&
           list.strategy() == v1::STRATEGY_HYBRID;
  }));
  const bool asked = std::any_of(list.trace().begin(), list.trace().end(), [](const auto& stage) {
    return stage.stage() == "candidates/sequence";
  });
  CHECK(asked == helps);
  CHECK(list.models_size() == (helps ? 3 : 2));
  CHECK(shop.Session({StepId(2)}).strategy() == v1::STRATEGY_HYBRID);
}

TEST_CASE("a training of a sequence is cancelled at its next step, and leaves nothing behind") {
  RingOfItems shop;
  google::longrunning::Operation operation;
  REQUIRE(
      shop.client.Call(&v1::RecommendService::Stub::TrainModel, SequenceRequest(500), &operation)
          .ok());
  const auto completed = [&] {
    v1::TrainModelMetadata metadata;
    return shop.client.GetOperation(operation.name()).metadata().UnpackTo(&metadata)
               ? metadata.completed_steps()
               : 0;
  };
  REQUIRE(testing::Eventually(std::chrono::seconds(60), [&] { return completed() > 0; }));
  grpc::ClientContext context;
  google::longrunning::CancelOperationRequest cancel;
  cancel.set_name(operation.name());
  google::protobuf::Empty empty;
  REQUIRE(shop.client.operations->CancelOperation(&context, cancel, &empty).ok());
  const auto done = shop.Done(operation.name());
  CHECK(done.has_error());
  CHECK(VersionOf(shop.client, "recommend-sequence").model().empty());
  // Nobody has to wait for its end.
  CHECK(shop.Train(SequenceRequest(2)).model().rfind("recommend-sequence/", 0) == 0);
}

}  // namespace
}  // namespace clientele::recommend
