#ifndef CLIENTELE_COMMON_EVALUATION_CLASSIFICATION_H_
#define CLIENTELE_COMMON_EVALUATION_CLASSIFICATION_H_

// How well scores tell two classes apart, and how often a class is named rightly.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const double auc, RocAuc(scores, churned));
//
// Scores are finite and higher for the positive class; binary labels are 0 and 1. Every function
// gives INVALID_ARGUMENT for no rows, lists of different lengths, and values outside what it takes,
// and FAILED_PRECONDITION where the metric is not defined (one class alone). The order of the rows
// changes no result beyond rounding.
//
// Pure functions, thread-safe.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// Probability that a positive row scores above a negative one, a tie counting half: the area under
// the ROC curve (Hanley, McNeil, The meaning and use of the area under a ROC curve, Radiology
// 1982).
absl::StatusOr<double> RocAuc(absl::Span<const double> scores, absl::Span<const int> labels);

// Area under the precision-recall curve as a sum of steps: for each distinct score, from the
// highest, the recall gained times the precision there (Davis, Goadrich, The relationship between
// precision-recall and ROC curves, ICML 2006, on why not to interpolate). Rows of equal score enter
// together. FAILED_PRECONDITION without a positive row.
absl::StatusOr<double> PrAuc(absl::Span<const double> scores, absl::Span<const int> labels);

// A probability is taken to be at least this far from 0 and from 1, so that one certain mistake
// does not make the mean infinite.
inline constexpr double kLogLossClip = 1e-15;

// Mean of -ln of the probability given to the row's class. `probabilities` are of the positive
// class, from 0 to 1.
absl::StatusOr<double> LogLoss(absl::Span<const double> probabilities, absl::Span<const int> labels,
                               double clip = kLogLossClip);

// The same for several classes: `probabilities` is row-major [rows, classes], `labels` from 0 to
// classes - 1.
absl::StatusOr<double> MultiClassLogLoss(absl::Span<const double> probabilities, int classes,
                                         absl::Span<const int> labels, double clip = kLogLossClip);

// Classes are any integers.

// Share of the rows whose class is named rightly.
absl::StatusOr<double> Accuracy(absl::Span<const int> predicted, absl::Span<const int> labels);

// Mean of the accuracies within each class that occurs among the labels (balanced accuracy).
absl::StatusOr<double> MeanClassAccuracy(absl::Span<const int> predicted,
                                         absl::Span<const int> labels);

// Mean of 2 TP / (2 TP + FP + FN) over the classes that occur among labels or predictions
// (Sokolova, Lapalme, A systematic analysis of performance measures for classification tasks,
// 2009, as the mean of the classes' F1).
absl::StatusOr<double> MacroF1(absl::Span<const int> predicted, absl::Span<const int> labels);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_CLASSIFICATION_H_
