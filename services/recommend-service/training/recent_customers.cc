#include "services/recommend-service/training/recent_customers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "services/recommend-service/core/items/recent_popularity.h"

namespace clientele::recommend {

std::optional<std::vector<double>> RecentCustomers(const InteractionLog& log,
                                                   const std::vector<std::size_t>& rows,
                                                   const std::vector<std::int32_t>& number_of_item,
                                                   std::int64_t items) {
  if (!log.units_per_second.has_value()) return std::nullopt;
  double newest = -std::numeric_limits<double>::infinity();
  for (const std::size_t row : rows) newest = std::max(newest, log.rows[row].time);
  const double half_life = absl::ToDoubleSeconds(kPopularityHalfLife) * *log.units_per_second;
  std::vector<double> recent(static_cast<std::size_t>(items), 0);
  for (const std::size_t row : rows) {
    const InteractionRow& one = log.rows[row];
    recent[static_cast<std::size_t>(number_of_item[static_cast<std::size_t>(one.item)])] +=
        std::exp2((one.time - newest) / half_life);
  }
  return recent;
}

}  // namespace clientele::recommend
