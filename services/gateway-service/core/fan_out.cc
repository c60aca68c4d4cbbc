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
  const auto run = [&](std::size_t i) {
    statuses[i] = section_context.Check(clock_->Now());
    if (statuses[i].ok()) statuses[i] = sections[i](section_context);
    done.count_down();
  };
  for (std::size_t i = 1; i < sections.size(); ++i) {
    const absl::Status submitted = executor_->Submit([&run, i] { run(i); });
    if (!submitted.ok()) {
      statuses[i] = submitted;
      done.count_down();
    }
  }
  // The caller would only wait.
  if (!sections.empty()) run(0);
  done.wait();
  return statuses;
}

}  // namespace clientele::gateway
