#include "services/recommend-service/core/interactions/preference.h"

#include <algorithm>
#include <cmath>

namespace clientele::recommend {

absl::Time Dismissals::EndOf(const ItemHistory& history) const {
  if (history.dismiss_time == absl::InfinitePast()) return absl::InfinitePast();
  return lifetime == absl::ZeroDuration() ? absl::InfiniteFuture()
                                          : history.dismiss_time + lifetime;
}

double Preference(const ItemHistory& history, const Dismissals& dismissals, absl::Time now) {
  const double bought =
      static_cast<double>(std::max<std::int64_t>(0, history.purchases - history.returns));
  double r = std::log2(1.0 + bought) + 0.3 * std::log2(1.0 + static_cast<double>(history.carts)) +
             0.1 * std::log2(1.0 + static_cast<double>(history.views));
  if (history.rating > 0) r += 0.5 * (history.rating - 3.0);
  if (history.returns > 0 && bought == 0) r -= 0.5;
  if (now < dismissals.EndOf(history)) r -= dismissals.weight;
  return std::clamp(r, -1.0, 4.0);
}

double PopularityWeight(InteractionType type) {
  switch (type) {
    case InteractionType::kView:
      return 0.1;
    case InteractionType::kCart:
      return 0.3;
    case InteractionType::kPurchase:
      return 1;
    case InteractionType::kReturn:
      return -1;
    case InteractionType::kRating:
    case InteractionType::kDismiss:
      return 0;
  }
  return 0;
}

double PopularityWeight(double purchases, double returns, double carts, double views) {
  return std::max(0.0, purchases - returns) + PopularityWeight(InteractionType::kCart) * carts +
         PopularityWeight(InteractionType::kView) * views;
}

}  // namespace clientele::recommend
