#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVERS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVERS_H_

// What a help desk does with hand-overs, but for following them (handover_feed.h).
//
//   Handovers handovers(&store, clock);
//   CLIENTELE_ASSIGN_OR_RETURN(HandoverPage page,
//                              handovers.List(context, HandoverState::kOpen, 50, ""));
//
// Thread-safe. Errors: INVALID_ARGUMENT with every wrong field, and those of HandoverStore.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"
#include "services/qa-service/core/handovers/handover.h"
#include "services/qa-service/core/handovers/handover_store.h"

namespace clientele::qa {

// Bytes of a hand-over in a message, about.
std::size_t HandoverBytes(const Handover& handover);

struct HandoverPage {
  std::vector<Handover> handovers;
  std::string next_page_token;  // empty on the last page
};

class Handovers {
 public:
  // Both are borrowed and outlive this.
  Handovers(HandoverStore* store, const Clock* clock) : store_(store), clock_(clock) {}

  absl::StatusOr<Handover> Get(const RequestContext& context, const std::string& id);
  // `page_size` is 1 to 1000; no state: all. A token belongs to its state.
  absl::StatusOr<HandoverPage> List(const RequestContext& context,
                                    std::optional<HandoverState> state, std::int64_t page_size,
                                    absl::string_view page_token);
  // kNone: no complaint after all.
  absl::StatusOr<Handover> SetTopic(const RequestContext& context, const MutationId& mutation,
                                    const std::string& id, ComplaintTopic topic);
  // `resolution` is not kNone. FAILED_PRECONDITION (reason HANDOVER_CLOSED) when it is closed; the
  // context's caller is who closed it.
  absl::StatusOr<Handover> Close(const RequestContext& context, const MutationId& mutation,
                                 const std::string& id, HandoverResolution resolution,
                                 const std::string& note);
  // `weeks`: 1 to 104, this one included; 0 means 12.
  absl::StatusOr<std::vector<ComplaintCount>> Report(const RequestContext& context,
                                                     std::int64_t weeks);

 private:
  HandoverStore* const store_;
  const Clock* const clock_;
};

// Monday 00:00 UTC of the week. Pure.
absl::Time WeekStart(absl::Time time);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVERS_H_
