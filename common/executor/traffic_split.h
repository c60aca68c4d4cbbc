#ifndef CLIENTELE_COMMON_EXECUTOR_TRAFFIC_SPLIT_H_
#define CLIENTELE_COMMON_EXECUTOR_TRAFFIC_SPLIT_H_

// Which calls belong to a share of the traffic.
//
//   const TrafficSplit split(0.1);
//   if (split.TakesKey("question-reader", customer)) ...   // a tenth of the customers
//   if (split.TakesCall(calls++)) ...                      // a tenth of the calls
//
// Shares are kept in steps of 2^-32: 0 takes nothing and 1 takes everything.
//
// A plain value; pure functions, thread-safe.

#include <cstdint>

#include "absl/strings/string_view.h"

namespace clientele {

class TrafficSplit {
 public:
  // Takes nothing.
  TrafficSplit() = default;
  // `share` in [0, 1]; what lies outside counts as the nearer end, NaN as 0.
  explicit TrafficSplit(double share);

  // True for a share of all keys. One key has one answer, in every process and after
  // every restart, and a key in a share is also in every larger one. Different salts
  // choose independently.
  bool TakesKey(absl::string_view salt, absl::string_view key) const;

  // True for a share of the calls numbered 0, 1, 2, ..., spread evenly: of the first n,
  // the whole part of n x share.
  bool TakesCall(std::uint64_t number) const;

 private:
  std::uint64_t threshold_ = 0;  // share x 2^32
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_TRAFFIC_SPLIT_H_
