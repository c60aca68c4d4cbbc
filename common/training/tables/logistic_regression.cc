#include "common/training/tables/logistic_regression.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/status/status.h"

#include "common/training/tables/limited_memory_bfgs.h"

namespace clientele::training {
namespace {

double LogOnePlusExp(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// weights, slopes and bias as one vector, as the minimizer takes them.
class LogisticLoss {
 public:
  LogisticLoss(const frame::CodedRows& rows, std::size_t codes, absl::Span<const int> labels,
               const LogisticOptions& options)
      : rows_(rows),
        codes_(codes),
        fields_(rows.codes.size() / rows.rows),
        labels_(labels),
        options_(options) {}

  std::size_t size() const { return codes_ + fields_ + 1; }
  std::size_t fields() const { return fields_; }

  // Steps become the weights that they lead to.
  void SumSteps(std::vector<double>& x) const {
    for (const CodeRange& range : options_.ordered) {
      x[static_cast<std::size_t>(range.first)] = 0;
      for (auto code = static_cast<std::size_t>(range.first) + 1;
           code < static_cast<std::size_t>(range.end); ++code) {
        x[code] += x[code - 1];
      }
    }
  }

  double Value(const std::vector<double>& steps, std::vector<double>& gradient) const {
    std::vector<double> x = steps;
    SumSteps(x);
    std::fill(gradient.begin(), gradient.end(), 0);
    double value = 0;
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      const std::int32_t* codes = rows_.codes.data() + row * fields_;
      const float* numbers = rows_.numbers.data() + row * fields_;
      double margin = x.back();
      for (std::size_t f = 0; f < fields_; ++f) {
        margin += x[static_cast<std::size_t>(codes[f])] + x[codes_ + f] * numbers[f];
      }
      value += LogOnePlusExp(margin) - labels_[row] * margin;
      const double residual = 1 / (1 + std::exp(-margin)) - labels_[row];
      for (std::size_t f = 0; f < fields_; ++f) {
        gradient[static_cast<std::size_t>(codes[f])] += residual;
        gradient[codes_ + f] += residual * numbers[f];
      }
      gradient.back() += residual;
    }
    // A step moves the weights of its bin and of all that follow.
    for (const CodeRange& range : options_.ordered) {
      for (auto code = static_cast<std::size_t>(range.end) - 1;
           code > static_cast<std::size_t>(range.first) + 1; --code) {
        gradient[code - 1] += gradient[code];
      }
      gradient[static_cast<std::size_t>(range.first)] = 0;
    }
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      value += options_.l2 / 2 * steps[i] * steps[i];
      gradient[i] += options_.l2 * steps[i];
    }
    return value;
  }

 private:
  const frame::CodedRows& rows_;
  const std::size_t codes_;
  const std::size_t fields_;
  const absl::Span<const int> labels_;
  const LogisticOptions& options_;
};

}  // namespace

absl::StatusOr<LogisticWeights> FitLogistic(const frame::CodedRows& rows, std::int32_t codes,
                                            absl::Span<const int> labels,
                                            const LogisticOptions& options) {
  if (rows.rows == 0) return absl::InvalidArgumentError("there are no rows to learn from");
  if (labels.size() != rows.rows) {
    return absl::InvalidArgumentError("there must be a label for each row");
  }
  if (std::any_of(labels.begin(), labels.end(),
                  [](int label) { return label != 0 && label != 1; })) {
    return absl::InvalidArgumentError("labels must be 0 and 1");
  }
  if (!(options.l2 > 0)) return absl::InvalidArgumentError("the penalty must be above 0");
  for (const CodeRange& range : options.ordered) {
    if (range.first < 0 || range.first >= range.end || range.end > codes) {
      return absl::InvalidArgumentError("a range of codes is not one");
    }
  }
  const LogisticLoss loss(rows, static_cast<std::size_t>(codes), labels, options);
  std::vector<double> at(loss.size());
  MinimizeBfgs([&](const std::vector<double>& x,
                   std::vector<double>& gradient) { return loss.Value(x, gradient); },
               {.max_iterations = options.max_iterations,
                .max_gradient = options.tolerance * static_cast<double>(rows.rows)},
               at);
  loss.SumSteps(at);
  const auto slopes = at.begin() + codes;
  return LogisticWeights{
      .weights = {at.begin(), slopes}, .slopes = {slopes, at.end() - 1}, .bias = at.back()};
}

std::vector<CodeRange> OrderedCodesOf(const frame::FieldCodes& codes) {
  std::vector<CodeRange> ordered;
  for (const frame::FieldCodes::CodedField& field : codes.fields()) {
    if (field.categorical) continue;
    ordered.push_back({field.offset + frame::Binner::kMissing + 1, field.offset + field.codes});
  }
  return ordered;
}

std::vector<double> LogisticMargins(const LogisticWeights& weights, const frame::CodedRows& rows) {
  const std::size_t fields = weights.slopes.size();
  std::vector<double> margins(rows.rows, weights.bias);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t f = 0; f < fields; ++f) {
      const std::size_t at = row * fields + f;
      margins[row] += weights.weights[static_cast<std::size_t>(rows.codes[at])] +
                      weights.slopes[f] * rows.numbers[at];
    }
  }
  return margins;
}

}  // namespace clientele::training
