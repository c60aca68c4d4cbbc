#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_LIKELIHOOD_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_LIKELIHOOD_H_

// The largest likelihood of a model of a few parameters.
//
//   const LikelihoodMaximum found = MaximizeLikelihood(log_likelihood, records.size(), {0, 1});
//
// Pure, thread-safe. No torch here.

#include <cstddef>
#include <vector>

#include "absl/functional/function_ref.h"

namespace clientele::profile {

struct LikelihoodMaximum {
  std::vector<double> at;
  double value = 0;
};

// Of `log_likelihood`, a sum over `records`, by L-BFGS from `start`; derivatives are central
// differences, so that a model is written once. Parameters are kept within [-12, 12]: they are
// logarithms as a rule.
LikelihoodMaximum MaximizeLikelihood(
    absl::FunctionRef<double(const std::vector<double>&)> log_likelihood, std::size_t records,
    std::vector<double> start);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_LIKELIHOOD_H_
