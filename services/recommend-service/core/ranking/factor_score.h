#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_FACTOR_SCORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_FACTOR_SCORE_H_

// r_ui = mu + b_u + b_i + q_i^T p_u of one customer and one item, to the bit: mu, b_u and b_i are
// added in single precision, as the model's own forward adds them, and the products in double
// precision, one after the other. Pure.

#include <cstddef>

#include "absl/types/span.h"

#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// What a score takes of one item; of an item that the model neither knows nor estimates, nothing.
struct ItemTerms {
  absl::Span<const float> factors = {};  // q_i
  float bias = 0;                        // b_i
};

struct FactorScore {
  double score = 0;
  double affinity = 0;  // q_i^T p_u
};

inline FactorScore ScoreByFactors(float mu, const CustomerFactors& customer,
                                  const ItemTerms& item) {
  FactorScore result;
  for (std::size_t j = 0; j < item.factors.size(); ++j) {
    result.affinity += static_cast<double>(item.factors[j]) * customer.factors[j];
  }
  result.score = static_cast<double>(mu + customer.bias + item.bias) + result.affinity;
  return result;
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_FACTOR_SCORE_H_
