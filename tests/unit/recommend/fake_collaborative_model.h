#ifndef CLIENTELE_TESTS_UNIT_RECOMMEND_FAKE_COLLABORATIVE_MODEL_H_
#define CLIENTELE_TESTS_UNIT_RECOMMEND_FAKE_COLLABORATIVE_MODEL_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// A factorization given by its numbers.
class FakeCollaborativeModel final : public CollaborativeModel {
 public:
  FakeCollaborativeModel(std::vector<std::string> items, std::vector<float> factors,
                         std::vector<float> biases, float mu, ImplicitLossWeights weights = {})
      : items_(std::move(items)),
        factors_(std::move(factors)),
        biases_(std::move(biases)),
        mu_(mu),
        weights_(weights) {}

  const ModelIdentity& identity() const override { return identity_; }
  const std::vector<std::string>& item_ids() const override { return items_; }
  std::int64_t dimension() const override {
    return static_cast<std::int64_t>(factors_.size() / items_.size());
  }
  absl::Span<const float> item_factors() const override { return factors_; }
  absl::Span<const float> item_biases() const override { return biases_; }
  float mu() const override { return mu_; }
  const ImplicitLossWeights& implicit_loss_weights() const override { return weights_; }
  absl::Span<const ItemLinks> links() const override { return item_links; }

  std::optional<FactorizationRecipe> recipe() const override { return trained_by; }

  std::vector<ItemLinks> item_links;
  std::optional<FactorizationRecipe> trained_by;

 private:
  const ModelIdentity identity_{"factorization/1", "training-1"};
  const std::vector<std::string> items_;
  const std::vector<float> factors_;
  const std::vector<float> biases_;
  const float mu_;
  const ImplicitLossWeights weights_;
};

class FakeCollaborativeModels final : public CollaborativeModels {
 public:
  std::shared_ptr<const CollaborativeModel> Current() override { return current; }
  void Refresh() override {}
  std::shared_ptr<const CollaborativeModel> current;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_UNIT_RECOMMEND_FAKE_COLLABORATIVE_MODEL_H_
