#include "services/recommend-service/core/content/content_index.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/content/content_indexer.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

ContentDocument Document(std::string id, std::string title, std::string category) {
  auto item = std::make_shared<const CatalogItem>(
      CatalogItem{std::move(id), std::move(title), std::move(category), true});
  auto terms = std::make_shared<const std::vector<std::string>>(ContentTerms(*item));
  return {std::move(item), std::move(terms)};
}

bool All(std::int32_t) { return true; }

TEST_CASE("the cosine of two items is that of their weighted terms") {
  const ContentIndex index(
      {Document("a", "red mug", ""), Document("b", "red cup", ""), Document("c", "lamp", "")});
  // "red" is in two of three documents, the others are in one.
  const double red = std::log1p((3 - 2 + 0.5) / (2 + 0.5));
  const double rare = std::log1p((3 - 1 + 0.5) / (1 + 0.5));
  CHECK(index.Cosine(0, 1) == Approx(red * red / (red * red + rare * rare)));
  CHECK(index.Cosine(0, 2) == 0);
  CHECK(index.Cosine(2, 2) == Approx(1));
}

TEST_CASE("the nearest items come first, equal ones in their order, without the item itself") {
  const ContentIndex index({Document("a", "red mug", ""), Document("b", "blue mug", ""),
                            Document("c", "green mug", ""), Document("d", "red mug", ""),
                            Document("e", "lamp", "")});
  std::vector<std::int32_t> found;
  for (const auto& one : index.Nearest(index.Find("a"), 10, All)) found.push_back(one.document);
  CHECK(found == std::vector<std::int32_t>{3, 1, 2});
  CHECK(index.Nearest(0, 1, All).size() == 1);
  CHECK(index.Nearest(0, 10, [](std::int32_t document) { return document == 2; }).size() == 1);
  CHECK(index.Nearest(4, 10, All).empty());
  CHECK(index.Find("nobody") == -1);
}

TEST_CASE("a text is near to the items that it could be the title of") {
  const ContentIndex index(
      {Document("a", "red mug", ""), Document("b", "blue mug", ""), Document("c", "lamp", "")});
  // The same words, as often, in another order, beside one that no item has.
  const auto found = index.Nearest({"mug", "red", "zebra"}, 10, All);
  REQUIRE(found.size() == 2);
  CHECK(found[0].document == 0);
  CHECK(found[0].cosine == Approx(1));
  CHECK(found[1].document == 1);
  CHECK(found[1].cosine == Approx(index.Cosine(0, 1)));
  CHECK(index.Nearest({"mug", "red"}, 10, [](std::int32_t d) { return d != 0; }).size() == 1);
  CHECK(index.Nearest({"zebra"}, 10, All).empty());
  CHECK(index.Nearest(std::vector<std::string>(), 10, All).empty());
}

TEST_CASE("among many items the nearest are those of a plain loop over all of them") {
  std::mt19937 random(11);
  std::vector<ContentDocument> documents;
  for (int d = 0; d < 9'000; ++d) {
    std::string title;
    for (int word = 0; word < 4; ++word) title += "word" + std::to_string(random() % 400) + " ";
    documents.push_back(Document(std::to_string(100'000 + d), title, ""));
  }
  const ContentIndex index(documents);
  const auto odd = [](std::int32_t document) { return document % 2 == 1; };
  for (const std::int32_t document : {0, 4'095, 4'096, 8'999}) {
    std::vector<std::pair<double, std::int32_t>> expected;
    for (std::int32_t other = 0; other < 9'000; ++other) {
      const double cosine = index.Cosine(document, other);
      if (other != document && odd(other) && cosine > 0) expected.emplace_back(-cosine, other);
    }
    std::sort(expected.begin(), expected.end());
    const auto found = index.Nearest(document, 40, odd);
    REQUIRE(found.size() == 40);
    for (std::size_t at = 0; at < found.size(); ++at) {
      CHECK(found[at].document == expected[at].second);
      CHECK(found[at].cosine == -expected[at].first);
    }
  }
}

TEST_CASE("the titles of Chinese items are compared by their words") {
  const ContentIndex index({Document("a", "户外折叠帐篷", "露营"),
                            Document("b", "双人帐篷", "露营"), Document("c", "陶瓷茶杯", "厨房")});
  CHECK(index.Cosine(0, 1) > 0.1);
  CHECK(index.Cosine(0, 2) == 0);
}

TEST_CASE("the median of a category is that of its pairs, and infinite where there is none") {
  CHECK(ContentIndex({}).same_category_median() == std::numeric_limits<double>::infinity());
  CHECK(ContentIndex({Document("a", "mug", ""), Document("b", "mug", "")}).same_category_median() ==
        std::numeric_limits<double>::infinity());
  const ContentIndex index({Document("a", "mug", "kitchen"), Document("b", "red mug", "kitchen"),
                            Document("c", "torch", "light")});
  CHECK(index.same_category_median() == Approx(index.Cosine(0, 1)));
}

CatalogSnapshot Snapshot(const std::vector<ContentDocument>& documents) {
  CatalogSnapshot catalog;
  CatalogBlock block;
  for (const ContentDocument& document : documents) block.push_back({document.item});
  catalog.item_count = block.size();
  catalog.blocks = {std::make_shared<const CatalogBlock>(std::move(block))};
  return catalog;
}

TEST_CASE("the indexer makes an index again where items changed, and only there") {
  ContentIndexer indexer;
  std::vector<ContentDocument> documents = {Document("a", "mug", ""), Document("b", "cup", "")};
  const auto first = indexer.Refresh(Snapshot(documents));
  CHECK(first->size() == 2);
  CHECK(indexer.Refresh(Snapshot(documents)) == first);
  documents[1] = Document("b", "mug", "");
  const auto second = indexer.Refresh(Snapshot(documents));
  CHECK(second != first);
  CHECK(second->Cosine(0, 1) == Approx(1));
  documents.pop_back();
  CHECK(indexer.Refresh(Snapshot(documents))->size() == 1);
}

}  // namespace
}  // namespace clientele::recommend
