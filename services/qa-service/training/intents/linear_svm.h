#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LINEAR_SVM_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LINEAR_SVM_H_

// Linear support vector machines, one class against the rest.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const LinearScorer scorer,
//       TrainLinearSvm(features, rows, classes_of_rows, number_of_classes, {.cost = 0.3}));
//   const std::vector<double> scores = scorer.Score(features, row);   // one a class
//
// For each class: the w that minimizes 1/2 |w|^2 + cost * sum_i max(0, 1 - y_i w.x_i)^2, with y_i 1
// for the class and -1 for the rest, and a constant 1 in x for the bias (L2-loss SVM). Found by
// dual coordinate descent with shrinking (Hsieh, Chang, Lin, Keerthi, Sundararajan, A dual
// coordinate descent method for large-scale linear SVM, ICML 2008, algorithms 1 and 3). Of two
// classes one machine tells both.
//
// The same rows, options and seed give the same weights whatever the number of threads.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/qa-service/training/intents/feature_rows.h"

namespace clientele::qa {

struct SvmOptions {
  // How much a row on the wrong side costs; above 0.
  double cost = 0.3;
  // The largest violation of optimality that is left.
  double tolerance = 0.1;
  // Passes over the rows of one class at most.
  int max_passes = 100;
  std::uint64_t seed = 1;
  int threads = 1;
};

// A value; thread-safe.
struct LinearScorer {
  std::size_t classes = 0;
  std::size_t sparse_width = 0;
  std::size_t dense_width = 0;
  // [classes, sparse_width + dense_width + 1]: of each class the sparse features, the dense ones,
  // the bias.
  std::vector<float> weights = {};

  absl::Span<const float> Weights(std::size_t of_class) const {
    const std::size_t stride = sparse_width + dense_width + 1;
    return absl::MakeConstSpan(weights).subspan(of_class * stride, stride);
  }
  void AddToBias(std::size_t of_class, double shift) {
    weights[(of_class + 1) * (sparse_width + dense_width + 1) - 1] += static_cast<float>(shift);
  }
  // One score a class. `features` are as wide as those of training.
  std::vector<double> Score(const FeatureRows& features, std::size_t row) const;
};

// `classes_of` is the class of each row that `rows` names, in that order. INVALID_ARGUMENT for no
// rows, a class out of range, fewer than two classes, or options out of range.
absl::StatusOr<LinearScorer> TrainLinearSvm(const FeatureRows& features,
                                            absl::Span<const std::size_t> rows,
                                            absl::Span<const int> classes_of, std::size_t classes,
                                            const SvmOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LINEAR_SVM_H_
