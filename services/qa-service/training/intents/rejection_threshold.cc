#include "services/qa-service/training/intents/rejection_threshold.h"

#include <algorithm>
#include <cstddef>

namespace clientele::qa {

double ChooseRejectionThreshold(absl::Span<const RejectionCase> cases, double share) {
  std::vector<RejectionCase> sorted(cases.begin(), cases.end());
  std::sort(sorted.begin(), sorted.end(), [](const RejectionCase& a, const RejectionCase& b) {
    return a.probability < b.probability;
  });
  const auto outside =
      std::count_if(sorted.begin(), sorted.end(), [](const auto& each) { return each.outside; });
  const auto inside = static_cast<std::ptrdiff_t>(sorted.size()) - outside;
  if (outside == 0 || inside == 0) return 0.5;
  const double weight = share * static_cast<double>(inside) / static_cast<double>(outside);

  // With the threshold below all, every row out of scope counts; it moves up over one row a time.
  double worth = static_cast<double>(outside) * weight;
  double best = worth;
  double threshold = sorted.front().probability / 2;
  double gap = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    worth += sorted[i].outside ? -weight : (sorted[i].right ? 1 : 0);
    const double above = i + 1 < sorted.size() ? sorted[i + 1].probability : 1;
    if (above <= sorted[i].probability) continue;
    const double here = above - sorted[i].probability;
    if (worth > best + 1e-9 || (worth > best - 1e-9 && here > gap)) {
      best = std::max(best, worth);
      gap = here;
      threshold = sorted[i].probability + here / 2;
    }
  }
  return threshold;
}

}  // namespace clientele::qa
