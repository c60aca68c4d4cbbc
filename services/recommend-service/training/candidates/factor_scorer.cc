#include "services/recommend-service/training/candidates/factor_scorer.h"

#include <algorithm>
#include <cstddef>

#include "common/topk/dot_products.h"

namespace clientele::recommend {

void FactorScorer::Score(std::int64_t customer, absl::Span<float> scores) const {
  const auto k = static_cast<std::size_t>(items_.size(1));
  const auto items = static_cast<std::size_t>(items_.size(0));
  topk::DotProducts(
      absl::MakeConstSpan(items_.data_ptr<float>(), items * k), items_.size(0), items_.size(1),
      absl::MakeConstSpan(customers_.data_ptr<float>() + static_cast<std::size_t>(customer) * k, k),
      [&](std::int64_t first, absl::Span<const float> products) {
        std::copy(products.begin(), products.end(), scores.begin() + first);
      });
}

}  // namespace clientele::recommend
