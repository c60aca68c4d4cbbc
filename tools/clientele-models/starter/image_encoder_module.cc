#include "tools/clientele-models/starter/image_encoder_module.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "common/inference/bundle/manifest.h"

namespace clientele::starter {
namespace {

constexpr int kHues = 12;
constexpr int kOrientations = 8;
constexpr int kFilterSize = 7;
constexpr double kPi = 3.14159265358979323846;

constexpr char kSource[] = R"py(
def unit(self, rows: Tensor, floor: float) -> Tensor:
    return rows / (torch.sqrt(torch.sum(rows * rows, [1], True)) + floor)

def levels(self, value: Tensor, count: int) -> Tensor:
    centers = torch.arange(0, count, device=value.device).to(value.dtype).reshape([1, -1, 1, 1])
    return torch.relu(1.0 - torch.abs(value * float(count - 1) - centers))

def colors(self, picture: Tensor) -> Tensor:
    red, green, blue = picture[:, 0:1], picture[:, 1:2], picture[:, 2:3]
    light = (red + green + blue) / 3.0
    across = red - green
    along = (red + green) * 0.5 - blue
    chroma = torch.clamp(torch.sqrt(across * across + along * along) * 2.0, 0.0, 1.0)
    turn = torch.atan2(along, across).unsqueeze(1) - self.hues
    apart = torch.abs(torch.atan2(torch.sin(turn), torch.cos(turn)))
    hue = torch.relu(1.0 - apart / self.hue_step).squeeze(2)
    tinted = (hue.unsqueeze(2) * self.levels(light, 3).unsqueeze(1)).flatten(1, 2) * chroma
    gray = self.levels(light, 6) * (1.0 - chroma)
    return torch.cat([tinted, gray], 1)

def energy(self, light: Tensor) -> Tensor:
    waves = torch.conv2d(light, self.filters)
    even, odd = waves[:, 0:8], waves[:, 8:16]
    return torch.sqrt(even * even + odd * odd)

def forward(self, pixels: Tensor) -> Tensor:
    picture = torch.adaptive_avg_pool2d(torch.clamp(pixels, 0.0, 1.0), [64, 64])
    light = picture.mean(1, True)
    color = self.colors(picture)
    fine = self.energy(light)
    coarse = self.energy(torch.adaptive_avg_pool2d(light, [32, 32]))
    texture = torch.cat([torch.adaptive_avg_pool2d(fine, [2, 2]), torch.adaptive_avg_pool2d(coarse, [2, 2])], 1)
    blocks = [
        self.unit(torch.sqrt(color.mean([2, 3])), 1e-6),
        self.unit(torch.sqrt(torch.adaptive_avg_pool2d(color, [2, 2]).flatten(1)), 1e-6) * 0.7,
        self.unit(texture.mean([2, 3]), 0.02) * 0.7,
        self.unit(texture.flatten(1), 0.02) * 0.5,
    ]
    return self.unit(torch.cat(blocks, 1), 0.0)
)py";

// [16,1,7,7]: eight even filters, then eight odd ones; each sums to 0 and has unit L1 norm.
at::Tensor GaborFilters() {
  constexpr double kWaveLength = 4.0;
  constexpr double kSigma = 2.0;
  std::vector<at::Tensor> filters;
  for (const bool odd : {false, true}) {
    for (int o = 0; o < kOrientations; ++o) {
      const double angle = kPi * o / kOrientations;
      at::Tensor filter = at::empty({kFilterSize, kFilterSize}, at::kDouble);
      auto cells = filter.accessor<double, 2>();
      constexpr int kCenter = kFilterSize / 2;
      for (int y = 0; y < kFilterSize; ++y) {
        for (int x = 0; x < kFilterSize; ++x) {
          const double dx = x - kCenter;
          const double dy = y - kCenter;
          const double along = dx * std::cos(angle) + dy * std::sin(angle);
          const double phase = 2 * kPi * along / kWaveLength;
          cells[y][x] = std::exp(-(dx * dx + dy * dy) / (2 * kSigma * kSigma)) *
                        (odd ? std::sin(phase) : std::cos(phase));
        }
      }
      filter = filter - filter.mean();
      filters.push_back((filter / filter.abs().sum()).to(at::kFloat).unsqueeze(0));
    }
  }
  return at::stack(filters);
}

}  // namespace

torch::jit::Module MakeImageEncoder() {
  const at::NoGradGuard no_grad;
  torch::jit::Module module("StarterImageEncoder");
  const double step = 2 * kPi / kHues;
  module.register_buffer("hues",
                         (at::arange(kHues, at::kFloat) * step).reshape({1, kHues, 1, 1, 1}));
  module.register_buffer("hue_step", at::full({}, step, at::kFloat));
  module.register_buffer("filters", GaborFilters());
  module.define(kSource);
  module.eval();
  return module;
}

model::v1::Bundle DescribeImageEncoder() {
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_IMAGE_ENCODER);
  manifest.set_architecture("starter-color-and-texture");
  manifest.set_description(
      "Soft color histograms and oriented texture energies over the picture and its quarters, by "
      "fixed formulas; it finds pictures that look alike and does not know what they show.");
  manifest.set_license("Apache-2.0");
  manifest.set_source("clientele-models starter");
  inference::AddSpec(*manifest.mutable_inputs(), "pixels", model::v1::DATA_TYPE_FLOAT32,
                     {-1, 3, -1, -1});
  inference::AddSpec(*manifest.mutable_outputs(), "features", model::v1::DATA_TYPE_FLOAT32,
                     {-1, kImageFeatures});
  manifest.set_normalized(true);
  manifest.mutable_limits()->set_max_batch_rows(64);
  auto& settings = *manifest.mutable_settings();
  settings["min_side"] = "8";
  settings["color_order"] = "RGB";
  return manifest;
}

}  // namespace clientele::starter
