#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_INTERACTION_LOG_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_INTERACTION_LOG_H_

// Who did what with which item: what the families of recommenders are measured on.
//
//   InteractionLog log = ...;                       // of a file, tools/clientele-models/evaluate
//   const std::size_t repeated = KeepFirstOfEachPair(log);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clientele::recommend {

struct InteractionRow {
  std::int32_t customer = 0;  // index of InteractionLog::customers
  std::int32_t item = 0;      // index of InteractionLog::items
  double rating = 0;          // finite
  double time = 0;            // any unit that grows with time

  friend bool operator==(const InteractionRow&, const InteractionRow&) = default;
};

struct InteractionLog {
  std::vector<std::string> customers;  // ids, in order of appearance
  std::vector<std::string> items;
  std::vector<InteractionRow> rows;  // in the file's order
  // Of InteractionRow::time; nullopt: it is no time that a calendar knows.
  std::optional<double> units_per_second = std::nullopt;
};

// Leaves one row of each customer and item: the earliest (of equal times the first in the file),
// or the latest (the last in the file). The others keep their order. Returns how many rows went.
std::size_t KeepFirstOfEachPair(InteractionLog& log);
std::size_t KeepLastOfEachPair(InteractionLog& log);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_INTERACTION_LOG_H_
