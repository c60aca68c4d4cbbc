#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_SCORE_MIXTURE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_SCORE_MIXTURE_H_

// Scores of several models to the probabilities of classes: softmax over the sum of each model's
// scores times its weight.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> weights,
//                              FitScoreMixture({margins, logits}, classes, labels));
//   const std::vector<double> p = MixtureProbabilities({margins_of_row, logits_of_row}, weights);
//
// Of one model this is temperature scaling (Guo, Pleiss, Sun, Weinberger, On calibration of modern
// neural networks, ICML 2017), of several a log-linear pool (Genest, Zidek, Combining probability
// distributions, 1986).

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::qa {

// The weights, each at least 0, that make the labels likeliest: one for each of `models`, whose
// scores are [rows, classes] and come from training without the row. Newton's method with
// backtracking over a convex loss, pulled lightly towards 0 so that rows without a mistake still
// give finite weights.
//
// INVALID_ARGUMENT for no model, no rows, sizes that do not fit, labels out of range, or scores
// that are not finite.
absl::StatusOr<std::vector<double>> FitScoreMixture(const std::vector<std::vector<double>>& models,
                                                    std::size_t classes,
                                                    absl::Span<const int> labels);

// Of one row: the weighted sum of each class, and its softmax.
std::vector<double> MixtureLogits(const std::vector<absl::Span<const double>>& models,
                                  absl::Span<const double> weights);
std::vector<double> Softmax(absl::Span<const double> logits);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_SCORE_MIXTURE_H_
