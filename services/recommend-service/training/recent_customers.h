#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RECENT_CUSTOMERS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RECENT_CUSTOMERS_H_

// How many of the customers of each item came lately.
//
//   const auto recent = RecentCustomers(log, split.training, number_of_item, items);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/recommend-service/training/interaction_log.h"

namespace clientele::recommend {

// By item number: the rows of each, which count half as much for every kPopularityHalfLife that
// they are older than the newest of them all. nullopt where the unit of the log's times is not
// known. Items are numbered by `number_of_item`, below `items` in these rows. Pure.
std::optional<std::vector<double>> RecentCustomers(const InteractionLog& log,
                                                   const std::vector<std::size_t>& rows,
                                                   const std::vector<std::int32_t>& number_of_item,
                                                   std::int64_t items);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RECENT_CUSTOMERS_H_
