#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_FACTOR_SCORER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_FACTOR_SCORER_H_

#include <string>
#include <utility>

#include <ATen/core/Tensor.h>

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

// Dot products of a customer's vector with those of all items.
class FactorScorer final : public ItemScorer {
 public:
  // float32 [customers, K] and [items, K].
  FactorScorer(const at::Tensor& customers, const at::Tensor& items, std::string choice = "")
      : customers_(customers.contiguous()),
        items_(items.contiguous()),
        choice_(std::move(choice)) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override;
  std::string Choice() const override { return choice_; }

 private:
  const at::Tensor customers_;
  const at::Tensor items_;
  const std::string choice_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_FACTOR_SCORER_H_
