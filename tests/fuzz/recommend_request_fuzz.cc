// Requests to recommend-service, from the wire to its handlers and back, over stores in memory.
#include <cstddef>
#include <cstdint>

#include "clientele/recommend/v1/recommend_service.pb.h"

#include "common/rpc/resource_name.h"
#include "services/recommend-service/rpc/item_conversion.h"
#include "services/recommend-service/rpc/recommend_conversion.h"
#include "services/recommend-service/rpc/recommend_rpc.h"
#include "tests/contract/recommend/memory_experiments.h"
#include "tests/contract/recommend/memory_interactions.h"
#include "tests/contract/recommend/memory_predictions.h"
#include "tests/contract/recommend/memory_stores.h"
#include "tests/fuzz/script_runner.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_operations.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

// Of a folder that is empty.
class NoArchive final : public ModelArchive {
 public:
  absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenFactorization(
      absl::string_view) override {
    return absl::FailedPreconditionError("gone");
  }
  absl::StatusOr<std::shared_ptr<const RankerVersion>> OpenRanker(absl::string_view) override {
    return absl::FailedPreconditionError("gone");
  }
  absl::StatusOr<std::shared_ptr<const SequenceModel>> OpenSequence(absl::string_view) override {
    return absl::FailedPreconditionError("gone");
  }
};

struct Service {
  Service(rpc::Dispatcher* dispatcher, const Clock* clock)
      : item_store(clock),
        catalog(&item_store),
        items(&item_store, &catalog),
        interactions(&interaction_store, &item_store, clock),
        recommender(&catalog, &models, &interaction_store, clock),
        predictions(&recommender, &prediction_store, &archive, clock),
        audiences(recommender.views(), &interaction_store, &consent, clock),
        experiment_store(clock),
        experiments(&experiment_store, clock),
        rpc(dispatcher,
            {&items, &interactions, &recommender, &predictions, &audiences, &experiments},
            &operations) {
    models.current = std::make_shared<FakeCollaborativeModel>(
        std::vector<std::string>{"mug", "lamp"}, std::vector<float>{1, 0, 0, 1},
        std::vector<float>{0, 0}, 0);
  }

  testing::MemoryItems item_store;
  testing::MemoryInteractions interaction_store;
  clientele::testing::MemoryOperations operations;
  FakeCollaborativeModels models;
  Catalog catalog;
  Items items;
  Interactions interactions;
  Recommender recommender;
  testing::MemoryPredictions prediction_store;
  NoArchive archive;
  Predictions predictions;
  UnknownConsent consent;
  Audiences audiences;
  testing::MemoryExperiments experiment_store;
  Experiments experiments;
  RecommendRpc rpc;
};

void CheckPart(const google::protobuf::Message& part) {
  if (const auto* item = dynamic_cast<const v1::Item*>(&part)) {
    // What the service tells of an item, it also takes.
    const auto id = rpc::ParseResourceName("items/{}", item->name(), "name");
    fuzz::Require(id.ok(), "an item has a name");
    const auto taken = FromProto(*item, *id);
    fuzz::Require(taken.ok(), "an item's times are times");
    v1::Item again = ToProto(*taken);
    if (item->has_create_time()) *again.mutable_create_time() = item->create_time();
    if (item->has_update_time()) *again.mutable_update_time() = item->update_time();
    fuzz::Require(fuzz::BytesOf(again) == fuzz::BytesOf(part), "an item converts back");
  } else if (const auto* list = dynamic_cast<const v1::RecommendResponse*>(&part)) {
    fuzz::Require(list->recommendations_size() <= kMaxResults, "recommendations are bounded");
    for (const v1::Recommendation& one : list->recommendations()) {
      fuzz::Require(one.reasons_size() > 0, "a recommendation has a reason");
      fuzz::Require(one.explanations_size() > 0, "a recommendation has an explanation");
    }
  }
}

fuzz::ScriptRunner<RecommendRpc> MakeRunner() {
  fuzz::ScriptRunner<RecommendRpc> runner;
  runner.Add("CreateItem", &RecommendRpc::CreateItem)
      .Add("BatchCreateItems", &RecommendRpc::BatchCreateItems)
      .Add("GetItem", &RecommendRpc::GetItem)
      .Add("ListItems", &RecommendRpc::ListItems)
      .Add("UpdateItem", &RecommendRpc::UpdateItem)
      .Add("DeleteItem", &RecommendRpc::DeleteItem)
      .Add("BatchCheckItems", &RecommendRpc::BatchCheckItems)
      .Add("BatchCreateAnonymousInteractions", &RecommendRpc::BatchCreateAnonymousInteractions)
      .Add("GetItemStatistics", &RecommendRpc::GetItemStatistics)
      .Add("Recommend", &RecommendRpc::Recommend)
      .Add("RankItems", &RecommendRpc::RankItems)
      .Add("SimilarItems", &RecommendRpc::SimilarItems)
      .Add("ExplainRecommendation", &RecommendRpc::ExplainRecommendation)
      .Add("ReplayPrediction", &RecommendRpc::ReplayPrediction)
      .Add("ListAudience", &RecommendRpc::ListAudience)
      .Add("RecordFeedback", &RecommendRpc::RecordFeedback)
      .Add("CreateExperiment", &RecommendRpc::CreateExperiment)
      .Add("GetExperiment", &RecommendRpc::GetExperiment)
      .Add("ListExperiments", &RecommendRpc::ListExperiments)
      .Add("StopExperiment", &RecommendRpc::StopExperiment)
      .Add("GetExperimentReport", &RecommendRpc::GetExperimentReport)
      .Add("TrainModel", &RecommendRpc::TrainModel);
  return runner;
}

}  // namespace
}  // namespace clientele::recommend

const clientele::fuzz::CallScript& clientele::fuzz::TargetScript() {
  static const CallScript script(
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          recommend::v1::RecommendService::service_full_name()));
  return script;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele;
  static const testing::FakeClock clock;
  static auto& worker =
      *new fuzz::OneWorker(recommend::v1::RecommendService::service_full_name(), &clock);
  static const auto runner = recommend::MakeRunner();
  const auto script = fuzz::TargetScript().Parse({reinterpret_cast<const char*>(data), size});
  recommend::Service service(worker.dispatcher(), &clock);
  runner.Run(*script, worker, service.rpc, recommend::CheckPart);
  return 0;
}
