#include "services/gateway-service/core/fan_out.h"

#include <algorithm>
#include <latch>

namespace clientele::gateway {

absl::Time SectionDeadline(absl::Time now, absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) return deadline;
  const absl::Duration margin =
      std::clamp((deadline - now) / 10, absl::Milliseconds(5), absl::Milliseconds(500));
  return deadline - margin;
}

std::vector<absl::Status> FanOut::Run(const RequestContext& context,
                                      const std::vector<Section>& sections) const {
  RequestContext section_context = context;
  section_context.deadline = SectionDeadline(clock_->Now(), context.deadline);
  std::vector<absl::Status> statuses(sections.size());
  std::latch done(static_cast<std::ptrdiff_t>(sections.size()));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const absl::Status submitted = executor_->Submit([&, i] {
      statuses[i] = section_context.Check(clock_->Now());
      if (statuses[i].ok()) statuses[i] = sections[i](section_context);
      done.count_down();
    });
    if (!submitted.ok()) {
      statuses[i] = submitted;
      done.count_down();
    }
  }
  done.wait();
  return statuses;
}

}  // namespace clientele::gateway
