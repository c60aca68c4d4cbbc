#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ITEM_SEQUENCES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ITEM_SEQUENCES_H_

// In which order customers touched items.
//
//   const ItemSequences sequences = SequencesOf(log, split.training, number_of_item);
//   for (const std::int32_t item : sequences.Of(customer)) ...   // the earliest first

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

#include "services/recommend-service/training/interaction_log.h"

namespace clientele::recommend {

// A plain value.
struct ItemSequences {
  std::vector<std::int64_t> begin = {0};  // customers + 1
  std::vector<std::int32_t> item;         // 0 or greater

  std::int64_t customers() const { return static_cast<std::int64_t>(begin.size()) - 1; }
  absl::Span<const std::int32_t> Of(std::int64_t customer) const {
    const auto at = static_cast<std::size_t>(customer);
    return absl::MakeConstSpan(item).subspan(static_cast<std::size_t>(begin[at]),
                                             static_cast<std::size_t>(begin[at + 1] - begin[at]));
  }
};

// Some rows of a log, by time; of equal times the earlier row in the log comes first. Items are
// numbered by `number_of_item`, which has one number for each item of the log. Pure.
ItemSequences SequencesOf(const InteractionLog& log, const std::vector<std::size_t>& rows,
                          const std::vector<std::int32_t>& number_of_item);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ITEM_SEQUENCES_H_
