#include "services/recommend-service/training/interaction_log.h"

#include <utility>

#include "absl/container/flat_hash_map.h"

namespace clientele::recommend {
namespace {

// `replaces(later, kept)`: whether a row later in the file takes the place of the one kept.
template <typename Replaces>
std::size_t KeepOneOfEachPair(InteractionLog& log, Replaces replaces) {
  absl::flat_hash_map<std::pair<std::int32_t, std::int32_t>, std::size_t> kept;
  kept.reserve(log.rows.size());
  for (std::size_t row = 0; row < log.rows.size(); ++row) {
    const auto [at, is_new] = kept.try_emplace({log.rows[row].customer, log.rows[row].item}, row);
    if (!is_new && replaces(log.rows[row], log.rows[at->second])) at->second = row;
  }
  std::vector<InteractionRow> rows;
  rows.reserve(kept.size());
  for (std::size_t row = 0; row < log.rows.size(); ++row) {
    if (kept.at({log.rows[row].customer, log.rows[row].item}) == row) rows.push_back(log.rows[row]);
  }
  const std::size_t gone = log.rows.size() - rows.size();
  log.rows = std::move(rows);
  return gone;
}

}  // namespace

std::size_t KeepFirstOfEachPair(InteractionLog& log) {
  return KeepOneOfEachPair(log, [](const InteractionRow& later, const InteractionRow& kept) {
    return later.time < kept.time;
  });
}

std::size_t KeepLastOfEachPair(InteractionLog& log) {
  return KeepOneOfEachPair(log, [](const InteractionRow& later, const InteractionRow& kept) {
    return later.time >= kept.time;
  });
}

}  // namespace clientele::recommend
