#ifndef CLIENTELE_COMMON_EVALUATION_CALIBRATION_H_
#define CLIENTELE_COMMON_EVALUATION_CALIBRATION_H_

// Whether probabilities mean what they say: of the rows given 0.8, eight in ten are positive.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const double error,
//                              ExpectedCalibrationError(confidences, was_right, {.bins = 15}));
//
// Probabilities are of the positive class, from 0 to 1; labels are 0 and 1. INVALID_ARGUMENT for no
// rows, lists of different lengths, and values outside those. Pure functions, thread-safe.
//
// platt_scaling.h and isotonic_regression.h make probabilities that are calibrated.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

enum class Binning {
  // [0, 1] in equal parts; a value on a boundary is in the upper one, 1 in the last.
  kEqualWidth,
  // As many rows in each as can be; rows of equal probability stay together, so that the order of
  // the rows changes nothing and there may be fewer bins.
  kEqualMass,
};

struct CalibrationOptions {
  int bins = 15;
  Binning binning = Binning::kEqualWidth;
};

// What a reliability diagram shows of one bin; empty bins are left out.
struct ReliabilityBin {
  double mean_probability = 0;
  double positive_share = 0;
  std::int64_t rows = 0;
};

// By ascending probability.
absl::StatusOr<std::vector<ReliabilityBin>> ReliabilityBins(absl::Span<const double> probabilities,
                                                            absl::Span<const int> labels,
                                                            CalibrationOptions options = {});

// Mean over the rows of |mean probability - share of positives| of their bin (Naeini, Cooper,
// Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015; equal mass
// as in Nguyen, O'Connor, EMNLP 2015).
absl::StatusOr<double> ExpectedCalibrationError(absl::Span<const double> probabilities,
                                                absl::Span<const int> labels,
                                                CalibrationOptions options = {});

// Mean of (probability - label)^2 (Brier, Verification of forecasts expressed in terms of
// probability, 1950, for two classes: half of his sum over both).
absl::StatusOr<double> BrierScore(absl::Span<const double> probabilities,
                                  absl::Span<const int> labels);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_CALIBRATION_H_
