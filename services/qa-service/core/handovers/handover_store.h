#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/qa-service/core/handovers/handover.h"

namespace clientele::qa {

struct HandoverSlice {
  std::vector<Handover> handovers;
  bool more = false;  // whether there are others behind the last one
};

// How far a follower has come.
struct HandoverPosition {
  std::int64_t sequence = 0;  // of the last one seen; 0: none
  std::string id;             // of that one
};

// Complaints about one topic in one week.
struct ComplaintCount {
  absl::Time week_start;  // Monday 00:00 UTC
  ComplaintTopic topic = ComplaintTopic::kNone;
  std::int64_t count = 0;
  std::int64_t open_count = 0;

  friend bool operator==(const ComplaintCount&, const ComplaintCount&) = default;
};

// Hand-overs, as the domain needs them. store/handovers/pg_handover_store.h keeps them encrypted;
// tests share one contract between it and a fake.
//
// Each new one gets the next number of one sequence in commit order: a reader that has seen number
// N misses nothing when it asks for what is above N.
//
// Thread-safe. Errors of all methods: UNAVAILABLE (reason DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED,
// CANCELLED; DATA_LOSS when what is stored cannot be decrypted; INVALID_ARGUMENT (reason
// REQUEST_ID_REUSED) of mutations.
class HandoverStore {
 public:
  virtual ~HandoverStore() = default;

  // Keeps an open hand-over, once per MutationId. Returns its id, of the first call where the
  // request is sent again; "" when it has a customer who is not known to exist: nothing is kept
  // then.
  virtual absl::StatusOr<std::string> Create(const RequestContext& context,
                                             const MutationId& mutation,
                                             const Handover& handover) = 0;

  // NOT_FOUND when there is none.
  virtual absl::StatusOr<Handover> Get(const RequestContext& context, const std::string& id) = 0;

  // At most `limit` with a number below `before`, newest first, of one state where it is given;
  // fewer when their texts would hold more than `max_bytes` (but at least one).
  virtual absl::StatusOr<HandoverSlice> List(const RequestContext& context,
                                             std::optional<HandoverState> state,
                                             std::int64_t before, std::int64_t limit,
                                             std::int64_t max_bytes) = 0;

  // The same with a number above `after`, oldest first.
  virtual absl::StatusOr<HandoverSlice> ListAfter(const RequestContext& context, std::int64_t after,
                                                  std::int64_t limit, std::int64_t max_bytes) = 0;

  // Whether `position` was reached in this database: false when it is ahead of the sequence, or
  // another hand-over has its number, as after a restore.
  virtual absl::StatusOr<bool> Reached(const RequestContext& context,
                                       const HandoverPosition& position) = 0;

  // Locks the hand-over, hands it to `edit` and stores what that returns of topic and closing; once
  // per MutationId. An error of `edit` changes nothing and is returned. Returns it as it then
  // stands. NOT_FOUND when there is none.
  using Edit = absl::FunctionRef<absl::StatusOr<Handover>(const Handover& current)>;
  virtual absl::StatusOr<Handover> Update(const RequestContext& context, const MutationId& mutation,
                                          const std::string& id, Edit edit) = 0;

  // Complaints made at or after `since`, by week and topic, ascending.
  virtual absl::StatusOr<std::vector<ComplaintCount>> CountComplaints(const RequestContext& context,
                                                                      absl::Time since) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_STORE_H_
