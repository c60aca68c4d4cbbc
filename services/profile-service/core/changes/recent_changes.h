#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_RECENT_CHANGES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_RECENT_CHANGES_H_

// The newest changes that this process has committed, for streams that are nearly up to date:
// they need not read from the database what was in this memory a moment ago.
//
//   RecentChanges recent({});
//   const RecentChanges::Reader reader(recent);        // for as long as a stream is open
//   ... commit; the changes have the numbers 41, 42, 43 ...
//   recent.Add(41, changes);
//   recent.Read(40, limit);                            // those three
//
// Changes of other replicas, and those that were not added, are missing: whoever comes to one
// reads the database. Holds no texts. Thread-safe.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "services/profile-service/core/changes/change.h"

namespace clientele::profile {

class RecentChanges {
 public:
  struct Options {
    std::size_t max_changes = 200'000;
    int64_t max_bytes = int64_t{64} * 1024 * 1024;  // as BytesOf counts
  };

  explicit RecentChanges(Options options) : options_(options) {}
  RecentChanges(const RecentChanges&) = delete;
  RecentChanges& operator=(const RecentChanges&) = delete;

  // While there is none, nothing is kept.
  class Reader {
   public:
    explicit Reader(RecentChanges& recent);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

   private:
    RecentChanges& recent_;
  };
  // Whether Add keeps anything.
  bool wanted() const;

  // Changes that are committed, numbered from `first_seq` on without gaps. Texts are dropped.
  // Numbers that are here already mean that the database was restored: the older ones go.
  void Add(int64_t first_seq, std::vector<Change> changes);
  // What comes right after `after`, within `limit` and up to the first change that is missing;
  // nullopt when the first one is. Says nothing of the feed as a whole.
  std::optional<ChangePage> Read(int64_t after, const PageLimit& limit) const;
  void Clear();

 private:
  void ClearLocked();

  const Options options_;
  mutable std::mutex mutex_;
  int readers_ = 0;
  std::map<int64_t, std::vector<Change>> runs_;  // by the number of the first
  std::size_t changes_ = 0;
  int64_t bytes_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_RECENT_CHANGES_H_
