#ifndef CLIENTELE_COMMON_FRAME_SPLIT_H_
#define CLIENTELE_COMMON_FRAME_SPLIT_H_

// Which rows a model learns from and which measure it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Split split,
//                              TrainValidationSplit(frame.rows(), 0.2, seed, StrataOf(*label)));
//   Fit(frame.Rows(split.training));
//   Measure(frame.Rows(split.validation));
//
// `strata` has the class of each row, its label, customer or item: each class is split like the
// whole. Without strata all rows are of one class. The same arguments give the same split on every
// machine. Both lists of a split ascend; together they are all rows.
//
// Pure functions, thread-safe.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/column.h"

namespace clientele::frame {

struct Split {
  std::vector<std::size_t> training;
  std::vector<std::size_t> validation;
};

// Each row's category as its stratum.
std::vector<std::int64_t> StrataOf(const CategoricalColumn& column);

// `validation_share` of the rows, from 0 to 1, to the nearest row over all; of each stratum, to
// within one row. INVALID_ARGUMENT for a share outside, or strata of another number of rows.
absl::StatusOr<Split> TrainValidationSplit(std::size_t rows, double validation_share,
                                           std::uint64_t seed,
                                           absl::Span<const std::int64_t> strata = {});

// Every row is in the validation of one fold. Folds differ by one row at most, over all and in each
// stratum. INVALID_ARGUMENT for fewer than 2 folds, more folds than rows, or strata of another
// number of rows.
absl::StatusOr<std::vector<Split>> KFold(std::size_t rows, int folds, std::uint64_t seed,
                                         absl::Span<const std::int64_t> strata = {});

// The same for rows of which several belong together, such as those of one customer: rows with the
// same number in `groups` [rows] are in the same part, so that no part tells of another's.
// INVALID_ARGUMENT for fewer groups than folds.
absl::StatusOr<std::vector<Split>> GroupedKFold(absl::Span<const std::int64_t> groups, int folds,
                                                std::uint64_t seed);

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_SPLIT_H_
