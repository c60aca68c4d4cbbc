#ifndef CLIENTELE_TESTS_UNIT_YOLOX_RECORDED_WEIGHTS_H_
#define CLIENTELE_TESTS_UNIT_YOLOX_RECORDED_WEIGHTS_H_

#include <cmath>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "common/modeling/checkpoint/weights.h"
#include "tests/unit/yolox/onnx_bytes.h"

namespace clientele::modeling {

// Random weights, large enough for outputs that differ, which can be written as ONNX.
class RecordedWeights final : public Weights {
 public:
  explicit RecordedWeights(std::uint64_t seed) { at::manual_seed(seed); }

  bool Has(absl::string_view, bool in_new) const override { return in_new; }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

  const std::vector<clientele::testing::MadeConvolution>& convolutions() const { return made_; }

 private:
  absl::Status Fill(const std::string&, const std::vector<std::int64_t>& shape, Init,
                    at::Tensor& out) override {
    // So that values keep their size from layer to layer.
    const double spread = shape.size() == 4
                              ? 1.2 / std::sqrt(static_cast<double>(shape[1] * shape[2] * shape[3]))
                              : 0.2;
    out = at::randn(shape) * spread;
    const float* values = out.data_ptr<float>();
    const std::vector<float> copy(values, values + out.numel());
    if (shape.size() == 4) {
      const bool by_channel = shape[1] == 1 && shape[2] == 3;
      made_.push_back({shape, by_channel ? shape[0] : 1, copy, {}});
    } else {
      made_.back().bias = copy;
    }
    return absl::OkStatus();
  }

  std::vector<clientele::testing::MadeConvolution> made_;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_TESTS_UNIT_YOLOX_RECORDED_WEIGHTS_H_
