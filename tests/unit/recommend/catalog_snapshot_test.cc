#include "services/recommend-service/core/items/catalog_snapshot.h"

#include <map>
#include <random>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

CatalogEntry Entry(const std::string& id, double popularity = 0) {
  return {std::make_shared<const CatalogItem>(CatalogItem{id, "Title of " + id, "", true}), 0,
          popularity};
}

std::string Id(unsigned number) { return "item-" + std::to_string(number); }

TEST_CASE("blocks hold what a plain map holds, after any edits") {
  std::mt19937 random(3);
  std::map<std::string, double> plain;
  CatalogSnapshot snapshot;
  for (int round = 0; round < 200; ++round) {
    CatalogEdits edits;
    const unsigned count = round % 10 == 0 ? 3000 : random() % 40;
    for (unsigned i = 0; i < count; ++i) {
      const std::string id = Id(random() % 6000);
      // From the middle on there are more deletions than new items.
      if (random() % 100 < (round < 100 ? 20 : 70)) {
        edits[id] = std::nullopt;
        plain.erase(id);
      } else {
        const double popularity = random() % 1000;
        edits[id] = Entry(id, popularity);
        plain[id] = popularity;
      }
    }
    snapshot.blocks = EditBlocks(snapshot.blocks, edits);
    auto expected = plain.begin();
    for (const auto& block : snapshot.blocks) {
      REQUIRE(!block->empty());
      REQUIRE(block->size() <= kMaxCatalogBlock);
      for (const CatalogEntry& entry : *block) {
        REQUIRE(expected != plain.end());
        REQUIRE(entry.item->id == expected->first);
        REQUIRE(entry.popularity == expected->second);
        ++expected;
      }
    }
    REQUIRE(expected == plain.end());
    for (int i = 0; i < 50; ++i) {
      const std::string id = Id(random() % 7000);
      const CatalogEntry* const found = snapshot.Find(id);
      REQUIRE((found != nullptr) == plain.contains(id));
      if (found != nullptr) REQUIRE(found->item->id == id);
    }
  }
}

TEST_CASE("an edit makes one block anew and shares the others") {
  CatalogEdits all;
  for (unsigned i = 0; i < 20'000; ++i) all[Id(i)] = Entry(Id(i));
  const auto before = EditBlocks({}, all);
  REQUIRE(before.size() > 20);
  for (const bool deleted : {false, true}) {
    CatalogEdits one;
    one["item-777"] = deleted ? std::nullopt : std::optional(Entry("item-777", 5));
    const auto after = EditBlocks(before, one);
    const std::set<std::shared_ptr<const CatalogBlock>> shared(before.begin(), before.end());
    std::size_t fresh = 0;
    for (const auto& block : after) fresh += !shared.contains(block);
    CHECK(fresh == 1);
  }
}

}  // namespace
}  // namespace clientele::recommend
