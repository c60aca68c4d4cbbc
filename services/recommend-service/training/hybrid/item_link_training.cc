#include "services/recommend-service/training/hybrid/item_link_training.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::recommend {

SparseMatrix LikedItems(const TrainingSet& set) {
  std::vector<SparseEntry> entries;
  entries.reserve(set.examples.size());
  for (const TrainingExample& example : set.examples) {
    if (example.value > 0) entries.push_back({example.customer, example.item, 1});
  }
  return CompressRows(entries, static_cast<std::int64_t>(set.customer_ids.size()),
                      static_cast<std::int64_t>(set.item_ids.size()));
}

absl::StatusOr<std::vector<ItemLinks>> TrainItemLinks(const SparseMatrix& liked,
                                                      const ItemLinkOptions& options) {
  std::vector<ItemLinks> links;
  links.push_back(ItemItemLinks(liked, options.item_item, options.threads));
  if (liked.columns <= options.max_ease_items) {
    CLIENTELE_ASSIGN_OR_RETURN(ItemLinks ease,
                               EaseLinks(liked, options.ease, options.links_per_item));
    links.push_back(std::move(ease));
  }
  return links;
}

}  // namespace clientele::recommend
