// The hybrid recommender through its service: trained on the service's own interactions, served,
// traced.
#include <chrono>
#include <cstdint>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "services/recommend-service/server.h"
#include "tests/integration/recommend/running_service.h"
#include "tests/support/eventually.h"

namespace clientele::recommend {
namespace {

TEST_CASE("a hybrid is trained on the past, and then answers with a trace of its stages") {
  RunningService service;
  auto server = service.StartServing();
  Client client(*server);
  for (int i = 0; i < 10; ++i) {
    REQUIRE(client.CreateItem("mug-" + std::to_string(i), "kitchen").ok());
    REQUIRE(client.CreateItem("lamp-" + std::to_string(i), "light").ok());
  }
  // Eighty customers of two kinds: four things of theirs early, two more twenty days later.
  int line = 0;
  for (int u = 0; u < 80; ++u) {
    const std::string kind = u % 2 == 0 ? "mug-" : "lamp-";
    for (int k = 0; k < 6; ++k) {
      ++line;
      service.profiles.AppendEvent("c" + std::to_string(u), "e" + std::to_string(line),
                                   profile::v1::EVENT_TYPE_PURCHASE,
                                   kind + std::to_string((u * 3 + k * k) % 10),
                                   1'600'000'000 + line + (k < 4 ? 0 : 20 * 86400));
    }
  }
  const auto bought = [&] {
    std::int64_t all = 0;
    for (int i = 0; i < 10; ++i) {
      all += client.Purchases("mug-" + std::to_string(i));
      all += client.Purchases("lamp-" + std::to_string(i));
    }
    return all;
  };
  REQUIRE(testing::Eventually(std::chrono::seconds(20), [&] { return bought() == 480; }));

  v1::TrainModelRequest request;
  request.mutable_hybrid()->mutable_factorization()->set_factors(4);
  request.mutable_hybrid()->mutable_factorization()->set_epochs(5);
  request.mutable_hybrid()->set_held_out_days(10);
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
  request.set_request_id("again");
  REQUIRE(client.Call(&v1::RecommendService::Stub::TrainModel, request, &operation).ok());
  REQUIRE(testing::Eventually(std::chrono::seconds(120),
                              [&] { return client.GetOperation(operation.name()).done(); }));
  const auto again = client.GetOperation(operation.name());
  INFO(again.ShortDebugString());
  v1::TrainModelResponse second;
  REQUIRE(again.response().UnpackTo(&second));
  REQUIRE(second.publications_size() == 2);
  CHECK(second.publications(1).serving_model() == trained.model());
  for (const v1::Publication& one : second.publications()) {
    CHECK(one.outcome() == v1::Publication::OUTCOME_NOT_WORSE);
    CHECK(one.customer_count() == 80);
    CHECK(one.value() > 0);
    CHECK(one.value() == one.serving_value());
  }
}

}  // namespace
}  // namespace clientele::recommend
