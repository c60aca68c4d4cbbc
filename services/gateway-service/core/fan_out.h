#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_CORE_FAN_OUT_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_CORE_FAN_OUT_H_

// The sections of a composed answer, fetched side by side under one deadline: the first on the
// calling thread, the others on the executor.
//
//   FanOut fan_out(&executor, clock);
//   auto statuses = fan_out.Run(context, {
//       [&](const RequestContext& c) { return FetchProfile(c, &profile); },
//       [&](const RequestContext& c) { return FetchAnswer(c, &answer); },
//   });
//   // statuses[1] says why there is no answer; the profile is there nevertheless.
//
// Sections get a deadline a little before the caller's, so that a slow section
// turns into its own DEADLINE_EXCEEDED and the others still reach the caller.
// Run returns when every section has ended: a section must honor its context.
// Thread-safe; the executor and the clock are borrowed.

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/executor.h"
#include "common/executor/request_context.h"
#include "common/time/clock.h"

namespace clientele::gateway {

// What is left for a section: the caller's deadline less a tenth of the time
// remaining, at least 5 ms and at most 500 ms.
absl::Time SectionDeadline(absl::Time now, absl::Time deadline);

class FanOut {
 public:
  using Section = std::function<absl::Status(const RequestContext&)>;

  FanOut(Executor* executor, const Clock* clock) : executor_(executor), clock_(clock) {}

  // One status for each section, in order. A section that the full executor
  // refuses carries RESOURCE_EXHAUSTED and is not run.
  std::vector<absl::Status> Run(const RequestContext& context,
                                const std::vector<Section>& sections) const;

 private:
  Executor* const executor_;
  const Clock* const clock_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_CORE_FAN_OUT_H_
