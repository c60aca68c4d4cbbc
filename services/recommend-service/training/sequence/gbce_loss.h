#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_GBCE_LOSS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_GBCE_LOSS_H_

// Generalized binary cross-entropy: a loss of one right item against a sample of wrong ones whose
// scores are not overconfident for want of the wrong ones that were not sampled (Petrov, Macdonald,
// gSASRec: Reducing Overconfidence in Sequential Recommendation Trained with Negative Sampling,
// RecSys 2023, equations 8 to 10).
//
//   const double beta = GbceExponent(items, negatives, /*calibration=*/0.75);
//   const at::Tensor loss = GbceLoss(states, table, targets, sampled, beta, std::log(beta / K));
//
// Pure functions, thread-safe.

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace clientele::recommend {

// beta = a (t (1 - 1/a) + 1/a), where a = negatives / items is the chance that a wrong item is in
// the sample, and t the calibration: 0 gives 1, plain cross-entropy, and 1 gives a, with which
// scores say the true odds. `items` and `negatives` are 1 or more, negatives at most items.
double GbceExponent(std::int64_t items, std::int64_t negatives, double calibration);

// The mean over N places of
//
//   -(beta ln s(x+) + sum over wrong items of ln(1 - s(x-))) / (K + 1),   s the logistic function
//
// with scores x from the dot products of `states`, float32 [N, width], with rows of `table`,
// float32 [items, width]. `targets`, int64 [N], is the right item of each place; `sampled`, int64
// [K], are distinct items that all places are compared with, but for their own right one. A scalar
// whose gradients reach states and table.
at::Tensor GbceLoss(const at::Tensor& states, const at::Tensor& table, const at::Tensor& targets,
                    const at::Tensor& sampled, double beta, double offset);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_GBCE_LOSS_H_
