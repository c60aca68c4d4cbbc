#include "common/evaluation/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/status/status.h"

#include "common/evaluation/input_check.h"
#include "common/status/status_macros.h"

namespace clientele::evaluation {
namespace {

absl::Status Check(absl::Span<const double> probabilities, absl::Span<const int> labels) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(probabilities.size(), labels.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckProbabilities(probabilities));
  return CheckBinary(labels);
}

// For each row of `order`, which ascends by probability, the number of its bin.
std::vector<std::size_t> BinsOf(absl::Span<const double> probabilities,
                                const std::vector<std::size_t>& order,
                                const CalibrationOptions& options) {
  const std::size_t bins = static_cast<std::size_t>(options.bins);
  std::vector<std::size_t> bin_of(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double probability = probabilities[order[i]];
    if (options.binning == Binning::kEqualWidth) {
      bin_of[i] =
          std::min(bins - 1, static_cast<std::size_t>(probability * static_cast<double>(bins)));
    } else if (i > 0 && probability == probabilities[order[i - 1]]) {
      bin_of[i] = bin_of[i - 1];
    } else {
      bin_of[i] = i * bins / order.size();
    }
  }
  return bin_of;
}

}  // namespace

absl::StatusOr<std::vector<ReliabilityBin>> ReliabilityBins(absl::Span<const double> probabilities,
                                                            absl::Span<const int> labels,
                                                            CalibrationOptions options) {
  CLIENTELE_RETURN_IF_ERROR(Check(probabilities, labels));
  if (options.bins < 1) return absl::InvalidArgumentError("there must be at least one bin");
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return probabilities[a] < probabilities[b];
  });
  const std::vector<std::size_t> bin_of = BinsOf(probabilities, order, options);
  std::vector<ReliabilityBin> bins;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || bin_of[i] != bin_of[i - 1]) bins.emplace_back();
    bins.back().mean_probability += probabilities[order[i]];
    bins.back().positive_share += labels[order[i]];
    ++bins.back().rows;
  }
  for (ReliabilityBin& bin : bins) {
    bin.mean_probability /= static_cast<double>(bin.rows);
    bin.positive_share /= static_cast<double>(bin.rows);
  }
  return bins;
}

absl::StatusOr<double> ExpectedCalibrationError(absl::Span<const double> probabilities,
                                                absl::Span<const int> labels,
                                                CalibrationOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto bins, ReliabilityBins(probabilities, labels, options));
  double sum = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += static_cast<double>(bin.rows) * std::abs(bin.mean_probability - bin.positive_share);
  }
  return sum / static_cast<double>(labels.size());
}

absl::StatusOr<double> BrierScore(absl::Span<const double> probabilities,
                                  absl::Span<const int> labels) {
  CLIENTELE_RETURN_IF_ERROR(Check(probabilities, labels));
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double error = probabilities[i] - labels[i];
    sum += error * error;
  }
  return sum / static_cast<double>(labels.size());
}

}  // namespace clientele::evaluation
