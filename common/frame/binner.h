#ifndef CLIENTELE_COMMON_FRAME_BINNER_H_
#define CLIENTELE_COMMON_FRAME_BINNER_H_

// Numbers as the indices of bins that hold about as many rows of the training each.
//
//   const Binner ages = Binner::Learn(*training.Numeric("age").value(), {.bins = 16});
//   ages.Bin(42);         // 1 to ages.size() - 1
//   ages.Bin(kMissingNumber) == Binner::kMissing
//
// Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "common/frame/column.h"

namespace clientele::frame {

struct BinnerOptions {
  // At most so many bins for values, 1 or more; fewer where values repeat.
  int bins = 32;
};

class Binner {
 public:
  static constexpr std::int32_t kMissing = 0;

  // One bin for every value.
  Binner() = default;

  // Edges are quantiles of the values that are not missing. A bin holds the values from its lower
  // edge, included, to the next edge, so that equal values are in one bin; a constant column, and
  // one without values, has one bin.
  static Binner Learn(const NumericColumn& column, BinnerOptions options = {});

  // kMissing for NaN, else 1 and up; infinities are in the outermost bins.
  std::int32_t Bin(double value) const;
  std::vector<std::int32_t> Encode(const NumericColumn& column) const;

  // Of the indices that Bin and Encode give, the missing one included.
  std::int32_t size() const { return static_cast<std::int32_t>(edges_.size()) + 2; }
  // Strictly ascending; bin i + 2 begins at edge i.
  const std::vector<double>& edges() const { return edges_; }

  // {"edges": [1.5, ...]}
  nlohmann::json ToJson() const;
  // INVALID_ARGUMENT for any other shape, and for edges that do not ascend.
  static absl::StatusOr<Binner> FromJson(const nlohmann::json& json);

 private:
  std::vector<double> edges_;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_BINNER_H_
