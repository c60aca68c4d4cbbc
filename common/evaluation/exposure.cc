#include "common/evaluation/exposure.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace clientele::evaluation {

CatalogExposure::CatalogExposure(absl::Span<const std::int64_t> customers_of_item,
                                 std::int64_t customers)
    : shown_(customers_of_item.size(), false) {
  const double all = static_cast<double>(std::max<std::int64_t>(1, customers));
  novelty_of_item_.reserve(customers_of_item.size());
  for (const std::int64_t count : customers_of_item) {
    const double share = static_cast<double>(std::max<std::int64_t>(1, count)) / all;
    novelty_of_item_.push_back(-std::log2(share));
  }
}

void CatalogExposure::Add(absl::Span<const std::int32_t> items) {
  double sum = 0;
  std::int64_t count = 0;
  for (const std::int32_t item : items) {
    const std::size_t at = static_cast<std::size_t>(item);
    if (item < 0 || at >= shown_.size()) continue;
    if (!shown_[at]) ++shown_count_;
    shown_[at] = true;
    sum += novelty_of_item_[at];
    ++count;
  }
  if (count == 0) return;
  novelty_sum_ += sum / static_cast<double>(count);
  ++lists_;
}

double CatalogExposure::Coverage() const {
  if (shown_.empty()) return 0;
  return static_cast<double>(shown_count_) / static_cast<double>(shown_.size());
}

double CatalogExposure::Novelty() const {
  return lists_ == 0 ? 0 : novelty_sum_ / static_cast<double>(lists_);
}

}  // namespace clientele::evaluation
