#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_H_

// The items as recommendations need them, in memory, beside how popular each is.
// The database is the source of truth: every change of an item gets a revision in
// commit order, and Refresh() adds what is newer than the last one seen.
//
//   Catalog catalog(&store);
//   catalog.Refresh(context);      // twice a second
//   catalog.NoteWrite();           // after an own write was committed
//   const std::shared_ptr<const CatalogSnapshot> items = catalog.Current(context);
//
// Writes refresh nothing: the next Current() does, once for all writes before it, and a refresh
// costs what changed. So an item counts in this process as soon as its write was answered, and in
// another one after its next Refresh().

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/items/catalog_snapshot.h"

namespace clientele::recommend {

// What changed since a revision.
struct CatalogChanges {
  std::vector<CatalogItem> changed;
  std::vector<std::string> deleted;
  std::int64_t revision = 0;  // the newest seen; the one asked for when nothing changed
  // These are all items: who knows another one drops it. Also told to who asked from a revision
  // before which deletions were forgotten.
  bool complete = false;
};

struct ItemPopularity {
  std::string item_id;
  double weight = 0;      // see PopularityWeight()
  double recent_sum = 0;  // the same, decayed forward, see recent_popularity.h
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

// Thread-safe.
class Catalog {
 public:
  // Borrowed.
  explicit Catalog(CatalogStore* store);

  // Adds what is new; concurrent calls are serialized. An error leaves the snapshot as it was.
  absl::Status Refresh(const RequestContext& context);
  // Says that a write of this process was committed.
  void NoteWrite() { ++writes_; }
  // The newest snapshot, with every write that was noted before the call; without them when the
  // store cannot be reached. Never null.
  std::shared_ptr<const CatalogSnapshot> Current(const RequestContext& context);
  // The newest snapshot as it is. Never null; empty before the first Refresh().
  std::shared_ptr<const CatalogSnapshot> Snapshot() const;

 private:
  // Under refresh_mutex_.
  absl::Status RefreshLocked(const RequestContext& context);
  void CountPopularity(CatalogSnapshot& next) const;

  CatalogStore* const store_;
  std::atomic<std::uint64_t> writes_ = 0;       // noted
  std::atomic<std::uint64_t> writes_seen_ = 0;  // of those, in the snapshot

  std::mutex refresh_mutex_;  // guards the next three
  std::int64_t item_revision_ = 0;
  std::int64_t popularity_revision_ = 0;
  // Also of ids that are no items yet.
  absl::flat_hash_map<std::string, ItemPopularity> popularity_;

  mutable std::mutex snapshot_mutex_;
  std::shared_ptr<const CatalogSnapshot> snapshot_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_H_
