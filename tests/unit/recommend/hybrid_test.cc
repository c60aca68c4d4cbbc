// The hybrid recommender: sources, pool, ranker, rules, diversity and trace.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/items/recent_popularity.h"
#include "services/recommend-service/core/ranking/diversity.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "tests/unit/recommend/mug_shop.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// Scores rows by one feature; unknown is the least.
class FakeRanker final : public Ranker {
 public:
  std::shared_ptr<const RankerVersion> Current() override { return nullptr; }
  bool stands() const override { return serves; }
  absl::StatusOr<RankerScores> Score(const RequestContext&,
                                     const std::vector<std::vector<float>>& rows,
                                     absl::string_view) override {
    if (!error.ok()) return error;
    const auto& names = RankingFeatureNames();
    const auto column =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), feature) - names.begin());
    RankerScores scores{"recommend-ranker/1", {}};
    for (const std::vector<float>& row : rows) {
      REQUIRE(row.size() == names.size());
      scores.scores.push_back(std::isnan(row[column]) ? -100.0F : row[column]);
    }
    return scores;
  }

  bool serves = true;
  std::string feature = "item_popularity";
  absl::Status error;
};

// Whoever has the cup is sent to the torch, and a little to the mug.
ItemLinks CupToTorch() {
  ItemLinks links = NoLinks("item-item", 5, 2);
  // Rows: mug, cup, lamp, torch, gone.
  links.targets[2] = 3;
  links.weights[2] = 0.9F;
  links.targets[3] = 0;
  links.weights[3] = 0.1F;
  return links;
}

struct HybridShop : MugShop {
  explicit HybridShop(FakeRanker* ranker, RecommenderOptions options = {})
      : MugShop([&] {
          options.ranker = ranker;
          return options;
        }()) {
    model->item_links = {CupToTorch()};
    Serve();
    stores.histories["ada"].items = {Bought("cup")};
    stores.histories["ada"].revision = 1;
  }
};

HybridTerms HybridTermsOf(const Recommendation& r) {
  REQUIRE(r.explanations.size() == 1);
  return std::get<HybridTerms>(r.explanations[0].terms);
}

TEST_CASE("where a ranker serves, it orders the candidates of all sources") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  const RecommendationList list = shop.Recommend({"ada"});
  CHECK(list.strategy == Strategy::kHybrid);
  CHECK(list.fallback == Fallback::kNone);
  CHECK(list.models == std::vector<std::string>{"factorization/1", "recommend-ranker/1"});
  // Bought and unavailable items are no candidates; "new" is of no model and unpopular, and still
  // among the factorization's.
  CHECK(Ids(list) == std::vector<std::string>{"lamp", "mug", "torch", "new"});
  CHECK(list.recommendations[0].score == Approx(std::log1p(100)));
  CHECK(list.trace.empty());
  ranker.feature = "item-item_score";
  const RecommendationList linked = shop.Recommend({"ada"});
  CHECK(Ids(linked).at(0) == "torch");
  CHECK(Ids(linked).at(1) == "mug");
  const HybridTerms terms = HybridTermsOf(linked.recommendations[0]);
  CHECK(linked.recommendations[0].explanations[0].model == "recommend-ranker/1");
  const auto item_item = std::find_if(terms.sources.begin(), terms.sources.end(),
                                      [](const auto& one) { return one.source == "item-item"; });
  REQUIRE(item_item != terms.sources.end());
  CHECK(item_item->score == Approx(0.9));
  CHECK(item_item->rank == 1);
  CHECK(!linked.recommendations[0].reasons.empty());
}

TEST_CASE("candidates are ranked by the popularity of now, where nothing else changed") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  CHECK(Ids(shop.Recommend({"ada"})).at(0) == "lamp");
  shop.stores.items.changed.clear();
  shop.stores.popularity.changed = {{"mug", 500}};
  REQUIRE(shop.catalog.Refresh({}).ok());
  const RecommendationList list = shop.Recommend({"ada"});
  CHECK(Ids(list).at(0) == "mug");
  CHECK(list.recommendations[0].score == Approx(std::log1p(500)));
}

TEST_CASE("without a ranker the customer gets what they got, or rank fusion where they want it") {
  FakeRanker ranker;
  ranker.serves = false;
  HybridShop shop(&ranker);
  CHECK(shop.Recommend({"ada"}).strategy == Strategy::kFoldIn);
  RecommendQuery query{"ada"};
  query.method = Method::kHybrid;
  const RecommendationList fused = shop.Recommend(query);
  CHECK(fused.strategy == Strategy::kHybrid);
  CHECK(fused.models == std::vector<std::string>{"factorization/1"});
  // mug is second of all three; torch first of item-item alone.
  CHECK(Ids(fused).at(0) == "mug");
  for (const SourceTerm& term : HybridTermsOf(fused.recommendations[0]).sources) {
    CHECK(term.rank == 2);
  }
  // A ranker that goes away between the question and the answer.
  ranker.serves = true;
  ranker.error = absl::UnavailableError("gone");
  CHECK(Ids(shop.Recommend({"ada"})) == Ids(fused));
  ranker.error = absl::InternalError("broken");
  CHECK(absl::IsInternal(shop.recommender.Recommend({}, {"ada"}).status()));
}

TEST_CASE("who is not known gets what is popular, with a ranker too") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  const RecommendationList list = shop.Recommend({"nobody"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kUnknownCustomer);
  CustomerHistory& history = shop.stores.histories["ada"];
  history.consents.Set(consent::Purpose::kRecommendation, consent::Decision::kWithdrawn);
  CHECK(shop.Recommend({"ada"}).fallback == Fallback::kNoConsent);
}

TEST_CASE("candidates are ranked as recommendations are, also those that were bought") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  const auto ranked = shop.recommender.Rank({}, {"ada", {"torch", "cup", "lamp", "none"}});
  REQUIRE(ranked.ok());
  CHECK(ranked->list.strategy == Strategy::kHybrid);
  CHECK(Ids(ranked->list) == std::vector<std::string>{"lamp", "torch", "cup"});
  CHECK(ranked->missing_ids == std::vector<std::string>{"none"});
  const auto explained = shop.recommender.Explain({}, {"ada", "torch"});
  REQUIRE(explained.ok());
  CHECK(explained->recommendation.score == shop.Recommend({"ada"}).recommendations.at(2).score);
}

TEST_CASE("excluded categories are left out, whatever the strategy") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  for (const char* customer : {"ada", "nobody"}) {
    RecommendQuery query{customer};
    query.excluded_categories = {"light"};
    const RecommendationList list = shop.Recommend(query);
    CHECK(!Contains(list, "lamp"));
    CHECK(!Contains(list, "torch"));
    CHECK(Contains(list, "mug"));
    query.categories = {"light", "kitchen"};
    CHECK(!Contains(shop.Recommend(query), "lamp"));
    query.excluded_categories.assign(101, "x");
    CHECK(absl::IsInvalidArgument(shop.recommender.Recommend({}, query).status()));
  }
}

TEST_CASE("what was bought comes again after the time of its category") {
  FakeRanker ranker;
  RecommenderOptions options;
  options.repeats = *RepeatPurchases::Parse("kitchen=14d");
  HybridShop shop(&ranker, options);
  ItemHistory cup = MugShop::Bought("cup");
  cup.purchase_time = shop.clock.Now();
  ItemHistory lamp = MugShop::Bought("lamp");
  lamp.purchase_time = shop.clock.Now();
  ItemHistory brand_new = MugShop::Bought("new");
  brand_new.purchase_time = shop.clock.Now();
  shop.stores.histories["ada"].items = {cup, lamp, brand_new};
  shop.clock.Advance(absl::Hours(24 * 14) - absl::Seconds(1));
  CHECK(!Contains(shop.Recommend({"ada"}), "cup"));
  CHECK(!Contains(shop.Recommend({"ada"}), "new"));
  shop.clock.Advance(absl::Seconds(1));
  CHECK(Contains(shop.Recommend({"ada"}), "cup"));
  CHECK(Contains(shop.Recommend({"ada"}), "new"));
  CHECK(!Contains(shop.Recommend({"ada"}), "lamp"));
}

TEST_CASE("repeat purchases are read, and what is wrong is named") {
  const auto repeats = RepeatPurchases::Parse(" coffee=14d, food=36h ,my = own=1d");
  REQUIRE(repeats.ok());
  CatalogItem item{"a", "A", "beans"};
  CHECK(repeats->After(item) == std::nullopt);
  item.parent_categories = {"food", "coffee"};
  CHECK(repeats->After(item) == absl::Hours(14 * 24));
  item.category = "my = own";
  CHECK(repeats->After(item) == absl::Hours(24));
  item = {"a", "A", "food"};
  CHECK(repeats->After(item) == absl::Hours(36));
  CHECK(RepeatPurchases::Parse("").ok());
  for (const char* text :
       {"coffee", "coffee=", "=14d", "coffee=0d", "coffee=-1d", "coffee=x", "a=1d,a=2d"}) {
    CHECK(absl::IsInvalidArgument(RepeatPurchases::Parse(text).status()));
  }
}

TEST_CASE("a trace tells each stage with its items, where it is wanted") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  RecommendQuery query{"ada", 2};
  query.wants_trace = true;
  const RecommendationList list = shop.Recommend(query);
  std::vector<std::pair<std::string, std::size_t>> stages;
  for (const TraceStage& stage : list.trace) stages.emplace_back(stage.name, stage.items);
  CHECK(stages == std::vector<std::pair<std::string, std::size_t>>{{"history", 1},
                                                                   {"sources", 3},
                                                                   {"candidates/factorization", 4},
                                                                   {"candidates/item-item", 2},
                                                                   {"candidates/popularity", 3},
                                                                   {"pool", 4},
                                                                   {"ranking", 4},
                                                                   {"diversity", 2},
                                                                   {"reasons", 2}});
}

TEST_CASE("the marginally most relevant item comes next") {
  // 0 and 1 are the same thing.
  const std::vector<double> scores = {1, 0.9, 0.5, 0};
  const auto similarity = [](std::size_t a, std::size_t b) { return a + b == 1 ? 1.0 : 0.0; };
  using Order = std::vector<std::size_t>;
  CHECK(MaximalMarginalRelevance(scores, 3, 1, similarity) == Order{0, 1, 2});
  // 1: 0.5 * 0.9 - 0.5 = -0.05; 2: 0.25; 3: 0.
  CHECK(MaximalMarginalRelevance(scores, 4, 0.5, similarity) == Order{0, 2, 3, 1});
  // 1: 0.72 - 0.2 = 0.52; 2: 0.4.
  CHECK(MaximalMarginalRelevance(scores, 3, 0.8, similarity) == Order{0, 1, 2});
  CHECK(MaximalMarginalRelevance(scores, 9, 0, similarity).size() == 4);
  CHECK(MaximalMarginalRelevance({}, 3, 0.5, similarity).empty());
  const std::vector<double> equal = {2, 2, 2};
  CHECK(MaximalMarginalRelevance(equal, 3, 0.5, similarity) == Order{0, 2, 1});
}

TEST_CASE("diversity spreads a list over categories") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  shop.stores.popularity.changed = {{"lamp", 100}, {"torch", 99}, {"mug", 90}};
  shop.stores.popularity.revision = 2;
  REQUIRE(shop.catalog.Refresh({}).ok());
  RecommendQuery query{"ada", 2};
  CHECK(Ids(shop.Recommend(query)) == std::vector<std::string>{"lamp", "torch"});
  query.diversity_lambda = 0.6;
  CHECK(Ids(shop.Recommend(query)) == std::vector<std::string>{"lamp", "mug"});
  query.diversity_lambda = 1.5;
  CHECK(absl::IsInvalidArgument(shop.recommender.Recommend({}, query).status()));
}

TEST_CASE("features tell of source, customer and item, and NaN where nothing is known") {
  FakeRanker ranker;
  HybridShop shop(&ranker);
  const auto view = shop.recommender.views()->Current({});
  ItemHistory viewed;
  viewed.item_id = "lamp";
  viewed.views = 1;
  const ResolvedHistory history(view->model.get(), {MugShop::Bought("cup"), viewed}, {},
                                shop.clock.Now());
  Candidate torch{.entry = view->catalog->Find("torch"), .slot = view->Slot("torch")};
  torch.scores.fill(std::nanf(""));
  torch.scores[1] = 0.5F;
  torch.ranks[1] = 2;
  Candidate best = torch;
  best.scores[1] = 2;
  const std::vector<Candidate> pool = {torch, best};
  const RankingFeatures features(*view, history, pool, shop.clock.Now());
  const std::vector<float> row = features.Of(torch);
  const auto value = [&](const char* name) {
    const auto& names = RankingFeatureNames();
    const auto found = std::find(names.begin(), names.end(), name);
    REQUIRE(found != names.end());
    return row.at(static_cast<std::size_t>(found - names.begin()));
  };
  CHECK(std::isnan(value("factorization_score")));
  CHECK(value("item-item_score") == 0.5F);
  CHECK(value("item-item_share") == 0.25F);
  CHECK(value("item-item_rank") == 2);
  CHECK(std::isnan(value("ease_rank")));
  CHECK(value("customer_items") == 2);
  CHECK(value("customer_bought") == 1);
  CHECK(value("customer_preference") == Approx(1.1));
  CHECK(value("item_popularity") == Approx(std::log1p(10)));
  CHECK(std::isnan(value("item_recent")));
  CHECK(std::isnan(value("item_trend")));
  CHECK(value("item_estimated") == 0);
  CHECK(value("category_share") == Approx(0.1 / 1.1));
  CHECK(std::isnan(value("brand_share")));
}

TEST_CASE("what links lead to comes first where it is chosen now more than before") {
  FakeRanker ranker;
  ranker.feature = "trending_score";
  HybridShop shop(&ranker);
  const absl::Time now = shop.clock.Now();
  // Links: 0.9 to the torch, 0.1 to the mug. All mugs were sold yesterday, no torch this year.
  shop.stores.popularity.changed = {
      {"lamp", 100, ForwardDecayed(90, now)},
      {"mug", 50, ForwardDecayed(50, now - absl::Hours(24))},
      {"torch", 100, ForwardDecayed(100, now - absl::Hours(24 * 365))}};
  shop.stores.popularity.revision = 2;
  REQUIRE(shop.catalog.Refresh({}).ok());
  const RecommendationList list = shop.Recommend({"ada"});
  CHECK(Ids(list).at(0) == "mug");
  CHECK(Ids(list).at(1) == "torch");
  const auto score_of = [&](const char* source) {
    for (const SourceTerm& term : HybridTermsOf(list.recommendations[0]).sources) {
      if (term.source == source) return term.score;
    }
    return 0.0;
  };
  const double recent = 50 * std::exp2(-1 / 14.0);
  CHECK(score_of("trending") == Approx(0.1 * (recent + 1) / (50 + 5)));
  CHECK(score_of("item-item") == Approx(0.1));
  // Of the lamp, to which no link leads, the source says nothing.
  ranker.feature = "item_trend";
  CHECK(Ids(shop.Recommend({"ada"})) == std::vector<std::string>{"mug", "lamp", "new", "torch"});
}

}  // namespace
}  // namespace clientele::recommend
