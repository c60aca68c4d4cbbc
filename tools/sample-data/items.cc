#include <set>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "tools/sample-data/catalog.h"
#include "tools/sample-data/company.h"
#include "tools/sample-data/random_stream.h"

namespace clientele::sample {
namespace {

std::string Capitalized(std::string text) {
  if (!text.empty()) text[0] = absl::ascii_toupper(text[0]);
  return text;
}

}  // namespace

std::vector<Item> MakeItems(const CompanyOptions& options) {
  const auto& categories = Categories();
  const auto& colors = Colors();
  std::set<std::tuple<int, int, int, int>> taken;
  std::vector<Item> items;
  for (int i = 0; i < options.items; ++i) {
    RandomStream random(options.seed, "item", i);
    Item item;
    item.id = absl::StrFormat("WL-%04d", 1001 + i);
    item.category = i % static_cast<int>(categories.size());
    const Category& category = categories[item.category];
    item.kind = (i / static_cast<int>(categories.size())) % static_cast<int>(category.kinds.size());
    do {
      item.make = random.Below(category.makes.size());
      item.color = random.Below(colors.size());
    } while (!taken.insert({item.category, item.kind, item.make, item.color}).second);
    const ProductKind& kind = category.kinds[item.kind];
    const Make& make = category.makes[item.make];
    const Color& color = colors[item.color];
    item.style = make.style;
    item.price_band = random.Weighted({3, 4, 3});
    // 70 to 85, 90 to 115 or 125 to 160 percent of the usual price, ending in .50 or .95.
    constexpr int kPercent[3][2] = {{70, 85}, {90, 115}, {125, 160}};
    const int64_t percent =
        random.Between(kPercent[item.price_band][0], kPercent[item.price_band][1]);
    const int64_t pounds = kind.base_pence * percent / 10000;
    item.price_pence = pounds * 100 + (random.Chance(50) ? 50 : 95);
    item.popularity = 1 + random.Weighted({20, 18, 16, 12, 10, 8, 6, 5, 3, 2});
    item.title = Capitalized(absl::StrCat(make.name.en, " ", kind.name.en, ", ", color.name.en));
    item.title_zh = absl::StrCat(color.name.zh, make.name.zh, kind.name.zh);
    const int first = random.Below(category.sentences.size());
    const int second =
        (first + 1 + random.Below(category.sentences.size() - 1)) % category.sentences.size();
    item.description = absl::StrCat(
        Capitalized(make.name.en), " ", kind.name.en, " in ", color.name.en, " from our ",
        category.name.en, " range. ", category.sentences[first].en, " ",
        category.sentences[second].en, " ", item.title_zh, "，", category.sentences[first].zh);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace clientele::sample
