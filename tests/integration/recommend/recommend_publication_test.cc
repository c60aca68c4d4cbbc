// What a training makes is compared with what serves, through the service.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clientele/model/v1/model_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "services/recommend-service/server.h"
#include "tests/integration/recommend/running_service.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend {
namespace {

constexpr int kKinds = 6;
constexpr int kItemsOfKind = 10;
constexpr int kCustomers = 120;

// Customers of six kinds: five things of their kind early, two others in the newest days.
void FillShop(RunningService& service, Client& client) {
  for (int i = 0; i < kKinds * kItemsOfKind; ++i) {
    REQUIRE(client.CreateItem("i" + std::to_string(100 + i)).ok());
  }
  int line = 0;
  for (int u = 0; u < kCustomers; ++u) {
    for (int k = 0; k < 7; ++k) {
      ++line;
      const int item = u % kKinds * kItemsOfKind + (u / kKinds * 3 + k * 7) % kItemsOfKind;
      service.profiles.AppendEvent(
          "c" + std::to_string(u), "e" + std::to_string(line), profile::v1::EVENT_TYPE_PURCHASE,
          "i" + std::to_string(100 + item), 1'600'000'000 + line + (k < 5 ? 0 : 30 * 86400));
    }
  }
  const auto bought = [&] {
    std::int64_t all = 0;
    for (int i = 0; i < kKinds * kItemsOfKind; ++i) {
      all += client.Purchases("i" + std::to_string(100 + i));
    }
    return all;
  };
  REQUIRE(testing::Eventually(std::chrono::seconds(30),
                              [&] { return bought() == std::int64_t{7} * kCustomers; }));
}

v1::TrainModelResponse TrainWith(Client& client, int factors, int epochs, bool anyway = false) {
  v1::TrainModelRequest request;
  request.mutable_factorization()->set_factors(factors);
  request.mutable_factorization()->set_epochs(epochs);
  request.set_publish_anyway(anyway);
  google::longrunning::Operation operation;
  REQUIRE(client.Call(&v1::RecommendService::Stub::TrainModel, request, &operation).ok());
  REQUIRE(testing::Eventually(std::chrono::seconds(60),
                              [&] { return client.GetOperation(operation.name()).done(); }));
  v1::TrainModelResponse trained;
  const auto done = client.GetOperation(operation.name());
  INFO(done.ShortDebugString());
  REQUIRE(done.response().UnpackTo(&trained));
  REQUIRE(trained.publications_size() == 1);
  CHECK(trained.publications(0).model() == trained.model());
  return trained;
}

TEST_CASE("a training that is worse than what serves is kept aside, unless it is wanted anyway") {
  using model::v1::ModelVersion;
  RunningService service;
  auto server = service.StartServing();
  Client client(*server);
  FillShop(service, client);

  const v1::TrainModelResponse good = TrainWith(client, 12, 10);
  CHECK(good.publications(0).outcome() == v1::Publication::OUTCOME_NOTHING_SERVED);
  CHECK(VersionOf(client, good.model()).state() == ModelVersion::STATE_SERVING);
  CHECK(client.Recommend("c0").strategy() == v1::STRATEGY_FACTORIZATION);

  const v1::TrainModelResponse worse = TrainWith(client, 2, 1);
  INFO(worse.ShortDebugString());
  const v1::Publication& kept = worse.publications(0);
  CHECK(kept.outcome() == v1::Publication::OUTCOME_KEPT_ASIDE);
  CHECK(kept.serving_model() == good.model());
  CHECK(kept.metric() == "ndcg_at_10");
  CHECK(kept.value() < kept.serving_value());
  CHECK(kept.customer_count() == kCustomers);
  CHECK(kept.measured_since().seconds() > 1'600'000'000);
  const ModelVersion listed = VersionOf(client, worse.model());
  CHECK(listed.state() == ModelVersion::STATE_KEPT_ASIDE);
  CHECK(listed.reject_reason() == kept.reason());
  CHECK(VersionOf(client, good.model()).state() == ModelVersion::STATE_SERVING);
  // The customers' trained factors are still those of the model that serves.
  const v1::RecommendResponse after = client.Recommend("c0");
  CHECK(after.strategy() == v1::STRATEGY_FACTORIZATION);
  CHECK(after.models(0) == good.model());

  const v1::TrainModelResponse again = TrainWith(client, 12, 10);
  CHECK(again.publications(0).outcome() == v1::Publication::OUTCOME_NOT_WORSE);
  CHECK(VersionOf(client, again.model()).state() == ModelVersion::STATE_SERVING);

  const v1::TrainModelResponse forced = TrainWith(client, 2, 1, /*anyway=*/true);
  CHECK(forced.publications(0).outcome() == v1::Publication::OUTCOME_PUBLISHED_ANYWAY);
  CHECK(VersionOf(client, forced.model()).state() == ModelVersion::STATE_SERVING);
  CHECK(client.Recommend("c0").models(0) == forced.model());
}

TEST_CASE("a schedule trains by itself, once for all replicas, and not again after a restart") {
  RunningService service;
  testing::FakeClock clock(absl::Now());
  ServerOptions options = service.Options();
  options.host.clock = &clock;
  options.train_every = absl::Hours(24);
  options.scheduled_training.factors = 4;
  options.scheduled_training.epochs = 2;
  auto one = service.Start(options);
  auto two = service.Start(options);
  REQUIRE(testing::Eventually(std::chrono::seconds(20),
                              [&] { return one->serving() && two->serving(); }));
  auto client = std::make_unique<Client>(*one);
  // Of all trainings that have ended.
  const auto ended = [&] {
    grpc::ClientContext context;
    google::longrunning::ListOperationsRequest request;
    request.set_name("services/recommend");
    google::longrunning::ListOperationsResponse listed;
    REQUIRE(client->operations->ListOperations(&context, request, &listed).ok());
    int count = 0;
    for (const auto& operation : listed.operations()) {
      count += operation.done() && operation.has_response() ? 1 : 100;
    }
    return count;
  };
  REQUIRE(client->CreateItem("mug").ok());
  CHECK(ended() == 0);  // there is nothing to learn from
  service.profiles.AppendEvent("c", "e", profile::v1::EVENT_TYPE_PURCHASE, "mug", 1'600'000'000);
  REQUIRE(testing::Eventually(std::chrono::seconds(40), [&] { return ended() == 1; }));

  client.reset();
  one.reset();
  two.reset();
  one = service.Start(options);
  client = std::make_unique<Client>(*one);
  REQUIRE(testing::Eventually(std::chrono::seconds(20), [&] { return one->serving(); }));
  CHECK(ended() == 1);
  clock.Advance(absl::Hours(25));
  REQUIRE(testing::Eventually(std::chrono::seconds(40), [&] { return ended() == 2; }));
}

TEST_CASE("a schedule that cannot be kept is refused at the start") {
  RunningService service;
  ServerOptions options = service.Options();
  options.train_every = absl::Hours(24);
  SECTION("no key") { options.signing_key_file.clear(); }
  SECTION("impossible options") { options.scheduled_training.factors = 1; }
  SECTION("too often") { options.train_every = absl::Milliseconds(1); }
  CHECK(absl::IsInvalidArgument(Server::Create(options).status()));
}

}  // namespace
}  // namespace clientele::recommend
