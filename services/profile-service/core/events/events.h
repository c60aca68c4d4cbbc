#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/events/event_retention.h"
#include "services/profile-service/core/events/event_store.h"

namespace clientele::profile {

struct EventPage {
  std::vector<Event> events;    // newest first
  std::string next_page_token;  // empty on the last page
};

// The rules about events: what is valid, and what happens to the rest.
//
//   Events events(&store, &notifier, clock);   // all borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(EventBatchOutcome outcome,
//                              events.CreateBatch(context, mutation, batch, {}));
//
// Thread-safe. Failures are EventStore's, and INVALID_ARGUMENT with every wrong
// field ("events[3].quantity"); then nothing is stored.
class Events {
 public:
  struct BatchOptions {
    // Reject bad events and store the others.
    bool skip_invalid = false;
    // Position of the first event, where a stream's batches are counted on.
    int64_t first_index = 0;
    // Where given, rejected events are kept in quarantine: what was sent at a position of the
    // events, called before CreateBatch returns. With skip_invalid alone.
    std::function<SentEvent(std::size_t)> quarantined_as = nullptr;
  };

  Events(EventStore* store, ChangeNotifier* notifier, const Clock* clock,
         QuarantineLimits quarantine = {}, const EventRetention& retention = {})
      : store_(store),
        notifier_(notifier),
        clock_(clock),
        quarantine_(quarantine),
        retention_(retention) {}

  // 1 to 5000 events, in one transaction.
  absl::StatusOr<EventBatchOutcome> CreateBatch(const RequestContext& context,
                                                const MutationId& mutation,
                                                std::vector<Event> events, BatchOptions options);
  // `page_size` is 1 to 1000.
  absl::StatusOr<EventPage> List(const RequestContext& context, absl::string_view customer_id,
                                 int page_size, absl::string_view page_token);

 private:
  EventStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const QuarantineLimits quarantine_;
  const EventRetention retention_;  // what is older is refused
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENTS_H_
