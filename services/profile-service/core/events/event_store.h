#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/events/quarantine_candidate.h"

namespace clientele::profile {

// An event that was not stored, and why.
struct RejectedEvent {
  int64_t index = 0;  // position in the request; in a stream, over all messages
  absl::Status status;
};

// At most this many rejections are explained; all are counted.
inline constexpr std::size_t kMaxExplainedRejections = 1000;

struct EventBatchOutcome {
  int64_t created = 0;
  int64_t duplicates = 0;
  int64_t rejected = 0;
  int64_t quarantined = 0;            // of `rejected`: in quarantine now
  std::vector<RejectedEvent> errors;  // by index, ascending
  // Up to here the feed tells of all events of the batch that are stored; 0: not known.
  int64_t change = 0;

  void Reject(int64_t index, absl::Status status);
  // Adds the counts, and the errors as far as they may be explained.
  void Add(EventBatchOutcome other);
  // Brings errors into the order of their indices.
  void Sort();
};

// Valid events on their way into the store.
struct EventBatch {
  std::vector<Event> events;
  // Position of each event in the request; as long as `events`.
  std::vector<int64_t> indices;
  // Reject events of unknown customers instead of refusing the batch.
  bool skip_unknown_customers = false;
  // Rejections so far; the store completes it.
  EventBatchOutcome outcome;
  // Where given, what is rejected is kept in quarantine, as far as it fits: `candidates`, and the
  // events of unknown customers, but for those of customers who were deleted.
  std::optional<QuarantineLimits> quarantine = std::nullopt;
  std::vector<QuarantineCandidate> candidates = {};
};

// INVALID_ARGUMENT (reason UNKNOWN_CUSTOMER) about "events[index].customer".
absl::Status UnknownCustomer(int64_t index);
// The same about several events, as one error.
absl::Status UnknownCustomers(const std::vector<int64_t>& indices);
// The same about an event at another path, such as "event".
absl::Status UnknownCustomerAt(absl::string_view path);

// The event log. Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the
// store cannot be reached.
class EventStore {
 public:
  virtual ~EventStore() = default;

  // Stores the batch in one transaction, each event with its entry in the change
  // feed, in the order of the batch. An event whose (customer, event_id) is
  // there already, or earlier in the batch, counts as a duplicate. Runs once per
  // MutationId. UnknownCustomers() when customers are missing and may not be
  // skipped: nothing is stored then.
  virtual absl::StatusOr<EventBatchOutcome> Insert(const RequestContext& context,
                                                   const MutationId& mutation,
                                                   const EventBatch& batch) = 0;
  // Up to `limit` events of the customer, and of those who are one person with them, that come
  // after `after` in the order newest first, then event_id and customer_id descending. NOT_FOUND
  // without the customer.
  virtual absl::StatusOr<std::vector<Event>> List(const RequestContext& context,
                                                  absl::string_view customer_id,
                                                  const std::optional<EventPosition>& after,
                                                  int limit) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_STORE_H_
