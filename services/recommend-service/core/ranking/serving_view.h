#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SERVING_VIEW_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SERVING_VIEW_H_

// One catalog and one model that fit together for the length of a request, with
// what is worth computing once: which catalog item is which row of the model,
// what of each row a pass over the model needs, and the fold-in's sums.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/fold_in.h"

namespace clientele::recommend {

// A model with what was computed from it. Immutable.
struct ModelView {
  explicit ModelView(std::shared_ptr<const CollaborativeModel> loaded);

  // -1 when the model does not know the item.
  std::int64_t Row(absl::string_view item_id) const;
  // Of two rows' item factors; 0 when one of them is zero.
  double Cosine(std::int64_t a, std::int64_t b) const;

  const std::shared_ptr<const CollaborativeModel> model;
  const FoldIn fold_in;
  float max_item_bias = 0;  // the greatest |b_i|

 private:
  absl::flat_hash_map<std::string, std::int64_t> rows_;
  std::vector<double> norms_;
};

// Of one catalog block: the model's row of each entry, -1 where the model does not know it.
struct BlockRows {
  std::vector<std::int32_t> rows;
  bool has_unknown = false;
};

// Immutable.
struct ServingView {
  std::shared_ptr<const CatalogSnapshot> catalog;
  std::shared_ptr<const ModelView> model;  // null when none serves; the rest is then empty

  std::vector<std::shared_ptr<const BlockRows>> block_rows;  // by catalog block
  // By row of the model: the category's number, -1 where the item is not in the catalog; and 1
  // where it may be recommended, else 0.
  std::vector<std::int32_t> category_of_row;
  std::vector<std::uint8_t> available_row;
};

// Makes a view again only when the catalog or the model changed, and then at the cost of the blocks
// that changed. Thread-safe.
class ServingViews {
 public:
  // Borrowed.
  ServingViews(Catalog* catalog, CollaborativeModels* models)
      : catalog_(catalog), models_(models) {}

  // With the writes of this process that were answered before; see Catalog::Current.
  std::shared_ptr<const ServingView> Current(const RequestContext& context);

 private:
  Catalog* const catalog_;
  CollaborativeModels* const models_;
  std::mutex mutex_;
  std::shared_ptr<const ServingView> current_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SERVING_VIEW_H_
