#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include "common/crypto/signing.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/kept_aside.h"
#include "common/status/error_details.h"
#include "services/recommend-service/core/drift/feature_drift.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "services/recommend-service/model/bundle_ranker.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/hybrid/past_view.h"
#include "services/recommend-service/training/hybrid/ranker_publisher.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace clientele::recommend {
namespace {

// Two kinds of customers, each with 20 items of its own: everybody knows some of theirs, and
// chooses others of theirs later.
RankingPast TwoKinds(int customers) {
  RankingPast past;
  past.cut = absl::FromUnixSeconds(1'700'000'000);
  for (int i = 0; i < 40; ++i) {
    const std::string id = (i < 10 ? "item-0" : "item-") + std::to_string(i);
    past.items.push_back({id, "Thing " + std::to_string(i), i < 20 ? "left" : "right"});
    past.before.item_ids.push_back(id);
    past.popularity.push_back({id, 1.0 + i % 7});
  }
  for (int u = 0; u < customers; ++u) {
    past.before.customer_ids.push_back("secret-customer-" + std::to_string(1000 + u));
    past.before.customer_revisions.push_back(0);
    PastCustomer& customer = past.customers.emplace_back();
    for (int i = 0; i < 20; ++i) {
      const int item = u % 2 * 20 + i;
      const std::string& id = past.items[static_cast<std::size_t>(item)].id;
      if ((u * 7 + i * 3) % 5 < 2) {
        ItemHistory known;
        known.item_id = id;
        known.purchases = 1;
        known.first_time = known.last_time = past.cut - absl::Hours(1);
        customer.before.push_back(known);
        past.before.examples.push_back({u, item, 1, 0});
      } else if ((u * 7 + i * 3) % 5 == 2) {
        customer.later.push_back(id);
      }
    }
  }
  past.before.interaction_count = static_cast<std::int64_t>(past.before.examples.size());
  return past;
}

struct Workshop {
  RankerPublisher Publisher() const {
    return {folder.path(), key, &clock, 0,
            RankerPublisherOptions{.ranker = {.rounds = 30, .min_child_weight = 1}}};
  }
  std::unique_ptr<RankerHandle> Handle() const {
    auto handle = RankerHandle::Create({.model_dir = folder.path(),
                                        .name = kRankerName,
                                        .task = model::v1::TASK_RANKER,
                                        .public_key = key.public_key(),
                                        .runners = inference::TorchScriptRunner::Load,
                                        .refresh_interval = absl::ZeroDuration()},
                                       inference::TabularModel::Reads(RankingFeatureNames()));
    REQUIRE(handle.ok());
    return *std::move(handle);
  }

  testing::TemporaryFolder folder;
  testing::FakeClock clock;
  crypto::SigningKey key = crypto::SigningKey::Generate();
};

TEST_CASE("a trained ranker is published, serves, and prefers what customers of a kind choose") {
  Workshop workshop;
  const auto handle = workshop.Handle();
  BundleRanker ranker(handle.get());
  CHECK_FALSE(ranker.stands());
  CHECK(absl::IsUnavailable(ranker.Score({}, {{}}, "c").status()));

  int checks = 0;
  const auto report = workshop.Publisher().TrainAndPublish("operations/1", TwoKinds(120), {},
                                                           nullptr, nullptr, [&] {
                                                             ++checks;
                                                             return absl::OkStatus();
                                                           });
  INFO(report.status());
  REQUIRE(report.ok());
  CHECK(checks > 20);
  CHECK(report->metrics.at("customers") == 120);
  REQUIRE(handle->Refresh().ok());
  REQUIRE(ranker.stands());

  // By its own features, a candidate of the customer's kind comes before one of the other kind.
  RankingPast past = TwoKinds(120);
  const AlsFactorizer factorizer({.evaluate = false, .links = ItemLinkOptions()});
  const auto factorization =
      factorizer.Train(past.before, {}, [](int, int) { return absl::OkStatus(); });
  REQUIRE(factorization.ok());
  const PastView view(
      {.items = past.items,
       .popularity = past.popularity,
       .model = PlainModel(past.before.item_ids, *factorization, factorization->links)});
  const auto pooled = PoolOf(*view.view(), past.customers[0].before, past.cut, 200);
  REQUIRE(pooled.ok());
  const RankingFeatures features(*view.view(), *pooled->history, pooled->pool, past.cut);
  std::vector<std::vector<float>> rows;
  for (const Candidate& candidate : pooled->pool) rows.push_back(features.Of(candidate));
  const auto scores = ranker.Score({}, rows, "c");
  REQUIRE(scores.ok());
  CHECK(scores->model_id == report->publications.at(0).model_id);
  CHECK(report->publications.at(0).outcome == PublicationOutcome::kNothingServed);
  double left = 0, right = 0;
  int lefts = 0, rights = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_left = pooled->pool[i].entry->item->category == "left";
    (is_left ? left : right) += scores->scores[i];
    ++(is_left ? lefts : rights);
  }
  REQUIRE(lefts > 0);
  REQUIRE(rights > 0);
  CHECK(left / lefts > right / rights + 1);
}

TEST_CASE("a ranker that orders the newest days worse than the serving one is kept aside") {
  Workshop workshop;
  const auto train = [&](const RankerTrainingOptions& options, absl::Time newest,
                         std::shared_ptr<const RankerVersion> serving, bool anyway = false) {
    RankingPast past = TwoKinds(120);
    past.newest = newest;
    TrainingOptions training;
    training.publish_anyway = anyway;
    auto report = RankerPublisher(workshop.folder.path(), workshop.key, &workshop.clock, 0,
                                  RankerPublisherOptions{.ranker = options})
                      .TrainAndPublish("operations/1", std::move(past), training, nullptr,
                                       std::move(serving), [] { return absl::OkStatus(); });
    INFO(report.status());
    REQUIRE(report.ok());
    workshop.clock.Advance(absl::Seconds(1));
    return report->publications.at(0);
  };
  const RankerTrainingOptions good{.rounds = 30, .min_child_weight = 1};
  // No split has so many rows on both sides: every candidate scores the same.
  const RankerTrainingOptions bad{.rounds = 1, .min_child_weight = 1e9};
  const absl::Time cut = TwoKinds(1).cut;
  const auto handle = workshop.Handle();
  BundleRanker ranker(handle.get());
  CHECK(ranker.Current() == nullptr);

  SECTION("measured as it is, where it has not seen those days") {
    const Publication first = train(good, cut - absl::Hours(1), nullptr);
    REQUIRE(handle->Refresh().ok());
    const Publication worse = train(bad, cut + absl::Hours(1), ranker.Current());
    CHECK(worse.outcome == PublicationOutcome::kKeptAside);
    CHECK(worse.comparison.serving_id == first.model_id);
    REQUIRE(worse.comparison.measured.has_value());
    CHECK(!worse.comparison.measured->by_recipe);
    CHECK(worse.comparison.measured->trained < worse.comparison.measured->serving);
    CHECK(worse.comparison.measured->customers == 120);
    REQUIRE(handle->Refresh().ok());
    CHECK(ranker.Current()->id() == first.model_id);
    const auto kept = inference::ListKeptAside(workshop.folder.path(), kRankerName);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].reason == worse.reason);
    CHECK("recommend-ranker/" + kept[0].version == worse.model_id);

    const Publication forced = train(bad, cut + absl::Hours(1), ranker.Current(), true);
    CHECK(forced.outcome == PublicationOutcome::kPublishedAnyway);
    REQUIRE(handle->Refresh().ok());
    CHECK(ranker.Current()->id() == forced.model_id);
  }
  SECTION("measured by its recipe, where it knows the answers") {
    const Publication first = train(good, cut + absl::Hours(1), nullptr);
    REQUIRE(handle->Refresh().ok());
    const auto recipe = ranker.Current()->recipe();
    REQUIRE(recipe.has_value());
    const auto histograms = ranker.Current()->histograms();
    REQUIRE(histograms != nullptr);
    CHECK(histograms->features() == RankingFeatureNames());
    double counted = 0;
    for (const double count : histograms->histogram(0).counts()) counted += count;
    CHECK(counted == 120 * kDriftRowsOfCall);
    CHECK(recipe->max_rounds == 30);
    CHECK(recipe->learning_rate == good.learning_rate);
    CHECK(recipe->min_child_weight == 1);
    CHECK(recipe->trained_until == cut + absl::Hours(1));
    const Publication worse = train(bad, cut + absl::Hours(2), ranker.Current());
    CHECK(worse.outcome == PublicationOutcome::kKeptAside);
    CHECK(worse.comparison.measured->by_recipe);
    const Publication same = train(good, cut + absl::Hours(2), ranker.Current());
    CHECK(same.outcome == PublicationOutcome::kNotWorse);
    CHECK(same.comparison.measured->trained == same.comparison.measured->serving);
    CHECK(first.model_id != same.model_id);
  }
}

TEST_CASE("a ranker is not trained on too few customers, nor against the wish of its caller") {
  Workshop workshop;
  const auto few = workshop.Publisher().TrainAndPublish("operations/1", TwoKinds(30), {}, nullptr,
                                                        nullptr, [] { return absl::OkStatus(); });
  CHECK(GetReason(few.status()) == "TOO_FEW_INTERACTIONS");
  const auto stopped =
      workshop.Publisher().TrainAndPublish("operations/1", TwoKinds(120), {}, nullptr, nullptr,
                                           [] { return absl::CancelledError("enough"); });
  CHECK(absl::IsCancelled(stopped.status()));
  CHECK(workshop.Handle()->Current() == nullptr);
}

}  // namespace
}  // namespace clientele::recommend
