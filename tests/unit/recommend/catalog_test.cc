#include "services/recommend-service/core/items/catalog.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

class FakeCatalogStore final : public CatalogStore {
 public:
  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t revision) override {
    asked.push_back(revision);
    if (!error.ok()) return error;
    CatalogChanges changes = std::exchange(items, {});
    changes.revision = std::max(changes.revision, revision);
    return changes;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&,
                                                    std::int64_t revision) override {
    PopularityChanges changes = std::exchange(popularity, {});
    changes.revision = std::max(changes.revision, revision);
    return changes;
  }

  CatalogChanges items;
  PopularityChanges popularity;
  absl::Status error;
  std::vector<std::int64_t> asked;
};

TEST_CASE("a catalog takes in what changed since the last revision") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  CHECK(catalog.Snapshot()->blocks.empty());
  store.items = {{{"b", "B", "", true}, {"a", "A", "", true}}, {}, 7};
  store.popularity = {{{"b", 4}, {"unknown", 9}}, 3};
  REQUIRE(catalog.Refresh({}).ok());
  const auto first = catalog.Snapshot();
  REQUIRE(first->item_count == 2);
  CHECK(first->blocks.at(0)->at(0).item->id == "a");
  CHECK(first->Find("b")->popularity == 4);
  CHECK(first->Find("c") == nullptr);
  CHECK(first->max_popularity == 4);

  store.items = {{{"c", "C", "", false}}, {"a"}, 9};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(store.asked == std::vector<std::int64_t>{0, 7});
  CHECK(catalog.Snapshot()->Find("a") == nullptr);
  CHECK(!catalog.Snapshot()->Find("c")->item->available);
  CHECK(catalog.Snapshot()->Find("b")->popularity == 4);
  CHECK(first->Find("a") != nullptr);
}

TEST_CASE("what is popular of late is taken in, also where all else stays") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  store.items = {{{"a", "A", ""}, {"b", "B", ""}}, {}, 1};
  store.popularity = {{{"a", 4}}, 1};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(!catalog.Snapshot()->knows_recent);
  store.popularity = {{{"a", 4, 0.5}}, 2};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(catalog.Snapshot()->Find("a")->recent_sum == 0.5);
  CHECK(catalog.Snapshot()->knows_recent);
  store.items = {{{"a", "A again", ""}}, {}, 2};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(catalog.Snapshot()->Find("a")->recent_sum == 0.5);
  store.items = {{}, {"a"}, 3};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(!catalog.Snapshot()->knows_recent);
}

TEST_CASE("without news the snapshot stays the same object") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  store.items = {{{"a", "A", "", true}}, {}, 1};
  REQUIRE(catalog.Refresh({}).ok());
  const auto before = catalog.Snapshot();
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(catalog.Snapshot() == before);
}

TEST_CASE("an error leaves the catalog as it was") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  store.items = {{{"a", "A", "", true}}, {}, 1};
  REQUIRE(catalog.Refresh({}).ok());
  store.error = absl::UnavailableError("down");
  CHECK(absl::IsUnavailable(catalog.Refresh({})));
  CHECK(catalog.Snapshot()->item_count == 1);
}

TEST_CASE("writes refresh nothing by themselves, and the next reader takes them in at once") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  store.items = {{{"a", "A", "", true}, {"b", "B", "", true}}, {}, 2};
  for (int i = 0; i < 100; ++i) catalog.NoteWrite();
  CHECK(store.asked.empty());
  CHECK(catalog.Current({})->item_count == 2);
  CHECK(catalog.Current({})->item_count == 2);
  CHECK(store.asked.size() == 1);
  catalog.NoteWrite();
  CHECK(catalog.Current({})->item_count == 2);
  CHECK(store.asked.size() == 2);
}

TEST_CASE("while the store cannot be reached the catalog goes on, and is asked again") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  store.error = absl::UnavailableError("down");
  catalog.NoteWrite();
  CHECK(catalog.Current({})->item_count == 0);
  store.error = absl::OkStatus();
  store.items = {{{"a", "A", "", true}}, {}, 1};
  CHECK(catalog.Current({})->item_count == 1);
}

TEST_CASE("an item that became known after its popularity has it, and one deleted loses it") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  store.popularity = {{{"a", 4}, {"b", 2}}, 1};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(catalog.Snapshot()->max_popularity == 0);
  store.items = {{{"a", "A", "x", true}, {"b", "B", "y", true}}, {}, 1};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(catalog.Snapshot()->max_popularity == 4);
  const auto& categories = *catalog.Snapshot()->categories;
  CHECK(categories.Within("x") ==
        std::vector<std::int32_t>{catalog.Snapshot()->Find("a")->category});
  CHECK(categories.Within("z").empty());
  store.items = {{}, {"a"}, 2};
  REQUIRE(catalog.Refresh({}).ok());
  CHECK(catalog.Snapshot()->max_popularity == 2);
  CHECK(catalog.Snapshot()->popular_threshold == 2);
}

TEST_CASE("the tenth most popular items are popular") {
  FakeCatalogStore store;
  Catalog catalog(&store);
  for (int i = 0; i < 20; ++i) {
    const std::string id(1, static_cast<char>('a' + i));
    store.items.changed.push_back({id, id, "", true});
    store.popularity.changed.push_back({id, static_cast<double>(i)});
  }
  REQUIRE(catalog.Refresh({}).ok());
  // 19 items have any; the top tenth is the first and second of them.
  CHECK(catalog.Snapshot()->popular_threshold == 18);
}

}  // namespace
}  // namespace clientele::recommend
