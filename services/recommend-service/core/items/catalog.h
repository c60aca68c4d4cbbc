#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_H_

// The items as recommendations need them, in memory, beside how popular each is.
// The database is the source of truth: every change of an item gets a revision in
// commit order, and Refresh() adds what is newer than the last one seen.
//
//   Catalog catalog(&store);
//   catalog.Refresh(context);                 // after own writes, and twice a second
//   const std::shared_ptr<const CatalogSnapshot> items = catalog.Snapshot();

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"

namespace clientele::recommend {

struct CatalogItem {
  std::string id;
  std::string title;
  std::string category;
  bool available = true;
};

// What changed since a revision.
struct CatalogChanges {
  std::vector<CatalogItem> changed;
  std::vector<std::string> deleted;
  std::int64_t revision = 0;  // the newest seen; the one asked for when nothing changed
};

struct ItemPopularity {
  std::string item_id;
  double weight = 0;  // see PopularityWeight()
};

struct PopularityChanges {
  std::vector<ItemPopularity> changed;
  std::int64_t revision = 0;
};

// The port behind it. Thread-safe.
class CatalogStore {
 public:
  virtual ~CatalogStore() = default;
  // Complete: what commits later has a greater revision. 0 asks for everything.
  virtual absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext& context,
                                                    std::int64_t revision) = 0;
  virtual absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext& context,
                                                            std::int64_t revision) = 0;
};

struct CatalogEntry {
  std::shared_ptr<const CatalogItem> item;
  double popularity = 0;  // at least 0
};

// Immutable.
struct CatalogSnapshot {
  std::vector<CatalogEntry> entries;  // by id, ascending; unavailable ones too
  double max_popularity = 0;
  // Popularity of the 10% most popular items begins here; infinite when none has any.
  double popular_threshold = 0;

  // Null when there is no such item.
  const CatalogEntry* Find(absl::string_view id) const;
};

// Thread-safe.
class Catalog {
 public:
  // Borrowed.
  explicit Catalog(CatalogStore* store);

  // Adds what is new; concurrent calls are serialized. An error leaves the snapshot as it was.
  absl::Status Refresh(const RequestContext& context);
  // Never null; empty before the first Refresh().
  std::shared_ptr<const CatalogSnapshot> Snapshot() const;

 private:
  CatalogStore* const store_;

  std::mutex refresh_mutex_;  // guards the next four
  std::int64_t item_revision_ = 0;
  std::int64_t popularity_revision_ = 0;
  std::map<std::string, std::shared_ptr<const CatalogItem>, std::less<>> items_;
  std::map<std::string, double, std::less<>> popularity_;

  mutable std::mutex snapshot_mutex_;
  std::shared_ptr<const CatalogSnapshot> snapshot_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_H_
