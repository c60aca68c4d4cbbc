#include "services/recommend-service/training/candidates/customer_neighbors.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace clientele::recommend {
namespace {

class NeighborScorer final : public ItemScorer {
 public:
  NeighborScorer(const SparseMatrix& by_customer, const CustomerNeighborsOptions& options)
      : by_customer_(by_customer),
        by_item_(Transpose(by_customer)),
        options_(options),
        weights_(static_cast<std::size_t>(by_customer.columns)) {
    for (std::size_t item = 0; item < weights_.size(); ++item) {
      const auto customers =
          static_cast<double>(by_item_.RowEntries(static_cast<std::int64_t>(item)));
      weights_[item] = customers > 0 ? std::pow(customers, -options.discount) : 0;
    }
  }

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    std::vector<double> shared(static_cast<std::size_t>(by_customer_.rows), 0);
    std::vector<std::int32_t> met;
    for (const std::int32_t item : by_customer_.Columns(customer)) {
      for (const std::int32_t other : by_item_.Columns(item)) {
        double& own = shared[static_cast<std::size_t>(other)];
        if (own == 0) met.push_back(other);
        own += weights_[static_cast<std::size_t>(item)];
      }
    }
    std::vector<std::pair<double, std::int32_t>> neighbors;
    neighbors.reserve(met.size());
    const auto items = static_cast<double>(by_customer_.RowEntries(customer));
    for (const std::int32_t other : met) {
      if (other == customer) continue;
      const auto others = static_cast<double>(by_customer_.RowEntries(other));
      neighbors.emplace_back(-shared[static_cast<std::size_t>(other)] /
                                 (std::sqrt(items * others) + options_.shrinkage),
                             other);
    }
    // Most similar first, of equal ones the lower number.
    const auto kept = std::min(neighbors.size(), static_cast<std::size_t>(options_.max_neighbors));
    std::partial_sort(neighbors.begin(), neighbors.begin() + static_cast<std::ptrdiff_t>(kept),
                      neighbors.end());
    neighbors.resize(kept);
    std::fill(scores.begin(), scores.end(), 0.0f);
    for (const auto& [dissimilarity, other] : neighbors) {
      for (const std::int32_t item : by_customer_.Columns(other)) {
        scores[static_cast<std::size_t>(item)] -= static_cast<float>(dissimilarity);
      }
    }
  }

 private:
  const SparseMatrix& by_customer_;
  const SparseMatrix by_item_;
  const CustomerNeighborsOptions options_;
  std::vector<double> weights_;
};

}  // namespace

std::string CustomerNeighbors::Description() const {
  return absl::StrCat("neighbors(", options_.max_neighbors, ", discount=", options_.discount, ")");
}

absl::StatusOr<std::unique_ptr<ItemScorer>> CustomerNeighbors::Fit(
    const CandidateTraining& training) const {
  return std::make_unique<NeighborScorer>(training.interactions, options_);
}

}  // namespace clientele::recommend
