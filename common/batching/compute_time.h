#ifndef CLIENTELE_COMMON_BATCHING_COMPUTE_TIME_H_
#define CLIENTELE_COMMON_BATCHING_COMPUTE_TIME_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace clientele::batching {

// How long batches take, learned from those that ran: an exponentially weighted
// mean (weight 1/8 for the newest) for each power of two of padded cells.
//
//   times.Record(cells, took);
//   if (now + times.Estimate(cells) > deadline) ...   // it would come too late
//
// Not thread-safe: its owner locks.
class ComputeTime {
 public:
  void Record(std::int64_t cells, absl::Duration took);
  // The mean of the class of `cells`, or of the largest smaller class measured so
  // far (a lower bound); zero before any measurement.
  absl::Duration Estimate(std::int64_t cells) const;
  // The time to plan with: the mean of the class of `cells`, or in proportion to the
  // nearest class measured, a smaller one first. InfiniteDuration before any measurement.
  absl::Duration Expect(std::int64_t cells) const;
  // A row was dropped because of Estimate(cells): shrinks that estimate by 1/8. One
  // stall can therefore not close the queue for good, where no batch would run that
  // could prove the estimate wrong.
  void Doubt(std::int64_t cells);

 private:
  static std::size_t ClassOf(std::int64_t cells);
  // The measured class behind Estimate(cells), or -1.
  int MeasuredClass(std::int64_t cells) const;

  std::array<double, 64> seconds_{};  // 0: not measured
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_COMPUTE_TIME_H_
