#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/events/event_retention.h"
#include "services/profile-service/core/quarantine/quarantine_store.h"

namespace clientele::profile {

struct QuarantinePage {
  std::vector<QuarantinedEvent> events;  // oldest first
  std::string next_page_token;           // empty on the last page
};

struct ReplayPage {
  ReplayOutcome outcome;
  std::string next_page_token;  // empty when all were tried
};

// Refused events that wait for somebody to mend them. Events::CreateBatch fills it.
//
//   Quarantine quarantine(&store, &notifier, clock, {});   // all borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(
//       QuarantinedEvent mended,
//       quarantine.Update(context, mutation,
//                         {.id = 7, .values = {.currency_code = "GBP"},
//                          .mask = {"event.currency_code"}}));
//   if (mended.status.ok()) quarantine.Replay(context, {7});
//
// Thread-safe. Failures are QuarantineStore's, and INVALID_ARGUMENT with every wrong field.
class Quarantine {
 public:
  struct Options {
    QuarantineLimits limits = {};
    // What was refused so long ago is dropped; zero: it stays.
    absl::Duration retention = absl::Hours(24 * 30);
  };

  // What is older than `events` says is not replayed.
  Quarantine(QuarantineStore* store, ChangeNotifier* notifier, const Clock* clock, Options options,
             const EventRetention& events = {})
      : store_(store),
        notifier_(notifier),
        clock_(clock),
        options_(options),
        event_retention_(events) {}

  // `page_size` is 1 to 1000. `filter.field` is a field's name, with or without "event." before it.
  absl::StatusOr<QuarantinePage> List(const RequestContext& context, QuarantineFilter filter,
                                      int page_size, absl::string_view page_token);
  // The event's status is today's. ABORTED (ETAG_MISMATCH) when the etag is not current.
  absl::StatusOr<QuarantinedEvent> Update(const RequestContext& context, const MutationId& mutation,
                                          const QuarantineUpdate& update);
  // 1 to 1000 of them; those that are not there are passed over. What one transaction stored stays
  // stored when a later one fails.
  absl::StatusOr<ReplayOutcome> Replay(const RequestContext& context,
                                       const std::vector<std::int64_t>& ids);
  // The next ones, `page_size` (1 to 1000) at most, in one transaction.
  absl::StatusOr<ReplayPage> ReplayNext(const RequestContext& context, int page_size,
                                        absl::string_view page_token);
  absl::Status Delete(const RequestContext& context, const MutationId& mutation, std::int64_t id);
  // Drops what is past the retention, some at a time.
  absl::Status DropOld(const RequestContext& context);

 private:
  absl::StatusOr<ReplayOutcome> ReplayRange(const RequestContext& context,
                                            const std::optional<std::vector<std::int64_t>>& ids,
                                            const QuarantineRange& range);
  absl::Time ExpiryOf(const QuarantinedEvent& event) const;

  QuarantineStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const Options options_;
  const EventRetention event_retention_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINE_H_
