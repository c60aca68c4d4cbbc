#include "services/recommend-service/training/hybrid/new_items_experiment.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace clientele::recommend {
namespace {

struct WordyShop {
  // Three kinds of items, which only their words tell; everybody likes one kind.
  WordyShop() {
    const std::vector<std::string> kinds = {"lantern candle", "garden spade", "tea cup"};
    for (int i = 0; i < 60; ++i) {
      log.items.push_back(absl::StrCat("i", i));
      texts.push_back(absl::StrCat(kinds[static_cast<std::size_t>(i % 3)], " model", i));
    }
    for (int u = 0; u < 90; ++u) {
      log.customers.push_back(absl::StrCat("c", u));
      for (int j = 0; j < 8; ++j) log.rows.push_back({u, (u + j * (3 + u % 4) * 3) % 60, 1, 0});
    }
    KeepFirstOfEachPair(log);
  }
  InteractionLog log;
  std::vector<std::string> texts;
};

TEST_CASE("texts bring new items to who likes their kind, popularity to everybody alike") {
  const WordyShop shop;
  const NewItemsOptions options{.share = 0.2, .seed = 5, .threads = 1};
  const auto experiment = RunNewItemsExperiment(shop.log, shop.texts, options);
  INFO(experiment.status());
  REQUIRE(experiment.ok());
  CHECK(experiment->items == 60);
  CHECK(experiment->new_items == 12);
  CHECK(experiment->new_items_without_text == 0);
  CHECK(experiment->content.customers > 60);
  CHECK(experiment->content.ndcg > 1.3 * experiment->popularity.ndcg);
  CHECK(experiment->estimates.ndcg > 1.2 * experiment->popularity.ndcg);
  // The same seed takes out the same items.
  CHECK(RunNewItemsExperiment(shop.log, shop.texts, options)->content.ndcg ==
        experiment->content.ndcg);
  CHECK(RunNewItemsExperiment(shop.log, shop.texts, {.share = 0.2, .seed = 6, .threads = 1})
            ->content.ndcg != experiment->content.ndcg);
}

TEST_CASE("without texts content says nothing of new items") {
  const WordyShop shop;
  const auto experiment = RunNewItemsExperiment(
      shop.log, std::vector<std::string>(shop.texts.size()), {.share = 0.2, .threads = 1});
  REQUIRE(experiment.ok());
  CHECK(experiment->new_items_without_text == 12);
  CHECK(experiment->content.ndcg == 0);
  CHECK(experiment->popularity.ndcg > 0);
}

TEST_CASE("a split that leaves nothing to train on or to measure is refused with its reason") {
  const WordyShop shop;
  const auto refusal = [&](const InteractionLog& log, double share) {
    const absl::Status status =
        RunNewItemsExperiment(log, std::vector<std::string>(log.items.size()), {.share = share})
            .status();
    CHECK(absl::IsInvalidArgument(status));
    return std::string(status.message());
  };
  CHECK(absl::StrContains(refusal(shop.log, 0), "above 0 and below 1, not 0"));
  CHECK(absl::StrContains(refusal(shop.log, 1), "not 1"));
  InteractionLog one;
  one.items = {"x"};
  one.customers = {"c"};
  one.rows = {{0, 0, 1, 0}};
  CHECK(absl::StrContains(refusal(one, 0.5), "nobody"));
  CHECK(absl::IsInvalidArgument(RunNewItemsExperiment(shop.log, shop.texts, {.k = 0}).status()));
}

}  // namespace
}  // namespace clientele::recommend
