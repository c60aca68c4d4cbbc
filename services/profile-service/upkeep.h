#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_UPKEEP_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_UPKEEP_H_

#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/process/service_process.h"
#include "services/profile-service/core/changes/change_feed.h"
#include "services/profile-service/core/merges/match_finder.h"
#include "services/profile-service/core/profiles/text_vector_worker.h"
#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segment_size_log.h"
#include "services/profile-service/core/segments/segment_worker.h"
#include "services/profile-service/store/features/pg_behavior_store.h"
#include "services/profile-service/store/features/pg_text_vector_store.h"

namespace clientele::profile {

// What the service does by itself: it embeds texts, decides who belongs to which segment and
// records how large segments are, looks for customers who are one person, makes sums again that are
// not complete, and prunes the ledger and the change feed. Everything is borrowed and outlives it;
// the process stops before it goes.
class Upkeep {
 public:
  struct Intervals {
    absl::Duration derive;  // the pause when nothing is left to derive
    absl::Duration match;   // between searches for matches; 0: none
  };

  // Before the process starts.
  Upkeep(process::ServiceProcess* process, const crypto::Cipher* cipher, const Ledger* ledger,
         TextEmbedder* embedder, PgBehaviorStore* behavior, SegmentStore* segments,
         MembershipStore* memberships, ChangeNotifier* notifier, ChangeFeed* changes,
         MatchFinder* matches, const AffinityModel& affinity, const consent::Policy& policy,
         const Intervals& intervals);

  // A segment was made: it is filled at once.
  void FillSegments() { fill_task_->Wake(); }

 private:
  absl::Status RebuildSums(const RequestContext& context);
  absl::Status PruneLedger(const RequestContext& context);

  process::ServiceProcess* const process_;
  const Ledger* const ledger_;
  PgBehaviorStore* const behavior_;
  ChangeFeed* const changes_;
  const AffinityModel affinity_;
  PgTextVectorStore texts_;
  TextVectorWorker worker_;
  SegmentWorker segments_;
  SegmentFiller fills_;
  SegmentSizeLog sizes_;
  process::RepeatedTask* fill_task_ = nullptr;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_UPKEEP_H_
