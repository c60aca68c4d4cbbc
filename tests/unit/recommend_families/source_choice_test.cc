// Whether a hybrid hears the sequence: where that tells more than its other sources.
#include "services/recommend-service/training/hybrid/source_choice.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/training/hybrid/past_view.h"
#include "services/recommend-service/training/hybrid/ranking_table.h"
#include "tests/unit/recommend/fake_collaborative_model.h"
#include "tests/unit/recommend/fake_sequence_model.h"

namespace clientele::recommend {
namespace {

constexpr int kPlaces = 20;
const absl::Time kCut = absl::FromUnixSeconds(1'700'000'000);

std::string Place(int at) { return "place-" + std::to_string(100 + at % kPlaces); }

// Customers who walk around a ring of items, a few steps before the cut and one after it.
std::vector<PastCustomer> Walkers(int count) {
  std::vector<PastCustomer> walkers;
  for (int u = 0; u < count; ++u) {
    PastCustomer& walker = walkers.emplace_back();
    const int steps = 2 + u % 3;
    for (int k = 0; k < steps; ++k) {
      ItemHistory item;
      item.item_id = Place(u * 7 + k);
      item.purchases = 1;
      item.first_time = item.last_time = kCut - absl::Hours(steps - k);
      walker.before.push_back(item);
    }
    std::sort(walker.before.begin(), walker.before.end(),
              [](const auto& a, const auto& b) { return a.item_id < b.item_id; });
    walker.later = {Place(u * 7 + steps)};
  }
  return walkers;
}

// All items alike but for their order.
PastView ViewWith(std::shared_ptr<const SequenceModel> sequence) {
  PastView::Contents contents;
  std::vector<std::string> ids;
  for (int at = 0; at < kPlaces; ++at) {
    ids.push_back(Place(at));
    contents.items.push_back({Place(at), "", ""});
    contents.popularity.push_back({Place(at), 1, 0});
  }
  contents.model = std::make_shared<FakeCollaborativeModel>(
      ids, std::vector<float>(2 * kPlaces, 0.5F), std::vector<float>(kPlaces, 0.0F), 0.1F,
      ImplicitLossWeights{0, 0.1, 0.1});
  contents.sequence = std::move(sequence);
  return PastView(std::move(contents));
}

// What leads where: `steps` further.
std::shared_ptr<const SequenceModel> Leads(int steps) {
  std::vector<std::string> ids;
  std::map<std::string, std::string> next;
  for (int at = 0; at < kPlaces; ++at) {
    ids.push_back(Place(at));
    next[Place(at)] = Place(at + steps);
  }
  return std::make_shared<const FakeSequenceModel>(ids, next);
}

RankerTrainingOptions Small() { return {.rounds = 20, .min_child_weight = 1, .min_customers = 20}; }

TEST_CASE("the sequence is heard where it tells what comes next, by a ranker and by rank fusion") {
  const PastView past = ViewWith(Leads(1));
  const std::vector<PastCustomer> walkers = Walkers(120);
  const auto choice = ChooseSources(past.view(), walkers, kCut, Small());
  INFO(choice.status());
  REQUIRE(choice.ok());
  CHECK(choice->customers == 120);
  CHECK(choice->ndcg_with > 0.95);
  CHECK(choice->ndcg_without < 0.5);
  CHECK(choice->view->sequence != nullptr);
  CHECK(FeaturesOf(*choice->view).size() == RankingFeatureNames().size());

  const auto fused = ChooseFusedSources(past.view(), walkers, kCut, 200);
  REQUIRE(fused.ok());
  CHECK(fused->view->sequence != nullptr);
  CHECK(fused->ndcg_with > fused->ndcg_without);
}

TEST_CASE("a sequence that leads elsewhere is not heard, and none of its features is read") {
  // To what the customers know already, or will not choose.
  const PastView past = ViewWith(Leads(kPlaces - 2));
  const auto fused = ChooseFusedSources(past.view(), Walkers(120), kCut, 200);
  REQUIRE(fused.ok());
  CHECK(fused->ndcg_with <= fused->ndcg_without);
  CHECK(fused->view->sequence == nullptr);
  const std::vector<std::size_t> features = FeaturesOf(*fused->view);
  CHECK(features.size() == RankingFeatureNames().size() - 3);
  for (const std::size_t feature : features) {
    CHECK(RankingFeatureNames()[feature].rfind("sequence_", 0) != 0);
  }
  const auto table = MakeRankingTable(*fused->view, Walkers(120), kCut, {});
  REQUIRE(table.ok());
  CHECK(table->rows.fields.size() == features.size());
  CHECK(table->rows.values.size() == features.size() * table->labels.size());
}

TEST_CASE("without a sequence, and with too few customers, nothing is compared") {
  const PastView none = ViewWith(nullptr);
  const auto nothing = ChooseSources(none.view(), Walkers(120), kCut, Small());
  REQUIRE(nothing.ok());
  CHECK(nothing->customers == 0);
  CHECK(nothing->view == none.view());

  const PastView past = ViewWith(Leads(1));
  const auto few = ChooseSources(past.view(), Walkers(20), kCut, Small());
  REQUIRE(few.ok());
  CHECK(few->customers == 0);
  CHECK(few->view == past.view());

  RankerTrainingOptions stopped = Small();
  stopped.progress = [] { return absl::CancelledError("enough"); };
  CHECK(absl::IsCancelled(ChooseSources(past.view(), Walkers(120), kCut, stopped).status()));
}

}  // namespace
}  // namespace clientele::recommend
