#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_EXPLANATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_EXPLANATION_H_

// What a score is made of, in the terms of what computed it. Plain values.

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace clientele::recommend {

// r_ui = mu + b_u + b_i + q_i^T p_u, see collaborative_model.h. The sum is the score, but for
// the rounding of single precision.
struct FactorizationTerms {
  double global_mean = 0;     // mu
  double customer_bias = 0;   // b_u
  double item_bias = 0;       // b_i; 0 for an item that the model neither knows nor estimates
  double affinity = 0;        // q_i^T p_u, likewise
  bool is_estimated = false;  // b_i and q_i are not trained but estimated, see item_estimates.h
};

struct PopularityTerms {
  double share = 0;  // of the most popular item's weight, 0 to 1; the score itself
};

// What one source of candidates says of an item, see core/candidates/candidate_generator.h.
struct SourceTerm {
  std::string source;
  double score = 0;  // on the source's own scale
  int rank = 0;      // among the source's best, from 1 on; 0: not among them
};

// Of the hybrid recommender: the score is the ranker's over these and other features, or their rank
// fusion.
struct HybridTerms {
  std::vector<SourceTerm> sources;  // those that say something
};

// Of what comes next after a customer's latest items; the score is a product of two vectors.
struct SequenceTerms {
  std::size_t items = 0;          // that the model read
  std::size_t unknown_items = 0;  // of the latest, those that it does not know
};

// How one model, or a rule, came to its part of a score.
struct Explanation {
  std::string model;  // "name/version"; empty where none took part
  std::variant<FactorizationTerms, PopularityTerms, HybridTerms, SequenceTerms> terms;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_EXPLANATION_H_
