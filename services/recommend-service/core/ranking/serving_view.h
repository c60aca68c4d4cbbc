#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SERVING_VIEW_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SERVING_VIEW_H_

// One catalog and one model that fit together for the length of a request, with
// what is worth computing once: which catalog item is which row of the model,
// what of each row a pass over the model needs, and the fold-in's sums. Beside them, as soon as it
// was made in the background, what the items' texts say.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/content/content_index.h"
#include "services/recommend-service/core/content/content_indexer.h"
#include "services/recommend-service/core/content/item_estimates.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/factor_score.h"
#include "services/recommend-service/core/ranking/fold_in.h"
#include "services/recommend-service/core/ranking/sequence_model.h"

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

// Of one catalog block: the slot of each entry. That is the item's row of the model or, behind
// those, its estimate; -1 where it has neither.
struct BlockSlots {
  std::vector<std::int32_t> slots;
  bool has_unknown = false;
};

// Immutable.
struct ServingView {
  std::shared_ptr<const CatalogSnapshot> catalog;
  std::shared_ptr<const ModelView> model;  // null when none serves; the slots are then empty
  // Of this catalog or one a little older; null before the first was made.
  std::shared_ptr<const ContentIndex> content;
  // For items that the model does not know; null without a model, and until they are made.
  std::shared_ptr<const ItemEstimates> estimates;
  // Beside the model, with rows of its own; null when none serves.
  std::shared_ptr<const SequenceModel> sequence;

  std::vector<std::shared_ptr<const BlockSlots>> block_slots;  // by catalog block
  // By slot: the category's number, -1 where the item is not in the catalog; when it may be
  // recommended; and the catalog's entry, null where it is not there.
  std::vector<std::int32_t> category_of_slot;
  std::vector<AvailableTimes> available_slot;
  std::vector<const CatalogEntry*> entry_of_slot;

  // -1 for an item without one, and without a model.
  std::int32_t Slot(absl::string_view item_id) const;
  // Of a slot of this view.
  bool IsEstimated(std::int32_t slot) const;
  absl::string_view ItemId(std::int32_t slot) const;
  ItemTerms Terms(std::int32_t slot) const;
  // Null when the catalog has no such item; `slot` is the item's slot or -1.
  const CatalogEntry* Entry(absl::string_view item_id, std::int32_t slot) const {
    return slot >= 0 ? entry_of_slot[static_cast<std::size_t>(slot)] : catalog->Find(item_id);
  }
  // Whether two items are of one kind: of the same category, or with texts that are nearer than
  // those of two items of one category usually are.
  bool AreAlike(const CatalogEntry& a, const CatalogEntry& b) const;
};

// Makes a view again only when the catalog or the model changed, and then at the cost of the blocks
// that changed. Thread-safe.
class ServingViews {
 public:
  // Borrowed; `sequences` may be null.
  ServingViews(Catalog* catalog, CollaborativeModels* models, SequenceModels* sequences = nullptr)
      : catalog_(catalog), models_(models), sequences_(sequences) {}

  // With the writes of this process that were answered before; see Catalog::Current.
  std::shared_ptr<const ServingView> Current(const RequestContext& context);
  // Makes the content index and the estimates of what is new; what is served next has them. For a
  // background task: it costs O(catalog) where items changed.
  void RefreshContent(const RequestContext& context);

 private:
  Catalog* const catalog_;
  CollaborativeModels* const models_;
  SequenceModels* const sequences_;

  std::mutex refresh_mutex_;  // guards the indexer
  ContentIndexer indexer_;

  std::mutex mutex_;  // guards the rest
  std::shared_ptr<const ContentIndex> content_;
  std::shared_ptr<const ItemEstimates> estimates_;
  std::shared_ptr<const ServingView> current_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SERVING_VIEW_H_
