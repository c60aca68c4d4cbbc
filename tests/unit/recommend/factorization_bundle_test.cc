#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <catch2/catch_approx.hpp>

#include "common/crypto/signing.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/model_handle.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/training/factorization_publisher.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// 2024-05-06 07:08:09 UTC.
const absl::Time kNow = absl::FromUnixSeconds(1714979289);

struct Published {
  Published() {
    set.customer_ids = {"secret-customer"};
    set.item_ids = {"cup", "lamp", "mug"};
    set.examples = {{0, 0, 1.0f, 0}};
    set.interaction_count = 1;
    set.newest = kNow - absl::Nanoseconds(1500);
    factorization.dimension = 2;
    factorization.mu = 0.5f;
    factorization.implicit_loss_weights = {0.25, 2, 3};
    factorization.item_factors = {1, 2, 3, 4, 5, 6};
    factorization.item_biases = {0.1f, 0.2f, 0.3f};
    factorization.customer_factors = {0.5f, 0.25f};
    factorization.customer_biases = {1};
    factorization.metrics = {{"rmse", 0.75}};
  }
  FactorizationPublisher Publisher() const { return {folder.path(), key, &clock}; }
  std::unique_ptr<CollaborativeModelHandle> Handle() const {
    auto handle = CollaborativeModelHandle::Create({.model_dir = folder.path(),
                                                    .name = kModelName,
                                                    .task = model::v1::TASK_COLLABORATIVE_FILTER,
                                                    .public_key = key.public_key(),
                                                    .runners = inference::TorchScriptRunner::Load,
                                                    .refresh_interval = absl::ZeroDuration()},
                                                   OpenCollaborativeModel);
    REQUIRE(handle.ok());
    return *std::move(handle);
  }

  testing::TemporaryFolder folder;
  testing::FakeClock clock{kNow};
  crypto::SigningKey key = crypto::SigningKey::Generate();
  TrainingSet set;
  Factorization factorization;
};

TEST_CASE("a published factorization is read back as it was") {
  Published published;
  const auto id = published.Publisher().NextModelId();
  REQUIRE(id.ok());
  CHECK(*id == "factorization/20240506070809");
  const absl::Status written =
      published.Publisher().Publish({*id, "t1"}, published.set, {}, published.factorization, {});
  INFO(written);
  REQUIRE(written.ok());

  const auto handle = published.Handle();
  BundleCollaborativeModels models(handle.get());
  const auto model = models.Current();
  REQUIRE(model != nullptr);
  CHECK(model->id() == *id);
  CHECK(model->identity().training_id == "t1");
  REQUIRE(model->histograms() != nullptr);
  CHECK(model->histograms()->features() == HistoryFeatureNames());
  REQUIRE(model->recipe().has_value());
  CHECK(model->recipe()->factors == kDefaultFactors);
  CHECK(model->recipe()->epochs == kDefaultEpochs);
  CHECK(model->recipe()->trained_until == published.set.newest);
  CHECK(model->item_ids() == published.set.item_ids);
  CHECK(model->dimension() == 2);
  CHECK(model->implicit_loss_weights().unobserved_weight == 0.25);
  CHECK(model->implicit_loss_weights().factor_penalty == 2);
  CHECK(model->implicit_loss_weights().bias_penalty == 3);

  CHECK(model->mu() == 0.5f);
  CHECK(model->item_factors() == absl::MakeConstSpan(published.factorization.item_factors));
  CHECK(model->item_biases() == absl::MakeConstSpan(published.factorization.item_biases));
}

TEST_CASE("links between items are read back as they were, and wrong ones are refused") {
  Published published;
  ItemLinks links = NoLinks("item-item", 3, 2);
  links.targets = {1, 2, 0, -1, -1, -1};
  links.weights = {0.5F, 0.25F, 0.5F, 0, 0, 0};
  ItemLinks ease = NoLinks("ease", 3, 1);
  ease.targets[2] = 0;
  ease.weights[2] = -0.125F;
  published.factorization.links = {links, ease};
  REQUIRE(published.Publisher()
              .Publish({"factorization/7", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  const auto handle = published.Handle();
  const auto model = BundleCollaborativeModels(handle.get()).Current();
  REQUIRE(model != nullptr);
  REQUIRE(model->links().size() == 2);
  CHECK(model->links()[0].source == "item-item");
  CHECK(model->links()[0].links_per_item == 2);
  CHECK(model->links()[0].targets == links.targets);
  CHECK(model->links()[0].weights == links.weights);
  CHECK(model->links()[1].source == "ease");
  CHECK(model->links()[1].weights == ease.weights);

  published.factorization.links[0].targets[0] = 3;
  REQUIRE(published.Publisher()
              .Publish({"factorization/8", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  CHECK_FALSE(handle->Refresh().ok());
  CHECK(handle->Current()->id() == "factorization/7");
}

TEST_CASE("a bundle carries its metrics and nothing of a customer") {
  Published published;
  REQUIRE(published.Publisher()
              .Publish({"factorization/7", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  const auto handle = published.Handle();
  REQUIRE(handle->Current() != nullptr);
  const auto bundle = inference::ModelBundle::Open(published.folder.path() / "factorization" / "7",
                                                   published.key.public_key());
  REQUIRE(bundle.ok());
  CHECK(bundle->manifest().metrics().at("rmse") == 0.75);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(published.folder.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    CHECK(content.find("secret-customer") == std::string::npos);
  }
}

TEST_CASE("a newer version takes over while the older one is in use") {
  Published published;
  REQUIRE(published.Publisher()
              .Publish({"factorization/7", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  const auto handle = published.Handle();
  BundleCollaborativeModels models(handle.get());
  const auto older = models.Current();
  CHECK(models.Current() == older);
  published.factorization.mu = 9;
  REQUIRE(published.Publisher()
              .Publish({"factorization/8", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  REQUIRE(handle->Refresh().ok());
  CHECK(models.Current()->id() == "factorization/8");
  CHECK(models.Current()->mu() == 9);
  CHECK(older->mu() == 0.5f);
}

TEST_CASE("a version is newer than those in the folder, and is written once") {
  Published published;
  REQUIRE(published.Publisher()
              .Publish({"factorization/30000101000000", "t1"}, published.set, {},
                       published.factorization, {})
              .ok());
  CHECK(*published.Publisher().NextModelId() == "factorization/30000101000001");
  CHECK(absl::IsAlreadyExists(published.Publisher().Publish(
      {"factorization/30000101000000", "t1"}, published.set, {}, published.factorization, {})));
}

TEST_CASE("a bundle signed with another key never serves") {
  Published published;
  REQUIRE(published.Publisher()
              .Publish({"factorization/7", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  published.key = crypto::SigningKey::Generate();
  const auto handle = published.Handle();
  BundleCollaborativeModels models(handle.get());
  CHECK(models.Current() == nullptr);
}

TEST_CASE("a bundle whose model or items were changed never serves") {
  Published published;
  REQUIRE(published.Publisher()
              .Publish({"factorization/7", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  const auto dir = published.folder.path() / "factorization" / "7";
  SECTION("items") { std::ofstream(dir / "items.json") << R"(["a","b","c"])"; }
  SECTION("corrupt model") { std::ofstream(dir / "model.pt") << "nonsense"; }
  SECTION("missing model") { std::filesystem::remove(dir / "model.pt"); }
  const auto handle = published.Handle();
  BundleCollaborativeModels models(handle.get());
  CHECK(models.Current() == nullptr);
}

TEST_CASE(
    "a bundle whose items are not those of its factors is rejected, and the old one goes on") {
  Published published;
  REQUIRE(published.Publisher()
              .Publish({"factorization/7", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  const auto handle = published.Handle();
  BundleCollaborativeModels models(handle.get());
  published.set.item_ids = {"cup", "lamp", "cup"};
  REQUIRE(published.Publisher()
              .Publish({"factorization/8", "t1"}, published.set, {}, published.factorization, {})
              .ok());
  models.Refresh();
  REQUIRE(models.Current() != nullptr);
  CHECK(models.Current()->id() == "factorization/7");
  const inference::VersionReport newest = handle->Versions().at(0);
  CHECK(newest.state == inference::VersionState::kRejected);
  CHECK(newest.reason == "the bundle cannot be used: items.json repeats an id");
}

}  // namespace
}  // namespace clientele::recommend
