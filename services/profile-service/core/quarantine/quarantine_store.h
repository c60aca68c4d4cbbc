#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/events/quarantine_candidate.h"
#include "services/profile-service/core/quarantine/quarantined_event.h"

namespace clientele::profile {

// Which of them; empty: all.
struct QuarantineFilter {
  std::string customer_id = {};  // as claimed
  std::string field = {};        // "event.currency_code"
};

// Those with an id above `after`, oldest first.
struct QuarantineRange {
  std::int64_t after = 0;
  int events = 0;          // at most
  std::int64_t bytes = 0;  // no further event once those before have more than that
};

// What became of some that were tried again.
struct ReplayOutcome {
  std::int64_t created = 0;
  std::int64_t duplicates = 0;
  std::int64_t rejected = 0;
  // As EventBatchOutcome::change.
  std::int64_t change = 0;
  std::int64_t last_id = 0;  // of those that were tried; 0: none was
  bool more = false;         // the range ended before all were tried
};

enum class CustomerState { kUnknown, kKnown, kDeleted };

// Refused events that are kept; EventStore::Insert adds them. What is claimed to be of a customer
// goes in the transaction that deletes them, and never comes back. Thread-safe. UNAVAILABLE
// (DATABASE_UNAVAILABLE) while the store cannot be reached.
class QuarantineStore {
 public:
  using FindCustomer = absl::FunctionRef<absl::StatusOr<CustomerState>(absl::string_view id)>;
  using Mend =
      absl::FunctionRef<absl::StatusOr<QuarantinedEvent>(QuarantinedEvent, FindCustomer find)>;
  // The event, or what is wrong with it.
  using Judge = absl::FunctionRef<absl::StatusOr<Event>(const SentEvent&)>;

  virtual ~QuarantineStore() = default;

  virtual absl::StatusOr<std::vector<QuarantinedEvent>> ListQuarantined(
      const RequestContext& context, const QuarantineFilter& filter,
      const QuarantineRange& range) = 0;
  // Changes one by `mend`, once per MutationId, and returns it. `claimed` is whom it is about
  // afterwards; nullopt: as before. NOT_FOUND without it; FAILED_PRECONDITION (QUARANTINE_FULL)
  // where it grows beyond the limits; the errors of `mend`.
  virtual absl::StatusOr<QuarantinedEvent> MendQuarantined(
      const RequestContext& context, const MutationId& mutation, std::int64_t id,
      const std::optional<std::string>& claimed, const QuarantineLimits& limits, Mend mend) = 0;
  // Tries a range again, of `ids` alone where they are given: in one transaction, those that
  // `judge` finds right and whose customers are known are stored as EventStore::Insert does and
  // taken out; the others stay with what is wrong with them now. Ids that are not there are passed
  // over.
  virtual absl::StatusOr<ReplayOutcome> ReplayQuarantined(
      const RequestContext& context, const std::optional<std::vector<std::int64_t>>& ids,
      const QuarantineRange& range, Judge judge) = 0;
  // NOT_FOUND without it.
  virtual absl::Status DeleteQuarantined(const RequestContext& context, const MutationId& mutation,
                                         std::int64_t id) = 0;
  // Drops up to `limit` that were refused first before then. Returns how many.
  virtual absl::StatusOr<std::int64_t> DropQuarantined(const RequestContext& context,
                                                       absl::Time before, int limit) = 0;
};

inline constexpr absl::string_view kQuarantineFull = "QUARANTINE_FULL";

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINE_STORE_H_
