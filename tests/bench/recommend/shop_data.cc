#include "tests/bench/recommend/shop_data.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <cblas.h>

#include "absl/strings/str_format.h"

namespace clientele::bench {

recommend::TrainingSet RandomSet(int customers, int items, int each) {
  recommend::TrainingSet set;
  std::mt19937 random(5);
  for (int i = 0; i < items; ++i) set.item_ids.push_back(absl::StrFormat("i%07d", i));
  std::vector<int> bought;
  for (int u = 0; u < customers; ++u) {
    set.customer_ids.push_back(absl::StrFormat("c%07d", u));
    bought.clear();
    for (int i = 0; i < each; ++i) {
      const double share = static_cast<double>(random() % 100'000) / 100'000;
      bought.push_back(static_cast<int>(share * share * items));
    }
    std::sort(bought.begin(), bought.end());
    bought.erase(std::unique(bought.begin(), bought.end()), bought.end());
    for (const int item : bought) {
      set.examples.push_back({u, item, 1.0F, static_cast<std::int64_t>(random() % 100'000)});
    }
  }
  set.interaction_count = static_cast<std::int64_t>(set.examples.size());
  return set;
}

float PlainRead(absl::Span<const float> values) {
  return cblas_sdot(static_cast<int>(values.size()), values.data(), 1, values.data(), 1);
}

}  // namespace clientele::bench
