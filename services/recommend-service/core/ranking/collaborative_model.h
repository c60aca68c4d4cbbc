#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_COLLABORATIVE_MODEL_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_COLLABORATIVE_MODEL_H_

// The factorization that serves, as the recommender sees it: a port that model/
// implements with a COLLABORATIVE_FILTER bundle.
//
//   r_ui = b_ui + q_i^T p_u,   b_ui = mu + b_u + b_i
//
// Koren, Bell, Volinsky: Matrix Factorization Techniques for Recommender Systems,
// IEEE Computer 42(8), 2009.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/frame/histogram.h"
#include "services/recommend-service/core/candidates/item_links.h"

namespace clientele::recommend {

// What the model knows about one customer: p_u (length K) and b_u.
struct CustomerFactors {
  std::vector<float> factors;
  float bias = 0;
};

// How the training weighed what was not observed; folding in must do the same. A
// row of n observed out of N has the total weight W = max(1, n + c0 (N - n)), and its
// penalties are lambda W: they keep their strength for rows of any length and for
// catalogs of any size (Rendle, Krichene, Zhang, Koren: Revisiting the Performance
// of iALS on Item Recommendation Benchmarks, RecSys 2022, with exponent 1).
struct ImplicitLossWeights {
  double unobserved_weight = 0;  // c0 of an item that the customer never touched, target 0
  double factor_penalty = 0.05;  // lambda_f of |p|^2 and |q|^2
  double bias_penalty = 0.05;    // lambda_b of b_u^2 and b_i^2

  double TotalWeight(double observed, double all) const {
    return std::max(1.0, observed + unobserved_weight * (all - observed));
  }
};

// Which model, and which training made it. Versions are names, and a model folder may be emptied
// and start again: factors go with a model only if the same training made both.
struct ModelIdentity {
  std::string id = {};           // "name/version"; empty: no model
  std::string training_id = {};  // empty for bundles of versions before 0.2
};

// What a version was trained by, as its bundle says.
struct FactorizationRecipe {
  int factors = 0;
  int epochs = 0;
  std::int64_t seed = 0;
  absl::Time trained_until;  // of the newest interaction that it has seen
};

// One loaded version. Immutable and thread-safe.
class CollaborativeModel {
 public:
  virtual ~CollaborativeModel() = default;

  virtual const ModelIdentity& identity() const = 0;
  const std::string& id() const { return identity().id; }
  // The items' ids in row order, N of them.
  virtual const std::vector<std::string>& item_ids() const = 0;
  // K.
  virtual std::int64_t dimension() const = 0;
  // Row-major N x K, and N. Valid as long as the model.
  virtual absl::Span<const float> item_factors() const = 0;
  virtual absl::Span<const float> item_biases() const = 0;
  virtual float mu() const = 0;
  virtual const ImplicitLossWeights& implicit_loss_weights() const = 0;
  // Of the items, at most one of each source; empty: the model has none. Valid as long as the
  // model.
  virtual absl::Span<const ItemLinks> links() const { return {}; }
  // Nullopt where the bundle does not say: it is of a version before 0.3, or was made elsewhere.
  virtual std::optional<FactorizationRecipe> recipe() const { return std::nullopt; }
  // Of the customers that it was trained on, as core/drift/history_features.h has them; null where
  // the bundle has none.
  virtual std::shared_ptr<const frame::FeatureHistograms> histograms() const { return nullptr; }
};

// Hands out the version that serves now; thread-safe.
class CollaborativeModels {
 public:
  virtual ~CollaborativeModels() = default;
  // Null while none serves.
  virtual std::shared_ptr<const CollaborativeModel> Current() = 0;
  // Looks for a newer version now instead of at the next interval.
  virtual void Refresh() = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_COLLABORATIVE_MODEL_H_
