#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_BEST_ROWS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_BEST_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// The best of many scored rows, those of a lower number first among equals. A score that is not a
// number is never kept.
//
//   BestRows best(32);
//   best.Offer(first, scores, [&](std::uint32_t row) { return IsAlive(row); });
//   best.Take();   // best first
//
// Not thread-safe.
class BestRows {
 public:
  explicit BestRows(std::int64_t count)
      : count_(static_cast<std::size_t>(std::max<std::int64_t>(0, count))) {}

  // The scores of the rows from `first` on, in ascending order of calls; `keep(row)` is asked of
  // those that would be among the best.
  template <class Keep>
  void Offer(std::uint32_t first, absl::Span<const float> scores, const Keep& keep) {
    if (count_ == 0) return;
    for (std::uint32_t i = 0; i < scores.size(); ++i) {
      const float score = scores[i];
      if (heap_.size() == count_ ? !(score > heap_.front().first) : score != score) continue;
      if (!keep(first + i)) continue;
      if (heap_.size() == count_) {
        std::pop_heap(heap_.begin(), heap_.end(), Better);
        heap_.pop_back();
      }
      heap_.emplace_back(score, first + i);
      std::push_heap(heap_.begin(), heap_.end(), Better);
    }
  }

  std::vector<std::uint32_t> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), Better);
    std::vector<std::uint32_t> rows;
    rows.reserve(heap_.size());
    for (const auto& [score, row] : heap_) rows.push_back(row);
    heap_.clear();
    return rows;
  }

 private:
  using Row = std::pair<float, std::uint32_t>;

  static bool Better(const Row& a, const Row& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  }

  std::size_t count_;
  std::vector<Row> heap_;  // its front is the worst
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_BEST_ROWS_H_
