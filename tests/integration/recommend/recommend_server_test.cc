#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/status/error_details.h"
#include "services/recommend-service/server.h"
#include "services/recommend-service/store/training/pg_training_store.h"
#include "tests/integration/recommend/running_service.h"
#include "tests/support/eventually.h"

namespace clientele::recommend {
namespace {

using std::chrono::seconds;
using testing::Eventually;
namespace profile_v1 = profile::v1;

std::set<std::string> ItemsOf(const v1::RecommendResponse& response) {
  std::set<std::string> items;
  for (const v1::Recommendation& r : response.recommendations()) items.insert(r.item());
  return items;
}

TEST_CASE("events of the feed are trained on, served, swapped and erased") {
  RunningService service;
  auto server = service.StartServing();
  Client client(*server);
  for (int i = 0; i < 10; ++i) {
    REQUIRE(client.CreateItem("mug-" + std::to_string(i), "kitchen").ok());
    REQUIRE(client.CreateItem("lamp-" + std::to_string(i), "light").ok());
  }
  // Own writes count at once.
  CHECK(client.Recommend("nobody").recommendations_size() == 20);
  CHECK(client.Recommend("nobody").strategy() == v1::STRATEGY_POPULAR);

  // Thirty customers who like mugs and thirty who like lamps, six of ten each.
  std::mt19937 random(7);
  std::set<std::string> bought_by_c0;
  int line = 0;
  for (int u = 0; u < 60; ++u) {
    std::vector<int> numbers(10);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::shuffle(numbers.begin(), numbers.end(), random);
    const std::string kind = u % 2 == 0 ? "mug-" : "lamp-";
    for (int k = 0; k < 6; ++k) {
      ++line;
      service.profiles.AppendEvent(
          "c" + std::to_string(u), "e" + std::to_string(line), profile_v1::EVENT_TYPE_PURCHASE,
          kind + std::to_string(numbers[static_cast<std::size_t>(k)]), 1'600'000'000 + line);
      if (u == 0)
        bought_by_c0.insert("items/" + kind + std::to_string(numbers[static_cast<std::size_t>(k)]));
    }
  }
  service.profiles.AppendEvent("c0", "last", profile_v1::EVENT_TYPE_VIEW, "lamp-9", 1'600'009'000);
  const auto bought = [&] {
    std::int64_t all = 0;
    for (int i = 0; i < 10; ++i) all += client.Purchases("mug-" + std::to_string(i));
    return all;
  };
  REQUIRE(Eventually(seconds(20), [&] { return bought() == 180; }));
  CHECK(client.Recommend("c0").strategy() == v1::STRATEGY_POPULAR);

  const auto queued = client.Train("train-1");
  CHECK(client.Train("train-1").name() == queued.name());
  REQUIRE(Eventually(seconds(60), [&] { return client.GetOperation(queued.name()).done(); }));
  const auto done = client.GetOperation(queued.name());
  v1::TrainModelResponse trained;
  INFO(done.ShortDebugString());
  REQUIRE(done.response().UnpackTo(&trained));
  CHECK(trained.interaction_count() == 361);
  CHECK(trained.metrics().contains("rmse"));
  v1::TrainModelMetadata progress;
  REQUIRE(done.metadata().UnpackTo(&progress));
  CHECK(progress.completed_steps() == 5);
  CHECK(progress.total_steps() == 5);
  CHECK(progress.has_start_time());
  CHECK(client.Recommend("c0").strategy() == v1::STRATEGY_FACTORIZATION);

  // Four mugs are left for c0: they come first, and nothing bought comes back.
  const v1::RecommendResponse list = client.Recommend("c0");
  CHECK(list.models(0) == trained.model());
  CHECK(list.recommendations_size() == 14);
  for (int i = 0; i < 4; ++i) CHECK(list.recommendations(i).category() == "kitchen");
  for (const v1::Recommendation& r : list.recommendations()) {
    REQUIRE(r.explanations_size() == 1);
    CHECK(r.explanations(0).model() == trained.model());
    const v1::FactorizationTerms& terms = r.explanations(0).factorization();
    CHECK(std::abs(r.score() - terms.global_mean() - terms.customer_bias() - terms.item_bias() -
                   terms.affinity()) < 1e-5);
    CHECK(r.reasons_size() > 0);
  }
  CHECK(list.recommendations(0).reasons(0).code() == "SIMILAR_TO_PURCHASE");
  for (const std::string& item : bought_by_c0) CHECK(ItemsOf(list).count(item) == 0);

  // A customer after the training is folded in; a purchase counts at once.
  for (int k = 1; k <= 5; ++k) {
    const std::string number = std::to_string(k);
    service.profiles.AppendEvent("late", "e" + number, profile_v1::EVENT_TYPE_PURCHASE,
                                 "lamp-" + number, 1'600'010'000 + k);
  }
  REQUIRE(Eventually(seconds(20), [&] { return ItemsOf(client.Recommend("late")).size() == 15; }));
  const v1::RecommendResponse folded = client.Recommend("late");
  CHECK(folded.strategy() == v1::STRATEGY_FOLD_IN);
  CHECK(folded.recommendations(0).category() == "light");
  CHECK(ItemsOf(folded).count("items/lamp-1") == 0);

  // What a customer of the training does since then counts too.
  CHECK(client.Recommend("c1").strategy() == v1::STRATEGY_FACTORIZATION);
  const double before = client.Recommend("c1").recommendations(0).score();
  for (int k = 0; k < 5; ++k) {
    service.profiles.AppendEvent("c1", "new-" + std::to_string(k), profile_v1::EVENT_TYPE_CART,
                                 "mug-" + std::to_string(k), 1'600'020'000 + k);
  }
  REQUIRE(Eventually(seconds(20),
                     [&] { return client.Recommend("c1").strategy() == v1::STRATEGY_FOLD_IN; }));
  const v1::RecommendResponse moved = client.Recommend("c1");
  CHECK(moved.recommendations(0).score() != before);
  // An item that is newer than the model is scored by what it says.
  REQUIRE(client.CreateItem("lamp-new", "light").ok());
  REQUIRE(Eventually(seconds(20), [&] {
    const v1::RecommendResponse list = client.Recommend("late");
    return std::any_of(list.recommendations().begin(), list.recommendations().end(),
                       [](const v1::Recommendation& r) {
                         return r.item() == "items/lamp-new" &&
                                r.explanations(0).factorization().estimated();
                       });
  }));

  // A second model takes over without a restart.
  const auto second = client.Train("train-2");
  CHECK(second.name() != queued.name());
  REQUIRE(Eventually(seconds(60), [&] { return client.GetOperation(second.name()).done(); }));
  REQUIRE(client.GetOperation(second.name()).response().UnpackTo(&trained));
  REQUIRE(Eventually(seconds(20), [&] {
    const v1::RecommendResponse now = client.Recommend("late");
    return now.strategy() == v1::STRATEGY_FACTORIZATION && now.models(0) == trained.model();
  }));

  // Erased with the customer.
  service.profiles.AppendDeletion("c0");
  REQUIRE(Eventually(seconds(20),
                     [&] { return client.Recommend("c0").strategy() == v1::STRATEGY_POPULAR; }));
  CHECK(bought() == 174);
}

TEST_CASE("another replica sees an item within a second, and the feed counts once for both") {
  RunningService service;
  auto one = service.StartServing();
  auto two = service.StartServing();
  Client first(*one), second(*two);
  REQUIRE(first.CreateItem("mug").ok());
  REQUIRE(
      Eventually(seconds(1), [&] { return second.Recommend("u").recommendations_size() == 1; }));
  for (int i = 0; i < 300; ++i) {
    service.profiles.AppendEvent("u", "e" + std::to_string(i), profile_v1::EVENT_TYPE_PURCHASE,
                                 "mug", 1'600'000'000 + i);
  }
  REQUIRE(Eventually(seconds(20), [&] { return second.Purchases("mug") == 300; }));
  CHECK(first.Purchases("mug") == 300);
  CHECK(second.Recommend("u").recommendations_size() == 0);
}

TEST_CASE("a service before its schema and its feed heals by itself") {
  RunningService service(/*migrated=*/false);
  const int port = service.profiles.port();
  service.profiles.Stop();
  auto server = service.Start();
  Client client(*server);
  CHECK(!server->serving());
  CHECK(!client.CreateItem("mug").ok());
  service.Migrate();
  REQUIRE(Eventually(seconds(20), [&] { return server->serving(); }));
  REQUIRE(client.CreateItem("mug").ok());
  service.profiles.Start(port);
  service.profiles.AppendEvent("u", "e", profile_v1::EVENT_TYPE_PURCHASE, "mug", 1'600'000'000);
  REQUIRE(Eventually(seconds(30), [&] { return client.Purchases("mug") == 1; }));
}

TEST_CASE("bad input is refused with the fields that are wrong") {
  RunningService service;
  auto server = service.StartServing();
  Client client(*server);
  REQUIRE(client.CreateItem("mug", "kitchen", "r-1").ok());
  CHECK(client.CreateItem("mug", "kitchen", "r-1").ok());
  CHECK(GetReason(client.CreateItem("cup", "kitchen", "r-1")) == reason::kRequestIdReused);
  CHECK(absl::IsAlreadyExists(client.CreateItem("mug")));
  CHECK(GetFieldViolations(client.CreateItem("not an id")).at(0).field == "item_id");

  v1::BatchCreateAnonymousInteractionsRequest lines;
  v1::BatchCreateAnonymousInteractionsResponse made;
  const auto create = [&] {
    return client.Call(&v1::RecommendService::Stub::BatchCreateAnonymousInteractions, lines, &made);
  };
  CHECK(absl::IsInvalidArgument(create()));
  v1::AnonymousInteraction& line = *lines.add_interactions();
  line.set_item("items/mug");
  line.set_interaction_id("l1");
  line.set_type(profile_v1::EVENT_TYPE_SEARCH);
  line.mutable_interaction_time()->set_seconds(1'600'000'000);
  line.set_quantity(std::numeric_limits<double>::quiet_NaN());
  REQUIRE(GetFieldViolations(create()).size() == 2);
  CHECK(GetFieldViolations(create()).at(0).field == "interactions[0].type");
  CHECK(GetFieldViolations(create()).at(1).field == "interactions[0].quantity");
  line.set_type(profile_v1::EVENT_TYPE_PURCHASE);
  line.set_quantity(1);
  line.mutable_interaction_time()->set_seconds(32'503'680'000);  // the year 3000
  CHECK(GetFieldViolations(create()).at(0).field == "interactions[0].interaction_time");
  line.mutable_interaction_time()->set_seconds(1'600'000'000);
  line.set_item("items/unknown");
  CHECK(GetFieldViolations(create()).at(0).field == "interactions[0].item");
  CHECK(client.Purchases("mug") == 0);
  line.set_item("items/mug");
  CHECK(create().ok());
  CHECK(client.Purchases("mug") == 1);

  v1::RecommendRequest recommend;
  v1::RecommendResponse list;
  recommend.set_customer("customers/");
  CHECK(absl::IsInvalidArgument(
      client.Call(&v1::RecommendService::Stub::Recommend, recommend, &list)));
  recommend.set_customer("customers/u");
  recommend.set_max_results(101);
  CHECK(absl::IsInvalidArgument(
      client.Call(&v1::RecommendService::Stub::Recommend, recommend, &list)));

  v1::TrainModelRequest train;
  train.mutable_factorization()->set_factors(257);
  google::longrunning::Operation operation;
  CHECK(GetFieldViolations(client.Call(&v1::RecommendService::Stub::TrainModel, train, &operation))
            .at(0)
            .field == "factorization.factors");
}

TEST_CASE("a training without interactions fails, and says why") {
  RunningService service;
  auto server = service.StartServing();
  Client client(*server);
  const auto queued = client.Train("t");
  REQUIRE(Eventually(seconds(30), [&] { return client.GetOperation(queued.name()).done(); }));
  CHECK(client.GetOperation(queued.name()).error().code() == 9);

  grpc::ClientContext context;
  google::longrunning::ListOperationsRequest request;
  request.set_name("services/recommend");
  google::longrunning::ListOperationsResponse listed;
  REQUIRE(client.operations->ListOperations(&context, request, &listed).ok());
  REQUIRE(listed.operations_size() == 1);
  CHECK(listed.operations(0).name() == queued.name());
  grpc::ClientContext unknown_context;
  google::longrunning::GetOperationRequest unknown;
  google::longrunning::Operation none;
  unknown.set_name("services/recommend/operations/00000000000000000000000000000000");
  CHECK(client.operations->GetOperation(&unknown_context, unknown, &none).error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a training beside another one fails, and names the one that runs") {
  RunningService service;
  auto server = service.StartServing();
  Client client(*server);
  const auto pool = service.database.Pool();
  PgTrainingStore elsewhere(pool.get());
  auto turn = elsewhere.BeginTraining({}, "services/recommend/operations/elsewhere");
  REQUIRE(turn.ok());
  const auto error_of = [&](const std::string& request_id) {
    const auto queued = client.Train(request_id);
    REQUIRE(Eventually(seconds(30), [&] { return client.GetOperation(queued.name()).done(); }));
    return client.GetOperation(queued.name()).error();
  };
  const auto refused = error_of("one");
  CHECK(refused.code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(refused.message().find("services/recommend/operations/elsewhere") != std::string::npos);
  turn->reset();
  CHECK(error_of("two").message().find("no interactions") != std::string::npos);
}

TEST_CASE("a training is waited for, cancelled where another replica runs it, and deleted") {
  RunningService service;
  auto server = service.StartServing();
  ServerOptions only_serves = service.Options();
  only_serves.signing_key_file.clear();
  auto another = service.Start(only_serves);
  REQUIRE(Eventually(seconds(20), [&] { return another->serving(); }));
  Client client(*server), elsewhere(*another);
  // Enough customers and passes that the training runs until it is stopped.
  constexpr int kItems = 200;
  for (int i = 0; i < kItems; ++i) REQUIRE(client.CreateItem("i" + std::to_string(i)).ok());
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    service.profiles.AppendEvent("c" + std::to_string(i % 2000), "e" + std::to_string(i),
                                 profile_v1::EVENT_TYPE_PURCHASE,
                                 "i" + std::to_string(random() % kItems), 1'600'000'000 + i);
  }
  const auto bought = [&] {
    std::int64_t all = 0;
    for (int i = 0; i < kItems; ++i) all += client.Purchases("i" + std::to_string(i));
    return all;
  };
  REQUIRE(Eventually(seconds(60), [&] { return bought() == 20'000; }));

  const std::string name = client.Train("long", 500).name();
  const auto progress = [&] {
    v1::TrainModelMetadata metadata;
    REQUIRE(client.GetOperation(name).metadata().UnpackTo(&metadata));
    return metadata.completed_steps();
  };
  REQUIRE(Eventually(seconds(60), [&] { return progress() > 0; }));
  google::protobuf::Empty empty;
  google::longrunning::DeleteOperationRequest remove;
  remove.set_name(name);
  const auto remove_it = [&] {
    grpc::ClientContext context;
    return elsewhere.operations->DeleteOperation(&context, remove, &empty).error_code();
  };
  CHECK(remove_it() == grpc::StatusCode::FAILED_PRECONDITION);
  {
    grpc::ClientContext context;
    google::longrunning::CancelOperationRequest cancel;
    cancel.set_name(name);
    REQUIRE(elsewhere.operations->CancelOperation(&context, cancel, &empty).ok());
  }
  google::longrunning::Operation waited;
  {
    grpc::ClientContext context;
    google::longrunning::WaitOperationRequest wait;
    wait.set_name(name);
    REQUIRE(elsewhere.operations->WaitOperation(&context, wait, &waited).ok());
  }
  INFO(waited.ShortDebugString());
  CHECK(waited.done());
  CHECK(waited.error().code() == grpc::StatusCode::CANCELLED);
  CHECK(client.Recommend("c0").strategy() == v1::STRATEGY_POPULAR);
  CHECK(remove_it() == grpc::StatusCode::OK);
  CHECK(remove_it() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("without a signing key the service does not train, and says how to") {
  RunningService service;
  ServerOptions options = service.Options();
  options.signing_key_file.clear();
  auto server = service.Start(options);
  Client client(*server);
  REQUIRE(Eventually(seconds(20), [&] { return server->serving(); }));
  google::longrunning::Operation operation;
  const absl::Status status =
      client.Call(&v1::RecommendService::Stub::TrainModel, v1::TrainModelRequest(), &operation);
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(GetReason(status) == "TRAINING_DISABLED");
}

}  // namespace
}  // namespace clientele::recommend
