#include "services/recommend-service/core/content/item_estimates.h"

#include <utility>

namespace clientele::recommend {
namespace {

// A weighted mean of items' factors and biases.
class FactorMean {
 public:
  explicit FactorMean(std::size_t dimension) : sums_(dimension) {}

  void Add(absl::Span<const float> factors, float bias, double weight) {
    for (std::size_t j = 0; j < sums_.size(); ++j) sums_[j] += weight * factors[j];
    bias_ += weight * bias;
    total_ += weight;
  }
  // As if `weight` of the other mean were added.
  void Add(const FactorMean& other, double weight) {
    const double scale = weight / other.total_;
    for (std::size_t j = 0; j < sums_.size(); ++j) sums_[j] += scale * other.sums_[j];
    bias_ += scale * other.bias_;
    total_ += weight;
  }
  bool empty() const { return total_ <= 0; }
  float bias() const { return static_cast<float>(bias_ / total_); }
  void AppendFactors(std::vector<float>& factors) const {
    for (const double sum : sums_) factors.push_back(static_cast<float>(sum / total_));
  }

 private:
  std::vector<double> sums_;
  double bias_ = 0;
  double total_ = 0;
};

}  // namespace

ItemEstimates::ItemEstimates(std::shared_ptr<const ContentIndex> index,
                             std::shared_ptr<const CollaborativeModel> model,
                             absl::FunctionRef<std::int64_t(absl::string_view item_id)> row_of)
    : index_(std::move(index)), model_(std::move(model)) {
  const std::size_t k = static_cast<std::size_t>(model_->dimension());
  const auto add_row = [&](std::int64_t row, double weight, FactorMean& mean) {
    const std::size_t at = static_cast<std::size_t>(row);
    mean.Add(model_->item_factors().subspan(at * k, k), model_->item_biases()[at], weight);
  };
  std::vector<std::int64_t> rows;
  rows.reserve(index_->size());
  absl::flat_hash_map<absl::string_view, FactorMean> categories;
  for (std::size_t d = 0; d < index_->size(); ++d) {
    const CatalogItem& item = index_->item(static_cast<std::int32_t>(d));
    rows.push_back(row_of(item.id));
    if (rows.back() < 0 || item.category.empty()) continue;
    add_row(rows.back(), 1, categories.try_emplace(item.category, k).first->second);
  }
  const auto is_known = [&](std::int32_t document) {
    return rows[static_cast<std::size_t>(document)] >= 0;
  };
  for (std::size_t d = 0; d < rows.size(); ++d) {
    if (rows[d] >= 0) continue;
    const std::int32_t document = static_cast<std::int32_t>(d);
    const CatalogItem& item = index_->item(document);
    FactorMean mean(k);
    for (const auto& [neighbor, cosine] : index_->Nearest(document, kEstimateNeighbors, is_known)) {
      if (cosine < kMinEstimateCosine) break;
      add_row(rows[static_cast<std::size_t>(neighbor)], cosine, mean);
    }
    const auto category = categories.find(item.category);
    if (category != categories.end()) mean.Add(category->second, kCategoryWeight);
    if (mean.empty()) continue;
    numbers_.emplace(item.id, static_cast<std::int32_t>(biases_.size()));
    item_ids_.emplace_back(item.id);
    mean.AppendFactors(factors_);
    biases_.push_back(mean.bias());
  }
}

std::int32_t ItemEstimates::Find(absl::string_view item_id) const {
  const auto found = numbers_.find(item_id);
  return found == numbers_.end() ? -1 : found->second;
}

}  // namespace clientele::recommend
