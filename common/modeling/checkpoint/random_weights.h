#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_RANDOM_WEIGHTS_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_RANDOM_WEIGHTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

// Untrained weights; the same seed gives the same model. RESOURCE_EXHAUSTED, before
// anything is allocated, when the tensors would hold more than `max_bytes` altogether.
class RandomWeights final : public Weights {
 public:
  explicit RandomWeights(std::uint64_t seed, std::int64_t max_bytes = kMaxWeightBytes)
      : seed_(seed), max_bytes_(max_bytes), left_(max_bytes) {}

  bool Has(absl::string_view, bool in_new) const override { return in_new; }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, Init init,
                    at::Tensor& out) override;

  std::uint64_t seed_;
  const std::int64_t max_bytes_;
  std::int64_t left_;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_RANDOM_WEIGHTS_H_
