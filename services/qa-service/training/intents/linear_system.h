#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LINEAR_SYSTEM_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LINEAR_SYSTEM_H_

#include <vector>

namespace clientele::qa {

// x of A x = b for a small symmetric positive definite A, row-major [n, n], by Cholesky's
// factorization. Empty where A is not positive definite.
std::vector<double> SolvePositiveDefinite(std::vector<double> a, std::vector<double> b);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LINEAR_SYSTEM_H_
