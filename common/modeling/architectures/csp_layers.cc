#include "common/modeling/architectures/csp_layers.h"

namespace clientele::modeling {

std::string CspLayers::Convolution(const LayerValue& in, std::int64_t out, std::int64_t side,
                                   std::int64_t stride, std::int64_t groups) {
  const std::string at = absl::StrCat("conv.", convolutions_, ".");
  const std::string attribute = absl::StrCat("conv", convolutions_++);
  module_.register_buffer(
      attribute + "_weight",
      weights_.Take(at + "weight", {out, in.channels / groups, side, side}, Init::kNormal));
  module_.register_buffer(attribute + "_bias", weights_.Take(at + "bias", {out}, Init::kZeros));
  return absl::StrCat("torch.conv2d(", in.name, ", self.", attribute, "_weight, self.", attribute,
                      "_bias, [", stride, ", ", stride, "], [", side / 2, ", ", side / 2,
                      "], [1, 1], ", groups, ")");
}

LayerValue CspLayers::Activated(const LayerValue& in, std::int64_t out, std::int64_t side,
                                std::int64_t stride, std::int64_t groups) {
  return Assign(out, "torch.silu(", Convolution(in, out, side, stride, groups), ")");
}

LayerValue CspLayers::Spatial(const LayerValue& in, std::int64_t out, std::int64_t stride) {
  if (!shape_.depthwise) return Activated(in, out, 3, stride);
  return Activated(Activated(in, in.channels, 3, stride, in.channels), out, 1);
}

LayerValue CspLayers::Stage(const LayerValue& in, std::int64_t out, std::int64_t repeats,
                            bool shortcut) {
  const std::int64_t half = out / 2;
  LayerValue deep = Activated(in, half, 1);
  const LayerValue side = Activated(in, half, 1);
  for (std::int64_t i = 0; i < repeats; ++i) {
    const LayerValue inner = Spatial(Activated(deep, half, 1), half);
    deep = shortcut ? Assign(half, inner.name, " + ", deep.name) : inner;
  }
  return Activated(Assign(2 * half, "torch.cat([", deep.name, ", ", side.name, "], 1)"), out, 1);
}

LayerValue CspLayers::Focus() {
  return Assign(12,
                "torch.cat([x[:, :, 0::2, 0::2], x[:, :, 1::2, 0::2], x[:, :, 0::2, 1::2], "
                "x[:, :, 1::2, 1::2]], 1)");
}

LayerValue CspLayers::Pyramid(const LayerValue& in) {
  const LayerValue x = Activated(in, in.channels / 2, 1);
  const auto pooled = [&x](int side) {
    return absl::StrCat("torch.max_pool2d(", x.name, ", [", side, ", ", side, "], [1, 1], [",
                        side / 2, ", ", side / 2, "])");
  };
  const LayerValue all = Assign(4 * x.channels, "torch.cat([", x.name, ", ", pooled(5), ", ",
                                pooled(9), ", ", pooled(13), "], 1)");
  return Activated(all, in.channels, 1);
}

std::vector<LayerValue> CspLayers::Backbone() {
  const std::int64_t stem = shape_.stem;
  const std::int64_t repeats = shape_.repeats;
  LayerValue x = Activated(Focus(), stem, 3);
  x = Stage(Spatial(x, 2 * stem, 2), 2 * stem, repeats, true);
  const LayerValue fine = Stage(Spatial(x, 4 * stem, 2), 4 * stem, 3 * repeats, true);
  const LayerValue middle = Stage(Spatial(fine, 8 * stem, 2), 8 * stem, 3 * repeats, true);
  x = Pyramid(Spatial(middle, 16 * stem, 2));
  return {fine, middle, Stage(x, 16 * stem, repeats, false)};
}

}  // namespace clientele::modeling
