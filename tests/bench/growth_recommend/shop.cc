#include "tests/bench/growth_recommend/shop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>

#include <ATen/ATen.h>
#include <grpcpp/grpcpp.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/manifest.h"
#include "common/modeling/trees/tree_ensemble.h"
#include "common/modeling/trees/tree_module.h"
#include "common/rpc/credentials.h"
#include "common/training/bundle_publisher.h"
#include "services/recommend-service/core/candidates/item_links.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/core/training/training.h"
#include "services/recommend-service/store/interactions/pg_interaction_store.h"
#include "services/recommend-service/store/training/pg_training_store.h"
#include "services/recommend-service/training/factorization_publisher.h"
#include "services/recommend-service/training/hybrid/ranker_publisher.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/eventually.h"

namespace clientele::recommend {
namespace {

using bench::Require;
using bench::Seconds;
using bench::Time;

constexpr std::int64_t kShopFactors = 32;
constexpr std::int64_t kLinks = 100;
constexpr int kItemsOfImport = 1000;
constexpr int kWords = 20'000;
constexpr int kTrees = 100;
constexpr int kTreeDepth = 5;

// Five words, the k-th of all with a probability that falls as 1 / k (Zipf).
std::string TitleOf(int item) {
  std::mt19937 random(static_cast<unsigned>(item));
  std::uniform_real_distribution<double> logarithm(0, std::log(kWords));
  std::string title;
  for (int i = 0; i < 5; ++i) {
    absl::StrAppend(&title, i == 0 ? "" : " ", "word",
                    static_cast<int>(std::exp(logarithm(random))));
  }
  return title;
}

// A full tree over all features.
std::vector<modeling::RawTreeNode> RandomTree(std::size_t features, std::mt19937& random) {
  std::vector<modeling::RawTreeNode> nodes((std::size_t{2} << kTreeDepth) - 1);
  const std::size_t splits = nodes.size() / 2;
  std::normal_distribution<double> normal(0, 1);
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    modeling::RawTreeNode& node = nodes[at];
    node.cover = 1;
    if (at >= splits) {
      node.value = 0.1 * normal(random);
      continue;
    }
    node.left = static_cast<std::int64_t>(2 * at + 1);
    node.right = static_cast<std::int64_t>(2 * at + 2);
    node.feature = static_cast<std::int64_t>(random() % features);
    node.rule = inference::kFloatLess;
    node.threshold = std::exp(normal(random));
  }
  return nodes;
}

constexpr char kRankerMethods[] = R"(
def forward(self, features: Tensor) -> Tensor:
    return self.trees.forward(features)[1].squeeze(1)
)";

}  // namespace

std::string ItemId(int number) {
  return absl::StrCat("i",
                      absl::Hex(static_cast<std::uint32_t>(number) * 2654435761U, absl::kZeroPad8));
}

ServerOptions Shop::options() const {
  ServerOptions options;
  options.host.service_name = "recommend-service";
  options.host.metrics_port = -1;
  options.database.url_file = (folder_.path() / "url").string();
  options.models.model_dir = (folder_.path() / "models").string();
  options.models.public_key_file = (folder_.path() / "key.pub").string();
  options.models.refresh_interval = absl::Milliseconds(100);
  return options;
}

Shop::Shop() {
  Require(MigrateSchema(*pool_));
  Require(crypto::GenerateSigningKeyFiles(folder_.path() / "key", folder_.path() / "key.pub"));
  folder_.Write("url", database_.conninfo());
  server_ = Require(Server::Create(options()));
  stub_ = v1::RecommendService::NewStub(
      grpc::CreateChannel(server_->target(), rpc::MakeChannelCredentials()));
  Await([&] { return server_->serving(); });
}

double Shop::ImportItems(int count) {
  double best = std::numeric_limits<double>::infinity();
  for (int done = 0; done < count; done += kItemsOfImport) {
    v1::BatchCreateItemsRequest request;
    for (int i = 0; i < std::min(kItemsOfImport, count - done); ++i) {
      v1::Item& item = *request.add_items();
      item.set_name("items/" + ItemId(items_++));
      item.set_title(TitleOf(items_));
      item.set_category(absl::StrCat("category-", items_ % 20));
    }
    grpc::ClientContext context;
    v1::BatchCreateItemsResponse response;
    const double start = Seconds(Time::kWall);
    Require(stub_->BatchCreateItems(&context, request, &response));
    best = std::min(best, Seconds(Time::kWall) - start);
  }
  return best;
}

void Shop::Buy(const std::string& customer, int purchases) {
  changefeed::ChangeBatch batch;
  std::mt19937 random(static_cast<unsigned>(customers_.size()));
  for (int i = 0; i < purchases; ++i) {
    changefeed::Change change;
    change.kind = changefeed::Change::Kind::kEvent;
    change.customer_id = customer;
    change.event.event_id = absl::StrCat("e", i);
    change.event.type = changefeed::EventKind::kPurchase;
    change.event.event_time = absl::FromUnixSeconds(1'600'000'000 + i);
    change.event.item_id = ItemId(static_cast<int>(random() % static_cast<unsigned>(items_)));
    batch.changes.push_back(std::move(change));
  }
  const std::string cursor = Require(sink_.LoadCursor());
  batch.cursor = cursor + "+";
  Require(sink_.Apply(cursor, batch));
  customers_.push_back(customer);
}

void Shop::Train() {
  TrainingSet set;
  for (int i = 0; i < items_; ++i) set.item_ids.push_back(ItemId(i));
  std::sort(set.item_ids.begin(), set.item_ids.end());
  set.customer_ids = customers_;
  for (const std::string& customer : customers_) {
    set.customer_revisions.push_back(
        Require(PgInteractionStore(pool_.get()).History({}, customer, {})).revision);
  }
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.3F);
  const auto fill = [&](std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = normal(random);
    return values;
  };
  Factorization model;
  model.dimension = kShopFactors;
  model.implicit_loss_weights.unobserved_weight = 0.2;
  model.item_factors = fill(set.item_ids.size() * kShopFactors);
  model.item_biases = fill(set.item_ids.size());
  model.customer_factors = fill(customers_.size() * kShopFactors);
  model.customer_biases = fill(customers_.size());
  PgTrainingStore store(pool_.get());
  FactorizationPublisher publisher(folder_.path() / "models",
                                   Require(crypto::SigningKey::FromFile(folder_.path() / "key")),
                                   SystemClock::Get());
  ItemLinks links = NoLinks("item-item", static_cast<std::int64_t>(set.item_ids.size()), kLinks);
  for (std::int32_t& target : links.targets) {
    target = static_cast<std::int32_t>(random() % set.item_ids.size());
  }
  links.weights = std::vector<float>(links.targets.size(), 0.5F);
  model.links = {std::move(links)};
  const auto turn = Require(store.BeginTraining({}, "growth"));
  const ModelIdentity identity{Require(publisher.NextModelId()), turn->training_id()};
  Require(store.SaveCustomerFactors({}, identity, "", set, model));
  Require(publisher.Publish(identity, set, {}, model, {}));
  Await([&] { return Recommend(customers_.front()).strategy() == v1::STRATEGY_FACTORIZATION; });
}

void Shop::TrainRanker() {
  std::mt19937 random(5);
  modeling::TreeEnsemble ensemble;
  ensemble.features = RankingFeatureNames();
  ensemble.base = {0};
  for (int tree = 0; tree < kTrees; ++tree) {
    Require(modeling::AppendTree(RandomTree(ensemble.features.size(), random), 0, ensemble));
  }
  torch::jit::Module module("Ranker");
  module.register_module("trees", modeling::MakeTreeModule(ensemble));
  module.define(kRankerMethods);
  module.eval();
  const auto width = static_cast<std::int64_t>(ensemble.features.size());
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_RANKER);
  inference::AddSpec(*manifest.mutable_inputs(), "features", model::v1::DATA_TYPE_FLOAT32,
                     {-1, width});
  inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  (*manifest.mutable_settings())["features"] = absl::StrJoin(ensemble.features, ",");
  const training::BundlePublisher bundles(
      folder_.path() / "models", Require(crypto::SigningKey::FromFile(folder_.path() / "key")),
      SystemClock::Get());
  Require(bundles.Publish(Require(bundles.ReserveVersion(kRankerBundleName)), module, manifest, {},
                          {at::ones({4, width})}));
  Await([&] { return Recommend(customers_.front()).strategy() == v1::STRATEGY_HYBRID; });
}

v1::RecommendResponse Shop::Recommend(const std::string& customer) {
  v1::RecommendRequest request;
  request.set_customer("customers/" + customer);
  grpc::ClientContext context;
  v1::RecommendResponse response;
  Require(stub_->Recommend(&context, request, &response));
  return response;
}

void Shop::Create() {
  v1::CreateItemRequest request;
  request.set_item_id(ItemId(items_++));
  request.mutable_item()->set_title("A new item");
  grpc::ClientContext context;
  v1::Item item;
  Require(stub_->CreateItem(&context, request, &item));
}

void Shop::UpdateAndRecommend() {
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/" + ItemId(updated_++));
  request.mutable_item()->set_title("Another title");
  grpc::ClientContext context;
  v1::Item item;
  Require(stub_->UpdateItem(&context, request, &item));
  Recommend(customers_.front());
}

void Await(const std::function<bool()>& condition) {
  if (testing::Eventually(std::chrono::minutes(1), condition)) return;
  Require(absl::DeadlineExceededError("the service does not get ready"));
}

}  // namespace clientele::recommend
