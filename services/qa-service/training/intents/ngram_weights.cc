#include "services/qa-service/training/intents/ngram_weights.h"

#include <algorithm>
#include <cmath>

namespace clientele::qa {
namespace {

NgramIds SortedIds(const NgramIds& ids) {
  NgramIds sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// Calls visit(id, count) for each id of an ascending list.
template <class Visit>
void ForEachRun(const NgramIds& sorted, const Visit& visit) {
  for (std::size_t at = 0; at < sorted.size();) {
    std::size_t end = at + 1;
    while (end < sorted.size() && sorted[end] == sorted[at]) ++end;
    visit(sorted[at], end - at);
    at = end;
  }
}

}  // namespace

NgramWeights NgramWeights::Fit(absl::Span<const NgramIds> texts, absl::Span<const std::size_t> rows,
                               std::size_t min_texts) {
  NgramIds all;
  for (const std::size_t row : rows) {
    ForEachRun(SortedIds(texts[row]), [&](std::int64_t id, std::size_t) { all.push_back(id); });
  }
  std::sort(all.begin(), all.end());
  NgramWeights weights;
  const double count = 1 + static_cast<double>(rows.size());
  ForEachRun(all, [&](std::int64_t id, std::size_t having) {
    if (having < min_texts) return;
    weights.ids_.push_back(id);
    weights.idf_.push_back(
        static_cast<float>(1 + std::log(count / (1 + static_cast<double>(having)))));
  });
  return weights;
}

void NgramWeights::Apply(const NgramIds& ids, float norm, std::int32_t first,
                         std::vector<std::pair<std::int32_t, float>>& features) const {
  const std::size_t begin = features.size();
  double square = 0;
  ForEachRun(SortedIds(ids), [&](std::int64_t id, std::size_t count) {
    const auto found = std::lower_bound(ids_.begin(), ids_.end(), id);
    if (found == ids_.end() || *found != id) return;
    const auto index = static_cast<std::size_t>(found - ids_.begin());
    const double value = (1 + std::log(static_cast<double>(count))) * idf_[index];
    features.emplace_back(first + static_cast<std::int32_t>(index), static_cast<float>(value));
    square += value * value;
  });
  const double scale = square > 0 ? norm / std::sqrt(square) : 0;
  for (std::size_t i = begin; i < features.size(); ++i) {
    features[i].second = static_cast<float>(features[i].second * scale);
  }
}

}  // namespace clientele::qa
