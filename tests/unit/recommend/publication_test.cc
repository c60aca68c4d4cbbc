#include "services/recommend-service/core/training/publication.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/training/factorization_judge.h"
#include "services/recommend-service/core/training/held_out_ranking.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

constexpr absl::Duration kOneDay = absl::Hours(24);
const absl::Time kNewestChoice = absl::FromUnixSeconds(1'700'000'000);

Comparison ComparisonOf(double trained, double serving) {
  return {.serving_id = "factorization/1",
          .measured = MeasuredPair{trained, serving, 50, kNewestChoice, false},
          .obstacle = ""};
}

TEST_CASE("a model is published unless it is worse by more than the tolerance") {
  using enum PublicationOutcome;
  const auto outcome = [](double trained, double serving, bool anyway = false) {
    return DecidePublication("factorization/2", ComparisonOf(trained, serving), anyway).outcome;
  };
  CHECK(outcome(0.3, 0.2) == kNotWorse);
  CHECK(outcome(0.2, 0.2) == kNotWorse);
  CHECK(outcome(0.1961, 0.2) == kNotWorse);
  CHECK(outcome(0.1959, 0.2) == kKeptAside);
  CHECK(outcome(0, 0) == kNotWorse);
  CHECK(outcome(0.1, 0.2, true) == kPublishedAnyway);
  CHECK(outcome(0.2, 0.2, true) == kNotWorse);

  const Publication kept = DecidePublication("factorization/2", ComparisonOf(0.1, 0.2), false);
  CHECK(kept.model_id == "factorization/2");
  CHECK(!IsPublished(kept.outcome));
  CHECK(kept.reason ==
        "kept aside, worse: nDCG@10 0.1000 against 0.2000 of factorization/1, by what 50 customers "
        "chose since 2023-11-14 22:13 UTC");
  CHECK(IsPublished(kPublishedAnyway));
}

TEST_CASE("a model that nothing can be compared with is published and says so") {
  const Publication first = DecidePublication("f/1", {}, false);
  CHECK(first.outcome == PublicationOutcome::kNothingServed);
  CHECK(first.reason == "published: no version served");
  const Publication strange = DecidePublication(
      "f/2", {.serving_id = "f/1", .measured = std::nullopt, .obstacle = "it is strange"}, false);
  CHECK(strange.outcome == PublicationOutcome::kNotComparable);
  CHECK(strange.reason == "published without a comparison with f/1: it is strange");
}

// Items "i00" to "i11": every customer knew i00 before, and chose i01 later.
constexpr int kTwelve = 12;
std::string OfTwelve(int i) { return absl::StrCat(i < 10 ? "i0" : "i", i); }

// One that ranks i01 in the given place among all items but i00, by biases alone.
Factorization RanksChosenAt(int place, const std::vector<std::string>& ids) {
  Factorization model;
  model.dimension = 1;
  model.item_factors.assign(ids.size(), 0);
  for (const std::string& id : ids) {
    const int number = std::stoi(id.substr(1));
    model.item_biases.push_back(
        number == 1 ? static_cast<float>(-place) + 0.5F
                    : static_cast<float>(1 - number));  // i02 is at -1, i03 at -2, ...
  }
  return model;
}

// Who chose at which time; each knew i00 a hundred days before the newest.
struct PastOfTwelve final : PastInteractionStore, CatalogStore, Factorizer {
  absl::StatusOr<std::optional<absl::Time>> NewestInteraction(const RequestContext&) override {
    return kNewestChoice;
  }
  absl::Status ReadPast(const RequestContext&, absl::Time cut,
                        absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)> take) override {
    cuts.push_back(cut);
    for (std::size_t u = 0; u < chosen_at.size(); ++u) {
      PastInteractionsOfCustomer customer{
          .customer_id = absl::StrCat("c", 1000 + u), .consents = {}, .items = {}};
      const auto add = [&](int item, absl::Time time) {
        PastInteractions one;
        one.before.item_id = OfTwelve(item);
        one.before.first_time = one.before.last_time = time;
        one.before.purchases = time < cut ? 1 : 0;
        one.before_count = one.before.purchases;
        one.chosen_later = time >= cut;
        customer.items.push_back(one);
      };
      add(0, kNewestChoice - 100 * kOneDay);
      add(1, chosen_at[u]);
      const absl::Status taken = take(std::move(customer));
      if (!taken.ok()) return taken;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
    CatalogChanges changes;
    for (int i = 0; i < kTwelve; ++i) changes.changed.push_back({OfTwelve(i), "", ""});
    return changes;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&, std::int64_t) override {
    return PopularityChanges();
  }
  // Options of so many factors give that place to what was chosen.
  absl::StatusOr<Factorization> Train(const TrainingSet& set, const TrainingOptions& options,
                                      const TrainingProgress& progress) const override {
    trained.push_back(options.factors);
    if (absl::Status status = progress(1, 1); !status.ok()) return status;
    return RanksChosenAt(options.factors, set.item_ids);
  }

  std::vector<absl::Time> chosen_at;
  std::vector<absl::Time> cuts;
  mutable std::vector<int> trained;
};

std::shared_ptr<const CollaborativeModel> ServingModel(int place, absl::Time trained_until,
                                                       int recipe_place = 0) {
  std::vector<std::string> ids;
  for (int i = 0; i < kTwelve; ++i) ids.push_back(OfTwelve(i));
  const Factorization model = RanksChosenAt(place, ids);
  auto serving = std::make_shared<FakeCollaborativeModel>(ids, model.item_factors,
                                                          model.item_biases, model.mu);
  serving->trained_by = FactorizationRecipe{.factors = recipe_place == 0 ? place : recipe_place,
                                            .epochs = kDefaultEpochs,
                                            .seed = 0,
                                            .trained_until = trained_until};
  return serving;
}

// nDCG of one relevant item at this place, from 1 on.
double NdcgOfPlace(int place) { return place > 10 ? 0 : 1 / std::log2(1.0 + place); }

absl::StatusOr<Comparison> CompareBeside(PastOfTwelve& world, int trained_place,
                                         const std::shared_ptr<const CollaborativeModel>& serving) {
  TrainingOptions options;
  options.factors = trained_place;
  return HeldOutFactorizationJudge(&world, &world, &world, {}).Compare({}, options, serving, [] {
    return absl::OkStatus();
  });
}

TEST_CASE("held-out choices are ranked among all items that the customer did not know") {
  PastOfTwelve world;
  world.chosen_at = {kNewestChoice, kNewestChoice - kOneDay, kNewestChoice - 50 * kOneDay};
  const auto past = LoadRankingPast({}, world, world, {});
  REQUIRE(past.ok());
  REQUIRE(past->customers.size() == 2);
  for (const int place : {1, 2, 5, 10, 11}) {
    const auto ranking = RankHeldOut(
        PlainModel(past->before.item_ids, RanksChosenAt(place, past->before.item_ids), {}), *past,
        {});
    REQUIRE(ranking.ok());
    CHECK(ranking->ndcg == Approx(NdcgOfPlace(place)));
    CHECK(ranking->customers == 2);
    CHECK(ranking->known_items == 2);
  }
  // A model that lacks what was chosen finds nothing, and one of another catalog knows nothing.
  const auto strange = RankHeldOut(std::make_shared<FakeCollaborativeModel>(
                                       std::vector<std::string>{"i00", "x"},
                                       std::vector<float>{1, 2}, std::vector<float>{1, 2}, 0.0F),
                                   *past, {});
  REQUIRE(strange.ok());
  CHECK(strange->ndcg == 0);
  CHECK(strange->known_items == 0);
}

TEST_CASE("a serving version that has not seen the newest days is measured as it is") {
  PastOfTwelve world;
  world.chosen_at = {kNewestChoice - 2 * kOneDay, kNewestChoice - 3 * kOneDay, kNewestChoice};
  const auto compared = CompareBeside(world, 2, ServingModel(1, kNewestChoice - 40 * kOneDay));
  REQUIRE(compared.ok());
  CHECK(compared->serving_id == "factorization/1");
  REQUIRE(compared->measured.has_value());
  CHECK(compared->measured->trained == Approx(NdcgOfPlace(2)));
  CHECK(compared->measured->serving == Approx(1));
  CHECK(compared->measured->customers == 3);
  CHECK(compared->measured->since == kNewestChoice - 14 * kOneDay);
  CHECK(!compared->measured->by_recipe);
  CHECK(world.trained == std::vector<int>{2});
}

TEST_CASE("a version that has seen some of the days is measured by those after it, if many chose") {
  PastOfTwelve world;
  world.chosen_at.assign(kEnoughJudges, kNewestChoice);
  world.chosen_at.resize(kEnoughJudges + 20, kNewestChoice - 10 * kOneDay);
  const absl::Time seen = kNewestChoice - 5 * kOneDay;
  const auto compared = CompareBeside(world, 3, ServingModel(1, seen));
  REQUIRE(compared.ok());
  REQUIRE(compared->measured.has_value());
  CHECK(compared->measured->since == seen + absl::Microseconds(1));
  CHECK(compared->measured->customers == static_cast<std::int64_t>(kEnoughJudges));
  CHECK(!compared->measured->by_recipe);
  CHECK(compared->measured->serving == Approx(1));
}

TEST_CASE("its recipe stands for a serving version that knows the answers") {
  PastOfTwelve world;
  world.chosen_at = {kNewestChoice - 2 * kOneDay, kNewestChoice};
  SECTION("another recipe is trained on what was before") {
    // The version itself, which has learned from these days, would be the best of all.
    const auto compared =
        CompareBeside(world, 4, ServingModel(1, kNewestChoice, /*recipe_place=*/2));
    REQUIRE(compared.ok());
    REQUIRE(compared->measured.has_value());
    CHECK(compared->measured->by_recipe);
    CHECK(compared->measured->trained == Approx(NdcgOfPlace(4)));
    CHECK(compared->measured->serving == Approx(NdcgOfPlace(2)));
    CHECK(world.trained == std::vector<int>{4, 2});
    CHECK(DecidePublication("f/2", *compared, false).outcome == PublicationOutcome::kKeptAside);
  }
  SECTION("the same recipe is trained once, and is not worse than itself") {
    const auto compared =
        CompareBeside(world, 4, ServingModel(1, kNewestChoice, /*recipe_place=*/4));
    REQUIRE(compared.ok());
    CHECK(compared->measured->trained == compared->measured->serving);
    CHECK(world.trained == std::vector<int>{4});
  }
  CHECK(world.cuts.size() == 2);
  CHECK(world.cuts.back() == kNewestChoice - 14 * kOneDay);
}

TEST_CASE("what cannot be measured is named") {
  PastOfTwelve world;
  const auto obstacle_of = [&](const std::shared_ptr<const CollaborativeModel>& serving) {
    const auto compared = CompareBeside(world, 1, serving);
    REQUIRE(compared.ok());
    CHECK(!compared->measured.has_value());
    return compared->obstacle;
  };
  SECTION("nothing serves") {
    CHECK(obstacle_of(nullptr).empty());
    CHECK(world.cuts.empty());
  }
  SECTION("a bundle that does not say how it was trained") {
    CHECK(obstacle_of(std::make_shared<FakeCollaborativeModel>(
              std::vector<std::string>{"i00"}, std::vector<float>{1}, std::vector<float>{1},
              0.0F)) == "its bundle does not say what it was trained on");
  }
  SECTION("nobody chose anything") {
    world.chosen_at = {kNewestChoice - 50 * kOneDay};
    CHECK(obstacle_of(ServingModel(1, kNewestChoice - 60 * kOneDay)) ==
          "nobody who was known before the newest 14 days chose something new in them");
  }
  SECTION("another catalog") {
    world.chosen_at = {kNewestChoice};
    auto strange = std::make_shared<FakeCollaborativeModel>(
        std::vector<std::string>{"x"}, std::vector<float>{1}, std::vector<float>{1}, 0.0F);
    strange->trained_by = FactorizationRecipe{2, 20, 0, kNewestChoice - 90 * kOneDay};
    CHECK(obstacle_of(strange) == "it knows no item that customers chose in the newest days");
  }
}

}  // namespace
}  // namespace clientele::recommend
