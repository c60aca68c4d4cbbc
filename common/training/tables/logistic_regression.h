#ifndef CLIENTELE_COMMON_TRAINING_TABLES_LOGISTIC_REGRESSION_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_LOGISTIC_REGRESSION_H_

// Logistic regression over the codes of a table's fields and their scaled numbers:
//
//   margin = bias + sum over the fields of weights[code] + slopes[field] * number
//
//   CLIENTELE_ASSIGN_OR_RETURN(const LogisticWeights weights,
//                              FitLogistic(codes.Encode(rows), codes.total(), labels,
//                                          {.l2 = 3, .ordered = OrderedCodesOf(codes)}));
//
// The weights of least sum of log-losses + l2 / 2 * penalty, which is convex, found by L-BFGS (Liu,
// Nocedal, On the limited memory BFGS method for large scale optimization, 1989). The penalty is
// the sum of squares of slopes and weights; of the bins of a number, of the steps from one bin's
// weight to the next, the first being 0: many bins then give a curve that is as smooth as the rows
// ask for (Eilers, Marx, Flexible smoothing with B-splines and penalties, 1996, with splines of
// degree 0). Pure functions, thread-safe. No torch here.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/field_codes.h"

namespace clientele::training {

// The codes of a number's bins, ascending: from `first` to before `end`.
struct CodeRange {
  std::int32_t first = 0;
  std::int32_t end = 0;
};

struct LogisticOptions {
  double l2 = 3;
  // Penalized by their steps; ranges do not overlap.
  std::vector<CodeRange> ordered = {};
  int max_iterations = 300;
  // Ends when the largest part of the gradient is below this share of the number of rows.
  double tolerance = 1e-7;
};

struct LogisticWeights {
  std::vector<double> weights;  // of each code
  std::vector<double> slopes;   // of each field
  double bias = 0;
};

// INVALID_ARGUMENT for no rows, labels but 0 and 1 or of another number, a penalty that is not
// above 0, or ranges beyond the codes.
absl::StatusOr<LogisticWeights> FitLogistic(const frame::CodedRows& rows, std::int32_t codes,
                                            absl::Span<const int> labels,
                                            const LogisticOptions& options);

// The bins of each number, without the code for missing.
std::vector<CodeRange> OrderedCodesOf(const frame::FieldCodes& codes);

// Of rows with the same fields.
std::vector<double> LogisticMargins(const LogisticWeights& weights, const frame::CodedRows& rows);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_LOGISTIC_REGRESSION_H_
