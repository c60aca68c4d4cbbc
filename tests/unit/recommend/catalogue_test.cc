#include "services/recommend-service/core/catalogue.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

class FakeCatalogueStore final : public CatalogueStore {
 public:
  absl::StatusOr<CatalogueChanges> ItemsSince(const RequestContext&,
                                              std::int64_t revision) override {
    asked.push_back(revision);
    if (!error.ok()) return error;
    CatalogueChanges changes = std::exchange(items, {});
    changes.revision = std::max(changes.revision, revision);
    return changes;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&,
                                                    std::int64_t revision) override {
    PopularityChanges changes = std::exchange(popularity, {});
    changes.revision = std::max(changes.revision, revision);
    return changes;
  }

  CatalogueChanges items;
  PopularityChanges popularity;
  absl::Status error;
  std::vector<std::int64_t> asked;
};

TEST_CASE("a catalogue takes in what changed since the last revision") {
  FakeCatalogueStore store;
  Catalogue catalogue(&store);
  CHECK(catalogue.Snapshot()->entries.empty());
  store.items = {{{"b", "B", "", true}, {"a", "A", "", true}}, {}, 7};
  store.popularity = {{{"b", 4}, {"unknown", 9}}, 3};
  REQUIRE(catalogue.Refresh({}).ok());
  const auto first = catalogue.Snapshot();
  REQUIRE(first->entries.size() == 2);
  CHECK(first->entries[0].item->id == "a");
  CHECK(first->Find("b")->popularity == 4);
  CHECK(first->Find("c") == nullptr);
  CHECK(first->max_popularity == 4);

  store.items = {{{"c", "C", "", false}}, {"a"}, 9};
  REQUIRE(catalogue.Refresh({}).ok());
  CHECK(store.asked == std::vector<std::int64_t>{0, 7});
  CHECK(catalogue.Snapshot()->Find("a") == nullptr);
  CHECK(!catalogue.Snapshot()->Find("c")->item->available);
  CHECK(catalogue.Snapshot()->Find("b")->popularity == 4);
  CHECK(first->Find("a") != nullptr);
}

TEST_CASE("without news the snapshot stays the same object") {
  FakeCatalogueStore store;
  Catalogue catalogue(&store);
  store.items = {{{"a", "A", "", true}}, {}, 1};
  REQUIRE(catalogue.Refresh({}).ok());
  const auto before = catalogue.Snapshot();
  REQUIRE(catalogue.Refresh({}).ok());
  CHECK(catalogue.Snapshot() == before);
}

TEST_CASE("an error leaves the catalogue as it was") {
  FakeCatalogueStore store;
  Catalogue catalogue(&store);
  store.items = {{{"a", "A", "", true}}, {}, 1};
  REQUIRE(catalogue.Refresh({}).ok());
  store.error = absl::UnavailableError("away");
  CHECK(absl::IsUnavailable(catalogue.Refresh({})));
  CHECK(catalogue.Snapshot()->entries.size() == 1);
}

TEST_CASE("the tenth most popular items are popular") {
  FakeCatalogueStore store;
  Catalogue catalogue(&store);
  for (int i = 0; i < 20; ++i) {
    const std::string id(1, static_cast<char>('a' + i));
    store.items.changed.push_back({id, id, "", true});
    store.popularity.changed.push_back({id, static_cast<double>(i)});
  }
  REQUIRE(catalogue.Refresh({}).ok());
  // 19 items have any; the top tenth is the first and second of them.
  CHECK(catalogue.Snapshot()->popular_threshold == 18);
}

}  // namespace
}  // namespace clientele::recommend
