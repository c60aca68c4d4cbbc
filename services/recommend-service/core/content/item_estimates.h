#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_ITEM_ESTIMATES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_ITEM_ESTIMATES_H_

// Factors of items that the model does not know, from the items that it does know and that say the
// same: the mean of the nearest ones' q and b, weighted with their cosines, and of the mean of the
// item's category, which counts as much as one neighbor of cosine kCategoryWeight. So a new item is
// recommended to those who like its kind before anybody has touched it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/content/content_index.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// How many known items an estimate is made from, and how near they have to be at least.
inline constexpr std::size_t kEstimateNeighbors = 20;
inline constexpr double kMinEstimateCosine = 0.1;
inline constexpr double kCategoryWeight = 0.2;

// Of one index and one model. Immutable and thread-safe.
class ItemEstimates {
 public:
  // `row_of` gives the model's row of an item, -1 for one that it does not know.
  ItemEstimates(std::shared_ptr<const ContentIndex> index,
                std::shared_ptr<const CollaborativeModel> model,
                absl::FunctionRef<std::int64_t(absl::string_view item_id)> row_of);

  const ContentIndex& index() const { return *index_; }
  const CollaborativeModel& model() const { return *model_; }

  std::size_t size() const { return biases_.size(); }
  // -1 for an item of the model, and for one that has neither a neighbor nor its category in it.
  std::int32_t Find(absl::string_view item_id) const;
  absl::string_view item_id(std::int32_t estimate) const {
    return item_ids_[static_cast<std::size_t>(estimate)];
  }
  // Row-major size() x K, and size().
  absl::Span<const float> factors() const { return factors_; }
  absl::Span<const float> biases() const { return biases_; }

 private:
  const std::shared_ptr<const ContentIndex> index_;
  const std::shared_ptr<const CollaborativeModel> model_;
  absl::flat_hash_map<absl::string_view, std::int32_t> numbers_;
  std::vector<absl::string_view> item_ids_;
  std::vector<float> factors_;
  std::vector<float> biases_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_ITEM_ESTIMATES_H_
