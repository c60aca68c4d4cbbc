// Recommendations equal those of a plain reference, which looks at every item of the catalog for
// itself: over random catalogs, models, histories and queries.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/ranking/recommender.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

double PreferenceOf(const ItemHistory& history) {
  return Preference(history, Dismissals(), absl::UnixEpoch());
}

struct PlainItem {
  CatalogItem item;
  double popularity = 0;
};

class World final : public CatalogStore, public InteractionStore {
 public:
  // Gives everything again: a catalog takes that too.
  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
    CatalogChanges changes;
    for (const auto& [id, one] : items) changes.changed.push_back(one.item);
    changes.deleted.assign(deleted.begin(), deleted.end());
    return changes;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&, std::int64_t) override {
    PopularityChanges changes;
    for (const auto& [id, one] : items) changes.changed.push_back({id, one.popularity});
    return changes;
  }
  absl::StatusOr<AnonymousCreated> BatchCreateAnonymous(
      const RequestContext&, const std::vector<AnonymousInteraction>&) override {
    return absl::UnimplementedError("unused");
  }
  absl::StatusOr<ItemStatistics> Statistics(const RequestContext&, absl::string_view) override {
    return absl::UnimplementedError("unused");
  }
  absl::StatusOr<CustomerHistory> History(const RequestContext&, absl::string_view,
                                          const ModelIdentity&, std::int64_t) override {
    return history;
  }

  std::map<std::string, PlainItem> items;
  std::set<std::string> deleted;
  CustomerHistory history;
};

struct PlainResult {
  std::string id;
  double score = 0;
  // Of the reason that names an item: its code and the item.
  std::set<std::pair<std::string, std::string>> named;
  bool favorite = false, popular = false;
};

// Everything by its definition, in the order of the catalog.
class Reference {
 public:
  Reference(const World& world, const FakeCollaborativeModel* model,
            const std::optional<CustomerFactors>& customer)
      : world_(world), model_(model), customer_(customer) {
    if (model == nullptr) return;
    for (std::size_t i = 0; i < model->item_ids().size(); ++i) rows_[model->item_ids()[i]] = i;
  }

  std::vector<PlainResult> Recommend(const RecommendQuery& query) const {
    double most = 0;
    std::vector<double> weights;
    for (const auto& [id, one] : world_.items) {
      most = std::max(most, one.popularity);
      if (one.popularity > 0) weights.push_back(one.popularity);
    }
    std::sort(weights.rbegin(), weights.rend());
    const double threshold = weights.empty() ? std::numeric_limits<double>::infinity()
                                             : weights[(weights.size() - 1) / 10];
    std::vector<PlainResult> results;
    for (const auto& [id, one] : world_.items) {
      const std::string& category = one.item.category;
      if (!one.item.available) continue;
      if (!query.categories.empty() &&
          std::count(query.categories.begin(), query.categories.end(), category) == 0) {
        continue;
      }
      if (!query.include_purchased && Bought(id)) continue;
      const double score = customer_.has_value() ? Score(id) : most > 0 ? one.popularity / most : 0;
      results.push_back({.id = id, .score = score, .named = {}});
      results.back().favorite = !Favorite().empty() && category == Favorite();
      results.back().popular = one.popularity > 0 && one.popularity >= threshold;
    }
    std::stable_sort(results.begin(), results.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    results.resize(std::min(results.size(), static_cast<std::size_t>(query.max_results)));
    for (PlainResult& result : results) result.named = Named(result.id);
    return results;
  }

 private:
  bool Bought(const std::string& id) const {
    return std::any_of(world_.history.items.begin(), world_.history.items.end(),
                       [&](const auto& one) { return one.item_id == id && one.purchases > 0; });
  }
  double Dot(std::size_t a, const float* b) const {
    const std::size_t k = static_cast<std::size_t>(model_->dimension());
    double dot = 0;
    for (std::size_t j = 0; j < k; ++j) {
      dot += static_cast<double>(model_->item_factors()[a * k + j]) * b[j];
    }
    return dot;
  }
  double Score(const std::string& id) const {
    const double base = static_cast<double>(model_->mu()) + customer_->bias;
    const auto row = rows_.find(id);
    if (row == rows_.end()) return base;
    return base + model_->item_biases()[row->second] + Dot(row->second, customer_->factors.data());
  }
  const float* Factors(std::size_t row) const {
    return model_->item_factors().data() + row * static_cast<std::size_t>(model_->dimension());
  }
  // Items of the catalog that the customer likes.
  std::vector<const ItemHistory*> Liked() const {
    std::vector<const ItemHistory*> liked;
    for (const ItemHistory& one : world_.history.items) {
      if (PreferenceOf(one) > 0 && world_.items.contains(one.item_id)) liked.push_back(&one);
    }
    return liked;
  }
  std::string Favorite() const {
    std::map<std::string, double> sums;
    for (const ItemHistory* one : Liked()) {
      sums[world_.items.at(one->item_id).item.category] += PreferenceOf(*one);
    }
    std::string favorite;
    double best = 0;
    for (const auto& [category, sum] : sums) {
      if (category.empty() || sum <= best) continue;
      favorite = category;
      best = sum;
    }
    return favorite;
  }
  // The items that a reason may name, each with its code; ("", "") for none. Several where shares
  // are equal but for rounding.
  std::set<std::pair<std::string, std::string>> Named(const std::string& id) const {
    constexpr double kRounding = 1e-4;
    const std::set<std::pair<std::string, std::string>> none = {{"", ""}};
    const auto row = rows_.find(id);
    if (model_ == nullptr || row == rows_.end()) return none;
    std::vector<const ItemHistory*> bought, touched;
    for (const ItemHistory* one : Liked()) {
      if (rows_.contains(one->item_id)) {
        (one->purchases > one->returns ? bought : touched).push_back(one);
      }
    }
    const bool purchases = !bought.empty();
    const double whole = Folded("", row->second);
    std::vector<std::pair<double, std::string>> given;
    double sum = 0;
    for (const ItemHistory* one : purchases ? bought : touched) {
      const double lost = whole - Folded(one->item_id, row->second);
      if (one->item_id == id || lost <= 0) continue;
      given.emplace_back(lost, one->item_id);
      sum += lost;
    }
    double best = 0, best_alike = 0;
    for (auto& [share, item] : given) {
      share /= sum;
      best = std::max(best, share);
      if (AreAlike(id, item)) best_alike = std::max(best_alike, share);
    }
    std::set<std::pair<std::string, std::string>> named;
    for (const auto& [share, item] : given) {
      if (best_alike >= kMinContribution - kRounding && AreAlike(id, item) &&
          share >= best_alike - kRounding) {
        named.emplace(purchases ? reason_code::kSimilarToPurchase : reason_code::kSimilarToView,
                      item);
      }
      if (best_alike < kMinContribution + kRounding && purchases && share >= best - kRounding) {
        named.emplace(reason_code::kChosenWithPurchase, item);
      }
    }
    return named.empty() ? none : named;
  }
  bool AreAlike(const std::string& a, const std::string& b) const {
    const std::string& category = world_.items.at(a).item.category;
    return !category.empty() && category == world_.items.at(b).item.category;
  }
  // f^T z of an item by the equations in fold_in.h, without the customer's preference for
  // `without`; the penalties are those with it.
  double Folded(const std::string& without, std::size_t row) const {
    const std::size_t n = static_cast<std::size_t>(model_->dimension()) + 1;
    const ImplicitLossWeights& weights = model_->implicit_loss_weights();
    std::vector<std::vector<double>> a(n, std::vector<double>(n + 1));
    const auto feature = [&](std::size_t item, std::size_t j) {
      return j + 1 < n ? Factors(item)[j] : 1.0;
    };
    const auto add = [&](std::size_t item, double weight, double target) {
      const double residual = target - model_->mu() - model_->item_biases()[item];
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          a[i][j] += weight * feature(item, i) * feature(item, j);
        }
        a[i][n] += weight * feature(item, i) * residual;
      }
    };
    std::map<std::size_t, double> observed;
    for (const ItemHistory& one : world_.history.items) {
      const auto found = rows_.find(one.item_id);
      if (found != rows_.end()) observed[found->second] = PreferenceOf(one);
    }
    const double total = weights.TotalWeight(static_cast<double>(observed.size()),
                                             static_cast<double>(rows_.size()));
    if (!without.empty()) observed.erase(rows_.at(without));
    for (std::size_t item = 0; item < rows_.size(); ++item) {
      const auto found = observed.find(item);
      if (found != observed.end()) {
        add(item, 1, found->second);
      } else {
        add(item, weights.unobserved_weight, 0);
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      a[i][i] += total * (i + 1 < n ? weights.factor_penalty : weights.bias_penalty);
    }
    // Gauss and Jordan; the matrix is positive definite.
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t i = 0; i < n; ++i) {
        if (i == p) continue;
        const double factor = a[i][p] / a[p][p];
        for (std::size_t j = p; j <= n; ++j) a[i][j] -= factor * a[p][j];
      }
    }
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += feature(row, i) * a[i][n] / a[i][i];
    return sum;
  }

  const World& world_;
  const FakeCollaborativeModel* const model_;
  const std::optional<CustomerFactors> customer_;
  std::map<std::string, std::size_t> rows_;
};

// Small integers over 4: sums are exact, and ties are many.
class RandomNumbers {
 public:
  explicit RandomNumbers(unsigned seed) : random_(seed) {}
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  float Quarter() { return static_cast<float>(Below(9) - 4) / 4; }
  bool OneIn(int n) { return Below(n) == 0; }

 private:
  std::mt19937 random_;
};

std::string ItemId(int number) { return "item-" + std::to_string(number); }

void ChangeItems(RandomNumbers& random, int changes, int ids, World& world) {
  for (int i = 0; i < changes; ++i) {
    const std::string id = ItemId(random.Below(ids));
    if (random.OneIn(4)) {
      if (world.items.erase(id) > 0) world.deleted.insert(id);
      continue;
    }
    const std::string category =
        random.OneIn(5) ? "" : std::string(1, static_cast<char>('a' + random.Below(6)));
    world.items[id] = {{id, "Title", category, !random.OneIn(6)},
                       random.OneIn(2) ? 0.0 : static_cast<double>(random.Below(20))};
    world.deleted.erase(id);
  }
}

std::shared_ptr<FakeCollaborativeModel> RandomModel(RandomNumbers& random, int ids) {
  std::vector<std::string> items;
  for (int i = ids - 1; i >= 0; --i) {  // not in the catalog's order
    if (!random.OneIn(5)) items.push_back(ItemId(i));
  }
  std::vector<float> factors(items.size() * 2), biases(items.size());
  for (float& value : factors) value = random.Quarter();
  for (float& value : biases) value = random.Quarter();
  return std::make_shared<FakeCollaborativeModel>(items, factors, biases, random.Quarter(),
                                                  ImplicitLossWeights{0.25, 0.1, 0.1});
}

CustomerHistory RandomHistory(RandomNumbers& random, int ids, bool trained) {
  std::map<std::string, ItemHistory> items;
  for (int i = random.Below(40); i > 0; --i) {
    ItemHistory one;
    one.item_id = ItemId(random.Below(ids + 20));
    one.views = random.Below(3);
    one.purchases = random.Below(3);
    one.returns = random.Below(2);
    one.rating = random.OneIn(3) ? random.Below(6) : 0;
    items[one.item_id] = one;
  }
  CustomerHistory history;
  for (const auto& [id, one] : items) history.items.push_back(one);
  if (trained) history.trained = CustomerFactors{{random.Quarter(), random.Quarter()}, 0.5f};
  return history;
}

void CheckEqual(const RecommendationList& list, const std::vector<PlainResult>& expected) {
  REQUIRE(list.recommendations.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Recommendation& actual = list.recommendations[i];
    INFO("place " << i << " of " << expected.size());
    CHECK(actual.item_id == expected[i].id);
    CHECK(actual.score == Catch::Approx(expected[i].score).margin(1e-6));
    std::pair<std::string, std::string> named;
    bool favorite = false, popular = false;
    for (const Reason& reason : actual.reasons) {
      if (!reason.item_id.empty()) named = {reason.code, reason.item_id};
      favorite |= reason.code == reason_code::kFavoriteCategory;
      popular |=
          reason.code == reason_code::kPopular && reason.text == "Popular with other customers";
    }
    INFO(named.first << " " << named.second);
    CHECK(expected[i].named.contains(named));
    CHECK(favorite == expected[i].favorite);
    CHECK(popular == expected[i].popular);
    CHECK(!actual.reasons.empty());
  }
}

TEST_CASE("recommendations equal those of a plain reference") {
  for (unsigned seed = 0; seed < 30; ++seed) {
    RandomNumbers random(seed);
    const int ids = seed % 5 == 0 ? 3000 : 60;
    World world;
    clientele::testing::FakeClock clock;
    FakeCollaborativeModels models;
    Catalog catalog(&world);
    Recommender recommender(&catalog, &models, &world, &clock);
    const auto model = RandomModel(random, ids);
    for (int round = 0; round < 12; ++round) {
      INFO("seed " << seed << ", round " << round);
      ChangeItems(random, round == 0 ? 2 * ids : 5, ids, world);
      catalog.NoteWrite();
      models.current = random.OneIn(4) ? nullptr : model;
      world.history = RandomHistory(random, ids, /*trained=*/true);
      RecommendQuery query{"u", 1 + random.Below(20)};
      for (int c = random.Below(3); c > 0; --c) {
        query.categories.push_back(std::string(1, static_cast<char>('a' + random.Below(8))));
      }
      query.include_purchased = random.OneIn(3);
      const auto list = recommender.Recommend({}, query);
      REQUIRE(list.ok());
      const bool serves = models.current != nullptr;
      const Reference reference(world, serves ? model.get() : nullptr,
                                serves ? world.history.trained : std::nullopt);
      CheckEqual(*list, reference.Recommend(query));
    }
  }
}

}  // namespace
}  // namespace clientele::recommend
