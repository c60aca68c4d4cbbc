#include "services/recommend-service/core/training/plain_model.h"

#include <cstdint>
#include <utility>

#include "absl/types/span.h"

namespace clientele::recommend {
namespace {

class PlainCollaborativeModel final : public CollaborativeModel {
 public:
  PlainCollaborativeModel(std::vector<std::string> item_ids, const Factorization& factorization,
                          std::vector<ItemLinks> links)
      : item_ids_(std::move(item_ids)),
        dimension_(factorization.dimension),
        factors_(factorization.item_factors),
        biases_(factorization.item_biases),
        mu_(factorization.mu),
        weights_(factorization.implicit_loss_weights),
        links_(std::move(links)) {}

  const ModelIdentity& identity() const override { return identity_; }
  const std::vector<std::string>& item_ids() const override { return item_ids_; }
  std::int64_t dimension() const override { return dimension_; }
  absl::Span<const float> item_factors() const override { return factors_; }
  absl::Span<const float> item_biases() const override { return biases_; }
  float mu() const override { return mu_; }
  const ImplicitLossWeights& implicit_loss_weights() const override { return weights_; }
  absl::Span<const ItemLinks> links() const override { return links_; }

 private:
  const ModelIdentity identity_ = {};
  const std::vector<std::string> item_ids_;
  const std::int64_t dimension_;
  const std::vector<float> factors_;
  const std::vector<float> biases_;
  const float mu_;
  const ImplicitLossWeights weights_;
  const std::vector<ItemLinks> links_;
};

}  // namespace

std::shared_ptr<const CollaborativeModel> PlainModel(std::vector<std::string> item_ids,
                                                     const Factorization& factorization,
                                                     std::vector<ItemLinks> links) {
  return std::make_shared<PlainCollaborativeModel>(std::move(item_ids), factorization,
                                                   std::move(links));
}

}  // namespace clientele::recommend
