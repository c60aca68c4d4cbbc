#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_PREFERENCE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_PREFERENCE_H_

// From what a customer did to an item to the number r_ui that is trained on.
//
//   r = log2(1 + bought) + 0.3 log2(1 + carts) + 0.1 log2(1 + views) + 0.5 (rating - 3)
//       with bought = max(0, purchases - returns), the rating's part only where
//       there is a rating, minus 0.5 when everything bought was given back;
//       limited to [-1, 4].
//
// One purchase is 1.0, three are 2.0, seven 3.0; a view alone is 0.1. Logarithms,
// because the hundredth line of the same item says little more than the tenth.
// Pieces are not counted: a wholesaler's 500 cups are one decision.

#include "services/recommend-service/core/interactions/interaction.h"

namespace clientele::recommend {

// The strength r of a history. Pure.
double Preference(const ItemHistory& history);

// How much the items' popularity counts an item with these sums, at least 0:
// max(0, purchases - returns) + 0.3 carts + 0.1 views. Pure.
double PopularityWeight(double purchases, double returns, double carts, double views);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_PREFERENCE_H_
