#include "services/recommend-service/core/ranking/recommender.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/recommend/mug_shop.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

FactorizationTerms TermsOf(const Recommendation& r) {
  REQUIRE(r.explanations.size() == 1);
  CHECK(r.explanations[0].model == "factorization/1");
  return std::get<FactorizationTerms>(r.explanations[0].terms);
}

TEST_CASE("who did not consent to recommendations gets what is popular, whatever is known") {
  MugShop shop;
  shop.Serve();
  CustomerHistory& history = shop.stores.histories["ada"];
  history.revision = 1;
  history.items = {MugShop::Bought("mug")};
  CHECK(shop.Recommend({"ada"}).strategy == Strategy::kFoldIn);
  history.consents.Set(consent::Purpose::kRecommendation, consent::Decision::kWithdrawn);
  const RecommendationList list = shop.Recommend({"ada"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kNoConsent);
  CHECK(Ids(list) == Ids(shop.Recommend({"nobody"})));
}

TEST_CASE("an unknown customer gets what is popular") {
  MugShop shop;
  shop.Serve();
  const RecommendationList list = shop.Recommend({"nobody"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kUnknownCustomer);
  CHECK(list.models.empty());
  CHECK(Ids(list) == std::vector<std::string>{"lamp", "mug", "torch", "cup", "new"});
  CHECK(list.recommendations[0].score == 1.0);
  CHECK(list.recommendations[1].score == 0.5);
  REQUIRE(list.recommendations[1].explanations.size() == 1);
  CHECK(list.recommendations[1].explanations[0].model.empty());
  CHECK(std::get<PopularityTerms>(list.recommendations[1].explanations[0].terms).share == 0.5);
  CHECK(list.recommendations[0].reasons.at(0).code == reason_code::kPopular);
  CHECK(list.recommendations[4].reasons.at(0).code == reason_code::kExplore);
}

TEST_CASE("without a model what is popular is given, but not what was bought") {
  MugShop shop;
  shop.stores.histories["u"].items = {MugShop::Bought("lamp")};
  const RecommendationList list = shop.Recommend({"u"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kNoModel);
  CHECK(Ids(list) == std::vector<std::string>{"mug", "torch", "cup", "new"});
}

TEST_CASE("trained factors score every item by the sum of its terms") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].trained = CustomerFactors{{2.0f, -1.0f}, 0.25f};
  const RecommendationList list = shop.Recommend({"u"});
  CHECK(list.strategy == Strategy::kFactorization);
  CHECK(list.fallback == Fallback::kNone);
  CHECK(list.models == std::vector<std::string>{"factorization/1"});
  CHECK(shop.stores.asked_model.id == "factorization/1");
  CHECK(shop.stores.asked_model.training_id == "training-1");
  // mug: 0.75+0.1 + 2 = 2.85; cup: 0.75+0.2 + 1.8-0.1 = 2.65; new: 0.75;
  // lamp: 0.75+0.3 - 1 = 0.05; torch: 0.75 + 0.2-0.9 = 0.05
  CHECK(list.recommendations[0].item_id == "mug");
  const FactorizationTerms mug = TermsOf(list.recommendations[0]);
  CHECK(mug.global_mean == Approx(0.5));
  CHECK(mug.customer_bias == Approx(0.25));
  CHECK(mug.item_bias == Approx(0.1));
  CHECK(mug.affinity == Approx(2.0));
  CHECK(list.recommendations[1].item_id == "cup");
  CHECK(list.recommendations[2].item_id == "new");
  CHECK(list.recommendations[2].score == Approx(0.75));
  CHECK(TermsOf(list.recommendations[2]).item_bias == 0);
  CHECK(TermsOf(list.recommendations[2]).affinity == 0);
  for (const Recommendation& r : list.recommendations) {
    const FactorizationTerms terms = TermsOf(r);
    CHECK(r.score ==
          Approx(terms.global_mean + terms.customer_bias + terms.item_bias + terms.affinity));
  }
}

TEST_CASE("a customer without trained factors is folded in") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  const RecommendationList list = shop.Recommend({"u"});
  CHECK(list.strategy == Strategy::kFoldIn);
  CHECK(list.recommendations[0].item_id == "cup");
  CHECK(!Contains(list, "mug"));
}

TEST_CASE("factors of another dimension are not used") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].trained = CustomerFactors{{1.0f}, 0.0f};
  CHECK(shop.Recommend({"u"}).strategy == Strategy::kPopular);
}

TEST_CASE("interactions with items that the model does not know fold nothing in") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("new")};
  const RecommendationList list = shop.Recommend({"u"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kTooFewEvents);
  CHECK(!Contains(list, "new"));
}

TEST_CASE("bought items come back only when asked for, also those given back") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("lamp", 1, 1), MugShop::Bought("mug")};
  const auto without = Ids(shop.Recommend({"u"}));
  CHECK(std::count(without.begin(), without.end(), "lamp") == 0);
  CHECK(std::count(without.begin(), without.end(), "mug") == 0);
  const auto with = Ids(shop.Recommend({.customer_id = "u", .include_purchased = true}));
  CHECK(std::count(with.begin(), with.end(), "lamp") == 1);
  CHECK(std::count(with.begin(), with.end(), "mug") == 1);
}

TEST_CASE("a dismissed item is left out until the dismissal ends, whatever was bought") {
  MugShop shop;
  const auto dismissed = [&](std::string id, int purchases) {
    ItemHistory history = MugShop::Bought(std::move(id), purchases);
    history.dismiss_time = shop.clock.Now();
    return history;
  };
  // "new" is no item of the model.
  shop.stores.histories["u"].items = {MugShop::Bought("cup"), dismissed("lamp", 1),
                                      dismissed("mug", 0), dismissed("new", 0)};
  const RecommendQuery with{.customer_id = "u", .include_purchased = true};
  const auto check = [&](const RecommendationList& now) {
    for (const std::string id : {"lamp", "mug", "new"}) CHECK(!Contains(now, id));
    CHECK(Contains(now, "cup"));
  };
  check(shop.Recommend(with));  // by popularity
  shop.Serve();
  check(shop.Recommend(with));  // by factors
  const double affinity = TermsOf(shop.Recommend(with).recommendations.at(0)).affinity;
  shop.clock.Advance(absl::Hours(24 * 90));
  const RecommendationList later = shop.Recommend(with);
  for (const std::string id : {"lamp", "mug", "new"}) CHECK(Contains(later, id));
  const auto cup = std::find_if(later.recommendations.begin(), later.recommendations.end(),
                                [](const Recommendation& one) { return one.item_id == "cup"; });
  // Mugs lie where cups do.
  CHECK(TermsOf(*cup).affinity > affinity);
}

TEST_CASE("an explanation has the item's own score, what moved it, and why it is left out") {
  MugShop shop;
  shop.Serve();
  ItemHistory torch = MugShop::Bought("torch", 0);
  torch.rating = 1;
  torch.dismiss_time = shop.clock.Now();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3), torch};
  const auto explain = [&](const std::string& item) {
    auto explained = shop.recommender.Explain({}, {"u", item});
    INFO(explained.status());
    REQUIRE(explained.ok());
    return *std::move(explained);
  };
  const RecommendationExplanation cup = explain("cup");
  const RecommendationList list = shop.Recommend({"u"});
  CHECK(cup.recommendation.item_id == "cup");
  CHECK(cup.recommendation.score == Approx(list.recommendations.at(0).score));
  CHECK(cup.strategy == Strategy::kFoldIn);
  CHECK(cup.models == list.models);
  CHECK(cup.exclusions.empty());
  // Three mugs raised it; disliking torches, which share a little with cups, lowered it.
  REQUIRE(cup.contributions.size() == 2);
  CHECK(cup.contributions[0].item_id == "mug");
  CHECK(cup.contributions[0].title == "Red mug");
  CHECK(cup.contributions[0].amount > 0);
  CHECK(cup.contributions[1].item_id == "torch");
  CHECK(cup.contributions[1].amount < 0);
  CHECK(explain("mug").exclusions == std::vector<Exclusion>{Exclusion::kBought});
  CHECK(explain("torch").exclusions == std::vector<Exclusion>{Exclusion::kDismissed});
  CHECK(explain("gone").exclusions == std::vector<Exclusion>{Exclusion::kNotAvailable});
  CHECK(absl::IsNotFound(shop.recommender.Explain({}, {"u", "nothing"}).status()));
  CHECK(absl::IsInvalidArgument(shop.recommender.Explain({}, {"no/id", "cup"}).status()));
  const auto stranger = shop.recommender.Explain({}, {"nobody", "cup"});
  CHECK(stranger->fallback == Fallback::kUnknownCustomer);
  CHECK(stranger->contributions.empty());
}

TEST_CASE("a contribution is what the score loses without the item") {
  MugShop shop;
  shop.Serve();
  // Every row of the model weighs the same with or without the item: the penalties stay.
  shop.model = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"mug", "cup", "lamp", "torch", "gone"},
      std::vector<float>{1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f, 1, 0},
      std::vector<float>{0.1f, 0.2f, 0.3f, 0.0f, 5.0f}, 0.5f, ImplicitLossWeights{1e-6, 0.1, 0.1});
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  const auto with = shop.recommender.Explain({}, {"u", "cup"});
  REQUIRE(with.ok());
  REQUIRE(with->contributions.size() == 1);
  // Without it the customer is at zero: mu + b_i is what is left.
  CHECK(with->recommendation.score - with->contributions[0].amount == Approx(0.7).margin(1e-3));
}

TEST_CASE("a method decides how the scores are made") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  shop.stores.histories["u"].trained = CustomerFactors{{2.0f, -1.0f}, 0.25f};
  const auto strategy = [&](Method method) {
    return shop.Recommend({.customer_id = "u", .method = method});
  };
  CHECK(strategy(Method::kBest).strategy == Strategy::kFactorization);
  CHECK(strategy(Method::kFoldIn).strategy == Strategy::kFoldIn);
  CHECK(strategy(Method::kPopular).strategy == Strategy::kPopular);
  CHECK(strategy(Method::kPopular).fallback == Fallback::kNone);
  CHECK(!Contains(strategy(Method::kPopular), "mug"));
}

TEST_CASE("items that are not available are never recommended") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].trained = CustomerFactors{{2.0f, 0.0f}, 0.0f};
  const auto ids = Ids(shop.Recommend({"u", 100}));
  CHECK(std::count(ids.begin(), ids.end(), "gone") == 0);
}

TEST_CASE("categories and the number of results are respected") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].trained = CustomerFactors{{2.0f, 0.0f}, 0.0f};
  CHECK(Ids(shop.Recommend({"u", 10, {"light"}})) == std::vector<std::string>{"lamp", "torch"});
  CHECK(shop.Recommend({"u", 2}).recommendations.size() == 2);
  const RecommendationList none = shop.Recommend({"u", 10, {"no such category"}});
  CHECK(none.recommendations.empty());
  CHECK(none.fallback == Fallback::kFilteredOut);
}

const Recommendation& Find(const RecommendationList& list, const std::string& id) {
  const auto found = std::find_if(list.recommendations.begin(), list.recommendations.end(),
                                  [&](const Recommendation& r) { return r.item_id == id; });
  REQUIRE(found != list.recommendations.end());
  return *found;
}

TEST_CASE("a reason names the bought item of the same kind that raised the score most") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("lamp"), MugShop::Bought("mug")};
  const RecommendationList list = shop.Recommend({"u"});
  const Reason& cup = Find(list, "cup").reasons.at(0);
  CHECK(cup.code == reason_code::kSimilarToPurchase);
  CHECK(cup.item_id == "mug");
  CHECK(cup.text == "Similar to \"Red mug\", which you bought");
  CHECK(Find(list, "torch").reasons.at(0).item_id == "lamp");
}

TEST_CASE("an item of another kind is never called similar, whatever the factors say") {
  MugShop shop;
  // The torch lies with the mugs.
  shop.model = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"mug", "cup", "lamp", "torch", "gone"},
      std::vector<float>{1, 0, 0.9, 0.1, 0, 1, 1, 0, 1, 0},
      std::vector<float>{0.1, 0.2, 0.3, 0.0, 5.0}, 0.5f, ImplicitLossWeights{0, 0.1, 0.1});
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug")};
  const RecommendationList list = shop.Recommend({"u"});
  const Reason& torch = Find(list, "torch").reasons.at(0);
  CHECK(torch.code == reason_code::kChosenWithPurchase);
  CHECK(torch.item_id == "mug");
  CHECK(torch.text == "Often chosen by customers who bought \"Red mug\"");
}

TEST_CASE("reasons are in the language that is asked for") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  const auto text = [&](const char* language) {
    const RecommendationList list = shop.Recommend({.customer_id = "u", .language = language});
    return Find(list, "cup").reasons.at(0).text;
  };
  CHECK(text("zh-CN") == "与您购买过的“Red mug”相似");
  CHECK(text("zh") == text("zh-CN"));
  CHECK(text("de") == "Similar to \"Red mug\", which you bought");
  CHECK(text("zhx") == text("de"));
}

TEST_CASE("a new item is scored by what the model knows of items like it") {
  MugShop shop;
  shop.stores.items.changed.push_back({"beaker", "Red mug, large", "kitchen", true});
  shop.stores.items.changed.push_back({"riddle", "Unheard of", "", true});
  REQUIRE(shop.catalog.Refresh({}).ok());
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  const RecommendationList before = shop.Recommend({"u"});
  CHECK_FALSE(TermsOf(Find(before, "beaker")).is_estimated);
  shop.recommender.RefreshContent({});
  const RecommendationList list = shop.Recommend({"u"});
  const FactorizationTerms beaker = TermsOf(Find(list, "beaker"));
  CHECK(beaker.is_estimated);
  CHECK(beaker.affinity > 0.5 * TermsOf(Find(list, "cup")).affinity);
  CHECK(Find(list, "beaker").score > Find(list, "lamp").score);
  CHECK(Find(list, "beaker").reasons.at(0).code == reason_code::kSimilarToPurchase);
  CHECK_FALSE(TermsOf(Find(list, "riddle")).is_estimated);
  CHECK(TermsOf(Find(list, "riddle")).affinity == 0);
  CHECK_FALSE(TermsOf(Find(list, "cup")).is_estimated);
}

TEST_CASE("an estimated item is left out when it is bought, gone or of another category") {
  MugShop shop;
  shop.stores.items.changed.push_back({"beaker", "Red mug, large", "kitchen", true});
  REQUIRE(shop.catalog.Refresh({}).ok());
  shop.Serve();
  shop.recommender.RefreshContent({});
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  CHECK(Contains(shop.Recommend({"u"}), "beaker"));
  CHECK_FALSE(Contains(shop.Recommend({"u", 10, {"light"}}), "beaker"));
  shop.stores.histories["u"].items = {MugShop::Bought("beaker"), MugShop::Bought("mug", 3)};
  CHECK_FALSE(Contains(shop.Recommend({"u"}), "beaker"));
  CHECK(Contains(shop.Recommend({.customer_id = "u", .include_purchased = true}), "beaker"));
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  shop.stores.items.changed.back().available = false;
  REQUIRE(shop.catalog.Refresh({}).ok());
  CHECK_FALSE(Contains(shop.Recommend({"u"}), "beaker"));
  shop.stores.items.changed.back().available = true;
  REQUIRE(shop.catalog.Refresh({}).ok());
  CHECK(Contains(shop.Recommend({"u"}), "beaker"));
}

TEST_CASE("the category with most of the preference is the favorite") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("lamp"), MugShop::Bought("mug", 3)};
  const RecommendationList list = shop.Recommend({"u"});
  for (const Recommendation& r : list.recommendations) {
    CHECK(HasReason(r, reason_code::kFavoriteCategory) == (r.category == "kitchen"));
    CHECK(!r.reasons.empty());
  }
}

TEST_CASE("a customer who only looked is told of what they looked at") {
  MugShop shop;
  shop.Serve();
  ItemHistory viewed;
  viewed.item_id = "mug";
  viewed.views = 4;
  viewed.carts = 3;
  shop.stores.histories["u"].items = {viewed};
  const RecommendationList list = shop.Recommend({"u"});
  CHECK(list.strategy == Strategy::kFoldIn);
  CHECK(HasReason(Find(list, "cup"), reason_code::kSimilarToView));
}

TEST_CASE(
    "a caller's candidates come in the order of their recommendations, whatever their state") {
  MugShop shop;
  shop.Serve();
  shop.stores.histories["u"].items = {MugShop::Bought("mug", 3)};
  const RecommendationList all = shop.Recommend({.customer_id = "u", .include_purchased = true});
  const auto ranked = shop.recommender.Rank(
      {}, {.customer_id = "u", .item_ids = {"lamp", "nothing", "cup", "gone", "mug", "cup"}});
  REQUIRE(ranked.ok());
  CHECK(ranked->missing_ids == std::vector<std::string>{"nothing"});
  CHECK(ranked->list.strategy == Strategy::kFoldIn);
  CHECK(ranked->list.models == std::vector<std::string>{"factorization/1"});
  std::vector<std::string> ids = Ids(ranked->list);
  CHECK(ids.size() == 4);
  CHECK(std::erase(ids, "gone") == 1);  // it is never recommended
  std::vector<std::string> expected = Ids(all);
  std::erase_if(expected,
                [&](const auto& id) { return std::count(ids.begin(), ids.end(), id) == 0; });
  CHECK(ids == expected);
  for (const std::string& id : ids) {
    CHECK(Find(ranked->list, id).score == Approx(Find(all, id).score).epsilon(1e-6));
    CHECK(Find(ranked->list, id).reasons.at(0).code == Find(all, id).reasons.at(0).code);
  }
  const auto popular = shop.recommender.Rank({}, {"nobody", {"mug", "lamp"}});
  REQUIRE(popular.ok());
  CHECK(popular->list.fallback == Fallback::kUnknownCustomer);
  CHECK(Ids(popular->list) == std::vector<std::string>{"lamp", "mug"});
  CHECK(absl::IsInvalidArgument(shop.recommender.Rank({}, {"u", {}}).status()));
}

TEST_CASE("similar items are of the same kind, nearest first, and never the item itself") {
  MugShop shop;
  shop.Serve();
  shop.recommender.RefreshContent({});
  const auto list = shop.recommender.SimilarItems({}, {"mug"});
  REQUIRE(list.ok());
  CHECK(list->models == std::vector<std::string>{"factorization/1"});
  std::vector<std::string> ids;
  for (const SimilarItem& one : list->items) ids.push_back(one.item_id);
  // "gone" is an old mug, but not available; lamps are no mugs; of the new item only its category
  // is known.
  CHECK(ids == std::vector<std::string>{"cup", "new"});
  CHECK(list->items[0].factor_similarity == Approx(0.9 / std::sqrt(0.82)));
  CHECK(list->items[0].reasons.at(0).code == reason_code::kChosenTogether);
  CHECK(list->items[1].factor_similarity == 0);
  CHECK(list->items[1].text_similarity > 0);
  CHECK(list->items[1].reasons.at(0).code == reason_code::kSameCategory);
  CHECK(shop.recommender.SimilarItems({}, {"mug", 1})->items.size() == 1);
  CHECK(absl::IsNotFound(shop.recommender.SimilarItems({}, {"nothing"}).status()));
  CHECK(absl::IsInvalidArgument(shop.recommender.SimilarItems({}, {"mug", 101}).status()));
}

TEST_CASE("without a model and before texts are read, similar is what is of the same category") {
  MugShop shop;
  const auto list = shop.recommender.SimilarItems({}, {"mug"});
  REQUIRE(list.ok());
  CHECK(list->models.empty());
  CHECK(list->items.size() == 2);
  for (const SimilarItem& one : list->items) CHECK(one.category == "kitchen");
}

TEST_CASE("a new model serves from the next call on") {
  MugShop shop;
  shop.stores.histories["u"].items = {MugShop::Bought("mug")};
  CHECK(shop.Recommend({"u"}).strategy == Strategy::kPopular);
  shop.Serve();
  CHECK(shop.Recommend({"u"}).strategy == Strategy::kFoldIn);
  shop.models.current = nullptr;
  CHECK(shop.Recommend({"u"}).strategy == Strategy::kPopular);
}

TEST_CASE("a query outside its limits is refused with every violation") {
  MugShop shop;
  RecommendQuery query{"not an id", 101};
  query.categories.assign(101, "c");
  const absl::Status status = shop.recommender.Recommend({}, query).status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK(GetFieldViolations(status).size() == 3);
  CHECK(absl::IsInvalidArgument(shop.recommender.Recommend({}, {"u", 0}).status()));
}

TEST_CASE("nothing is computed past the deadline, and errors of the store are told") {
  MugShop shop;
  RequestContext late;
  late.deadline = shop.clock.Now();
  CHECK(absl::IsDeadlineExceeded(shop.recommender.Recommend(late, {"u"}).status()));
  shop.stores.error = absl::UnavailableError("away");
  CHECK(absl::IsUnavailable(shop.recommender.Recommend({}, {"u"}).status()));
}

}  // namespace
}  // namespace clientele::recommend
