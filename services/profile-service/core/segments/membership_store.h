#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_MEMBERSHIP_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_MEMBERSHIP_STORE_H_

// Who is to be looked at, what rules need of them, and what was decided; all in sets of customers.
//
// Two things call for decisions. A customer is due from the transaction on that stores an event of
// theirs, changes them or records their consent, and at the time that a decision named: then all
// segments are decided about. A segment is to be filled from the transaction on that makes it: then
// it alone is decided about, for all customers. Each customer has a revision, which every such
// transaction raises. A decision counts for the revision on which it was made; who has another one
// by then stays due, so that nothing is decided with older facts:
//
//   due = TakeDue(...); records = ReadRecords(ids of due); Settle(decisions)
//   fill = TakeFill(...); candidates = ListCandidates(...);
//   records = ReadRecords(some of them); SettleFill(*fill, last of them, decisions)
//
// Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/segments/membership.h"
#include "services/profile-service/core/segments/rules/rule_narrowing.h"
#include "services/profile-service/core/segments/rules/rule_reads.h"

namespace clientele::profile {

struct RecordQuery {
  RuleReads reads;
  absl::Time now;
  AffinityModel affinity;
};

class MembershipStore {
 public:
  virtual ~MembershipStore() = default;

  // Up to `limit` customers who are due at `now`, left to the caller until `now` + `lease`.
  virtual absl::StatusOr<std::vector<DueCustomer>> TakeDue(const RequestContext& context, int limit,
                                                           absl::Time now,
                                                           absl::Duration lease) = 0;
  // By id, all of one moment. Customers that there are not are left out.
  virtual absl::StatusOr<std::vector<CustomerRecord>> ReadRecords(
      const RequestContext& context, const std::vector<std::string>& customer_ids,
      const RecordQuery& query) = 0;
  // The customers belong to exactly the segments named, of those that were decided about; segments
  // that are gone are passed over. The feed tells who joined and left. They are due again at
  // next_change. Who has another revision by now stays as they are and is due at once; who is gone
  // is passed over; who was merged belongs to none, and their survivor is due. Returns how many
  // memberships changed.
  virtual absl::StatusOr<int> Settle(const RequestContext& context, const DecisionBatch& batch) = 0;

  // A segment that is to be filled, left to the caller until `now` + `lease`. Transactions that
  // were under way when it was made have ended by then: they do not make their customers due.
  virtual absl::StatusOr<std::optional<SegmentFill>> TakeFill(const RequestContext& context,
                                                              absl::Time now,
                                                              absl::Duration lease) = 0;
  // The first `limit` customers with ids above `after_id` whom `narrowing` leaves as of `now`, by
  // id. It takes about as long for one as for many.
  virtual absl::StatusOr<std::vector<Candidate>> ListCandidates(const RequestContext& context,
                                                                const RuleNarrowing& narrowing,
                                                                absl::string_view after_id,
                                                                int limit, absl::Time now) = 0;
  // The customers who belong to the filled segment join it, and are due at next_change if they are
  // not before; nobody leaves. The fill goes on after `next_after` (nullopt: it is done). Who has
  // another revision by now stays as they are and is due at once. Nothing, where somebody else came
  // this far or the segment is gone. Returns how many joined.
  virtual absl::StatusOr<int> SettleFill(const RequestContext& context, const SegmentFill& fill,
                                         const std::optional<std::string>& next_after,
                                         const DecisionBatch& batch) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_MEMBERSHIP_STORE_H_
