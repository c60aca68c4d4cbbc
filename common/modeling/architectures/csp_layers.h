#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_CSP_LAYERS_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_CSP_LAYERS_H_

// The layers of CSPDarknet (Wang et al. 2020, as YOLOX uses it), written as TorchScript source:
// each call adds a line, and registers its weights in the module under conv<place>_weight and
// conv<place>_bias, in the order of computation.
//
//   CspLayers layers({.stem = 16, .depthwise = true}, weights, "Encoder");
//   const std::vector<LayerValue> features = layers.Backbone();
//   layers.module().define(absl::StrCat("def trunk(self, x: Tensor) -> Tensor:\n", layers.source(),
//                              "    return ", features[2].name, "\n"));
//
// Borrows the weights. Not thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

struct CspShape {
  // Channels of the stem; features have 4, 8 and 16 times as many.
  std::int64_t stem = 32;
  // Bottlenecks of a short stage; long ones have three times as many.
  std::int64_t repeats = 1;
  // Whether 3 x 3 convolutions are split into one by channel and one by place.
  bool depthwise = false;
};

// A value in the source: the name of its variable, and its channels.
struct LayerValue {
  std::string name;
  std::int64_t channels = 0;
};

class CspLayers {
 public:
  CspLayers(const CspShape& shape, Weights& weights, const std::string& module)
      : shape_(shape), weights_(weights), module_(module) {}

  torch::jit::Module& module() { return module_; }

  // The body of a method so far; its argument is `x`.
  const std::string& source() const { return source_; }

  template <typename... Parts>
  void Line(const Parts&... parts) {
    absl::StrAppend(&source_, "    ", parts..., "\n");
  }
  template <typename... Parts>
  LayerValue Assign(std::int64_t channels, const Parts&... expression) {
    LayerValue value{absl::StrCat("v", values_++), channels};
    Line(value.name, " = ", expression...);
    return value;
  }

  // One convolution with its bias, as an expression of `in`.
  std::string Convolution(const LayerValue& in, std::int64_t out, std::int64_t side,
                          std::int64_t stride, std::int64_t groups);
  // SiLU of a convolution.
  LayerValue Activated(const LayerValue& in, std::int64_t out, std::int64_t side,
                       std::int64_t stride = 1, std::int64_t groups = 1);
  // 3 x 3; by channel and then by place where that is the model's way.
  LayerValue Spatial(const LayerValue& in, std::int64_t out, std::int64_t stride = 1);
  // Cross stage partial network of bottlenecks.
  LayerValue Stage(const LayerValue& in, std::int64_t out, std::int64_t repeats, bool shortcut);
  // Features of `x` [B, 3, H, W] at strides 8, 16 and 32.
  std::vector<LayerValue> Backbone();

 private:
  // Every second pixel of every second row into a channel of its own: 12 channels of a picture.
  LayerValue Focus();
  // Spatial pyramid pooling (He et al. 2014).
  LayerValue Pyramid(const LayerValue& in);

  CspShape shape_;
  Weights& weights_;
  torch::jit::Module module_;
  std::string source_;
  std::int64_t values_ = 0;
  std::int64_t convolutions_ = 0;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_CSP_LAYERS_H_
