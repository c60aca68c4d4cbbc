#ifndef CLIENTELE_TESTS_UNIT_RECOMMEND_MUG_SHOP_H_
#define CLIENTELE_TESTS_UNIT_RECOMMEND_MUG_SHOP_H_

// A small shop with a model, for tests of what is recommended.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/ranking/recommender.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {

class MugShopStores final : public CatalogStore, public InteractionStore {
 public:
  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
    return items;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&, std::int64_t) override {
    return popularity;
  }
  absl::StatusOr<AnonymousCreated> BatchCreateAnonymous(
      const RequestContext&, const std::vector<AnonymousInteraction>&) override {
    return absl::UnimplementedError("unused");
  }
  absl::StatusOr<ItemStatistics> Statistics(const RequestContext&, absl::string_view) override {
    return absl::UnimplementedError("unused");
  }
  absl::StatusOr<CustomerHistory> History(const RequestContext&, absl::string_view customer,
                                          const ModelIdentity& model, std::int64_t) override {
    asked_model = model;
    if (!error.ok()) return error;
    return histories[std::string(customer)];
  }

  CatalogChanges items;
  PopularityChanges popularity;
  std::map<std::string, CustomerHistory> histories;
  ModelIdentity asked_model;
  absl::Status error;
};

// Mugs and cups lie along the first factor, lamps along the second.
struct MugShop {
  explicit MugShop(const RecommenderOptions& options = {})
      : catalog(&stores), recommender(&catalog, &models, &stores, &clock, {}, {}, options) {
    stores.items.changed = {
        {"cup", "White cup", "kitchen", true}, {"gone", "Old mug", "kitchen", false},
        {"lamp", "Desk lamp", "light", true},  {"mug", "Red mug", "kitchen", true},
        {"new", "Brand new", "kitchen", true}, {"torch", "Torch", "light", true}};
    stores.popularity.changed = {{"lamp", 100}, {"mug", 50}, {"torch", 10}};
    REQUIRE(catalog.Refresh({}).ok());
    model = std::make_shared<FakeCollaborativeModel>(
        std::vector<std::string>{"mug", "cup", "lamp", "torch", "gone"},
        std::vector<float>{1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9, 1, 0},
        std::vector<float>{0.1, 0.2, 0.3, 0.0, 5.0}, 0.5f, ImplicitLossWeights{0, 0.1, 0.1});
  }
  void Serve() { models.current = model; }
  RecommendationList Recommend(RecommendQuery query) {
    auto list = recommender.Recommend({}, query);
    INFO(list.status());
    REQUIRE(list.ok());
    return *std::move(list);
  }
  static ItemHistory Bought(std::string id, int purchases = 1, int returns = 0) {
    ItemHistory history;
    history.item_id = std::move(id);
    history.purchases = purchases;
    history.returns = returns;
    return history;
  }

  MugShopStores stores;
  clientele::testing::FakeClock clock;
  FakeCollaborativeModels models;
  std::shared_ptr<FakeCollaborativeModel> model;
  Catalog catalog;
  Recommender recommender;
};

inline std::vector<std::string> Ids(const RecommendationList& list) {
  std::vector<std::string> ids;
  for (const Recommendation& r : list.recommendations) ids.push_back(r.item_id);
  return ids;
}

inline bool Contains(const RecommendationList& list, const std::string& id) {
  const std::vector<std::string> ids = Ids(list);
  return std::count(ids.begin(), ids.end(), id) > 0;
}

inline bool HasReason(const Recommendation& r, const std::string& code) {
  return std::any_of(r.reasons.begin(), r.reasons.end(),
                     [&](const Reason& reason) { return reason.code == code; });
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_UNIT_RECOMMEND_MUG_SHOP_H_
