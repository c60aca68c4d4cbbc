#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_PREFERENCE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_PREFERENCE_H_

// From what a customer did to an item to the number r_ui that is trained on.
//
//   r = log2(1 + bought) + 0.3 log2(1 + carts) + 0.1 log2(1 + views) + 0.5 (rating - 3)
//       with bought = max(0, purchases - returns), the rating's part only where
//       there is a rating, minus 0.5 when everything bought was given back, minus
//       Dismissals::weight while a dismissal holds; limited to [-1, 4].
//
// One purchase is 1.0, three are 2.0, seven 3.0; a view alone is 0.1, a dismissal alone -1.
// Logarithms, because the hundredth line of the same item says little more than the tenth.
// Pieces are not counted: a wholesaler's 500 cups are one decision.

#include "absl/time/time.h"

#include "services/recommend-service/core/interactions/interaction.h"

namespace clientele::recommend {

// What it means that a customer dismissed an item. While a dismissal holds, the item is left out
// of their recommendations.
struct Dismissals {
  // Taken off r while it holds, at least 0. 0: the item is left out, and nothing is learned.
  double weight = 1.0;
  // How long one holds, from its own time. Zero: for ever.
  absl::Duration lifetime = absl::Hours(24 * 90);

  // When the item's latest dismissal ends; InfinitePast where there is none. Pure.
  absl::Time EndOf(const ItemHistory& history) const;
};

// The strength r of a history at a time. Pure.
double Preference(const ItemHistory& history, const Dismissals& dismissals, absl::Time now);

// What one interaction adds to its item's popularity. Pure.
double PopularityWeight(InteractionType type);

// How much the items' popularity counts an item with these sums, at least 0:
// max(0, purchases - returns) + 0.3 carts + 0.1 views. Pure.
double PopularityWeight(double purchases, double returns, double carts, double views);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_PREFERENCE_H_
