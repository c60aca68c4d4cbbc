#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_CONTENT_INDEXER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_CONTENT_INDEXER_H_

// Keeps the content index of the catalog: terms are found once for each version of an item, and
// the index is made again where items changed.

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/recommend-service/core/content/content_index.h"
#include "services/recommend-service/core/items/catalog_snapshot.h"

namespace clientele::recommend {

// For one thread at a time.
class ContentIndexer {
 public:
  // Of the snapshot's items; the one before where they are the same. O(catalog) where they are not.
  std::shared_ptr<const ContentIndex> Refresh(const CatalogSnapshot& catalog);

 private:
  std::vector<ContentDocument> documents_;  // of index_, in the catalog's order
  std::shared_ptr<const ContentIndex> index_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_CONTENT_INDEXER_H_
