// The hybrid recommender through its service: trained on the service's own interactions, served,
// traced.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/status/error_details.h"
#include "services/recommend-service/server.h"
#include "tests/integration/recommend/running_service.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"

namespace clientele::recommend {
namespace {

// Ten mugs, ten lamps, and eighty customers of two kinds: four things of theirs early, two more
// twenty days later.
struct TwoKinds {
  TwoKinds() {
    for (int i = 0; i < 10; ++i) {
      REQUIRE(client.CreateItem("mug-" + std::to_string(i), "kitchen").ok());
      REQUIRE(client.CreateItem("lamp-" + std::to_string(i), "light").ok());
    }
    int line = 0;
    for (int u = 0; u < 80; ++u) {
      const std::string kind = u % 2 == 0 ? "mug-" : "lamp-";
      service.profiles.AppendCreation("c" + std::to_string(u));
      for (int k = 0; k < 6; ++k) {
        ++line;
        service.profiles.AppendEvent("c" + std::to_string(u), "e" + std::to_string(line),
                                     profile::v1::EVENT_TYPE_PURCHASE,
                                     kind + std::to_string((u * 3 + k * k) % 10),
                                     1'600'000'000 + line + (k < 4 ? 0 : 20 * 86400));
      }
    }
    REQUIRE(testing::Eventually(std::chrono::seconds(20), [&] { return Bought() == 480; }));
  }

  std::int64_t Bought() {
    std::int64_t all = 0;
    for (int i = 0; i < 10; ++i) {
      all += client.Purchases("mug-" + std::to_string(i));
      all += client.Purchases("lamp-" + std::to_string(i));
    }
    return all;
  }
  v1::TrainModelResponse Train(const v1::TrainModelRequest& request) {
    google::longrunning::Operation operation;
    const absl::Status queued =
        client.Call(&v1::RecommendService::Stub::TrainModel, request, &operation);
    INFO(queued);
    REQUIRE(queued.ok());
    REQUIRE(testing::Eventually(std::chrono::seconds(120),
                                [&] { return client.GetOperation(operation.name()).done(); }));
    const auto done = client.GetOperation(operation.name());
    INFO(done.ShortDebugString());
    v1::TrainModelResponse trained;
    REQUIRE(done.response().UnpackTo(&trained));
    return trained;
  }

  RunningService service;
  std::unique_ptr<Server> server = service.StartServing();
  Client client{*server};
};

v1::TrainModelRequest HybridTraining() {
  v1::TrainModelRequest request;
  request.mutable_hybrid()->mutable_factorization()->set_factors(4);
  request.mutable_hybrid()->mutable_factorization()->set_epochs(5);
  request.mutable_hybrid()->set_held_out_days(10);
  return request;
}

TEST_CASE("a hybrid is trained on the past, and then answers with a trace of its stages") {
  TwoKinds shop;
  Client& client = shop.client;
  const v1::TrainModelResponse trained = shop.Train(HybridTraining());
  CHECK(trained.model().rfind("recommend-ranker/", 0) == 0);
  CHECK(trained.metrics().contains("log_loss"));
  CHECK(trained.metrics().contains("factorization_rmse"));
  // Of the ranker: what was before the held-out days.
  CHECK(trained.interaction_count() == 320);

  v1::RecommendRequest wanted;
  wanted.set_customer("customers/c0");
  wanted.set_include_trace(true);
  v1::RecommendResponse list;
  REQUIRE(testing::Eventually(std::chrono::seconds(30), [&] {
    list.Clear();
    return client.Call(&v1::RecommendService::Stub::Recommend, wanted, &list).ok() &&
           list.strategy() == v1::STRATEGY_HYBRID && list.models_size() == 2;
  }));
  CHECK(list.models(1) == trained.model());
  REQUIRE(list.recommendations_size() > 0);
  CHECK(list.recommendations(0).category() == "kitchen");
  CHECK(list.recommendations(0).explanations(0).hybrid().sources_size() >= 3);
  CHECK(list.recommendations(0).reasons_size() > 0);
  CHECK(list.trace(0).stage() == "history");
  CHECK(list.trace_size() >= 8);

  // Another kind of answer on request.
  wanted.set_method(v1::RECOMMENDATION_METHOD_FOLD_IN);
  REQUIRE(client.Call(&v1::RecommendService::Stub::Recommend, wanted, &list).ok());
  CHECK(list.strategy() == v1::STRATEGY_FOLD_IN);
  CHECK(list.trace().empty());

  // Of each model it is said what became of it; the same recipe is not worse than itself.
  REQUIRE(trained.publications_size() == 2);
  CHECK(trained.publications(0).model().rfind("factorization/", 0) == 0);
  CHECK(trained.publications(1).model() == trained.model());
  CHECK(trained.publications(1).outcome() == v1::Publication::OUTCOME_NOTHING_SERVED);
  v1::TrainModelRequest again = HybridTraining();
  again.set_request_id("again");
  const v1::TrainModelResponse second = shop.Train(again);
  REQUIRE(second.publications_size() == 2);
  CHECK(second.publications(1).serving_model() == trained.model());
  for (const v1::Publication& one : second.publications()) {
    CHECK(one.outcome() == v1::Publication::OUTCOME_NOT_WORSE);
    CHECK(one.customer_count() == 80);
    CHECK(one.value() > 0);
    CHECK(one.value() == one.serving_value());
  }
}

TEST_CASE("a recorded list is computed again after a newer version took its model's place") {
  TwoKinds shop;
  Client& client = shop.client;
  v1::TrainModelRequest request;
  request.mutable_factorization()->set_factors(4);
  request.mutable_factorization()->set_epochs(5);
  const std::string first = shop.Train(request).model();
  v1::RecommendRequest wanted;
  wanted.set_customer("customers/c0");
  wanted.set_record(true);
  const auto recommended_by = [&](const std::string& model) {
    v1::RecommendResponse list;
    REQUIRE(testing::Eventually(std::chrono::seconds(30), [&] {
      list.Clear();
      return client.Call(&v1::RecommendService::Stub::Recommend, wanted, &list).ok() &&
             list.models_size() > 0 && list.models(list.models_size() - 1) == model;
    }));
    REQUIRE_FALSE(list.prediction().empty());
    return list;
  };
  const auto replay = [&](const v1::RecommendResponse& list) {
    v1::ReplayPredictionRequest named;
    named.set_name(list.prediction());
    v1::ReplayPredictionResponse replayed;
    const absl::Status status =
        client.Call(&v1::RecommendService::Stub::ReplayPrediction, named, &replayed);
    INFO(status);
    REQUIRE(status.ok());
    CHECK(replayed.bit_exact());
    CHECK(replayed.strategy() == list.strategy());
    REQUIRE(replayed.scores_size() == list.recommendations_size());
    for (int i = 0; i < replayed.scores_size(); ++i) {
      CHECK(replayed.scores(i).item() == list.recommendations(i).item());
      CHECK(replayed.scores(i).replayed_score() == list.recommendations(i).score());
    }
    return replayed;
  };
  const v1::RecommendResponse by_factors = recommended_by(first);
  REQUIRE(by_factors.strategy() == v1::STRATEGY_FACTORIZATION);
  wanted.set_method(v1::RECOMMENDATION_METHOD_FOLD_IN);
  const v1::RecommendResponse folded_in = recommended_by(first);
  REQUIRE(folded_in.strategy() == v1::STRATEGY_FOLD_IN);

  // The second training's factors replace those of the first in the database.
  wanted.clear_method();
  const std::string ranker = shop.Train(HybridTraining()).model();
  const v1::RecommendResponse by_ranker = recommended_by(ranker);
  CHECK(by_ranker.models(0) != first);
  CHECK(replay(by_factors).models(0) == first);
  CHECK(replay(folded_in).models(0) == first);
  CHECK(replay(by_ranker).models(1) == ranker);

  // The operator's client asks for the same.
  const std::string program = testing::BinDir() + "/clientele";
  const auto list = testing::RunCommand({program, "recommend", "c0", "--gateway",
                                         shop.server->target(), "--hybrid", "--trace", "--record"});
  INFO(list.output);
  CHECK(list.output.find("found by    hybrid") != std::string::npos);
  CHECK(list.output.find("candidates/ease") != std::string::npos);
  const auto at = list.output.find("customers/c0/predictions/");
  REQUIRE(at != std::string::npos);
  const auto replayed = testing::RunCommand(
      {program, "replay", list.output.substr(at, list.output.find('\n', at) - at), "--gateway",
       shop.server->target()});
  INFO(replayed.output);
  CHECK(replayed.output.find("to the bit") != std::string::npos);

  // A version that the folder no longer has.
  std::filesystem::remove_all(shop.service.folder.path() / "models" / first);
  v1::ReplayPredictionRequest gone;
  gone.set_name(by_factors.prediction());
  v1::ReplayPredictionResponse nothing;
  const absl::Status status =
      client.Call(&v1::RecommendService::Stub::ReplayPrediction, gone, &nothing);
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(GetReason(status) == "MODEL_GONE");
}

}  // namespace
}  // namespace clientele::recommend
