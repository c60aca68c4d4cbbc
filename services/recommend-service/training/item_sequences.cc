#include "services/recommend-service/training/item_sequences.h"

#include <algorithm>
#include <tuple>

namespace clientele::recommend {

ItemSequences SequencesOf(const InteractionLog& log, const std::vector<std::size_t>& rows,
                          const std::vector<std::int32_t>& number_of_item) {
  std::vector<std::size_t> ordered = rows;
  std::sort(ordered.begin(), ordered.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(log.rows[a].customer, log.rows[a].time, a) <
           std::tie(log.rows[b].customer, log.rows[b].time, b);
  });
  ItemSequences sequences;
  sequences.begin.assign(log.customers.size() + 1, 0);
  sequences.item.reserve(ordered.size());
  for (const std::size_t row : ordered) {
    sequences.item.push_back(number_of_item[static_cast<std::size_t>(log.rows[row].item)]);
    ++sequences.begin[static_cast<std::size_t>(log.rows[row].customer) + 1];
  }
  for (std::size_t at = 1; at < sequences.begin.size(); ++at) {
    sequences.begin[at] += sequences.begin[at - 1];
  }
  return sequences;
}

}  // namespace clientele::recommend
