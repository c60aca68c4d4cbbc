#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_APPLIED_REVISIONS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_APPLIED_REVISIONS_H_

// Which changes show in this replica's index, for those who wait for their own.
//
//   applied.Missing(7);        // the article of revision 7 waits
//   applied.SeeUpTo(7);        // everything up to 7 is known
//   applied.Shows(7);          // now it can be found
//   if (applied.Wait({7, 7}, absl::Seconds(2))) ...
//
// Thread-safe. Its lock is not the one that readers of the index take, and each call
// costs the logarithm of what waits.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>

#include "absl/time/time.h"

#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

class AppliedRevisions {
 public:
  void Missing(std::int64_t revision);
  void Shows(std::int64_t revision);
  // Everything up to `revision` was seen: what is not missing shows.
  void SeeUpTo(std::int64_t revision);
  // A first index is there; until then nothing shows.
  void Serve();
  // Every change shows.
  void ShowAll();

  bool HasApplied(const RevisionRange& range) const;
  // Waits until HasApplied(range), at most `timeout`; false when time ran out.
  bool Wait(const RevisionRange& range, absl::Duration timeout) const;
  std::size_t missing() const;

 private:
  bool Check(const RevisionRange& range) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool serving_ = false;
  std::int64_t seen_ = 0;
  std::set<std::int64_t> missing_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_APPLIED_REVISIONS_H_
