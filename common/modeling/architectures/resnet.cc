#include "common/modeling/architectures/resnet.h"

#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/module_source.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using inference::AddSpec;
using model::v1::DATA_TYPE_FLOAT32;

// torch's batch norms have this epsilon; no config.json says another.
constexpr double kBatchNormEps = 1e-5;
constexpr std::int64_t kReduction = 4;  // of a bottleneck

// $0: the convolutions but the first; $1: the shortcut.
constexpr char kBlock[] = R"py(
def forward(self, x: Tensor) -> Tensor:
    h = torch.conv2d(x, self.conv0_weight, self.conv0_bias, [self.stride0, self.stride0], [self.pad0, self.pad0])
$0    return self.activation(h + $1)
)py";
constexpr char kNextConvolution[] =
    "    h = torch.conv2d(self.activation(h), self.conv$0_weight, self.conv$0_bias, "
    "[self.stride$0, self.stride$0], [self.pad$0, self.pad$0])\n";
constexpr char kProjectedShortcut[] =
    "torch.conv2d(x, self.shortcut_weight, self.shortcut_bias, [self.stride, self.stride])";

// $0: the blocks; $1: scores of classes.
constexpr char kResNetRoot[] = R"py(
def features(self, x: Tensor) -> Tensor:
    x = self.activation(torch.conv2d(x, self.stem_weight, self.stem_bias, [2, 2], [3, 3]))
    x = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])
$0    return torch.mean(x, [2, 3])
)py";
constexpr char kWithClasses[] = R"py(
def forward(self, pixels: Tensor) -> Tuple[Tensor, Tensor]:
    x = self.features((pixels - self.pixel_mean) / self.pixel_deviation)
    return x, torch.linear(x, self.class_weight, self.class_bias)

def reference(self, pixel_values: Tensor) -> Tuple[Tensor, Tensor]:
    x = self.features(pixel_values)
    return x, torch.linear(x, self.class_weight, self.class_bias)
)py";
constexpr char kWithoutClasses[] = R"py(
def forward(self, pixels: Tensor) -> Tensor:
    return self.features((pixels - self.pixel_mean) / self.pixel_deviation)

def reference(self, pixel_values: Tensor) -> Tensor:
    return self.features(pixel_values)
)py";

// Names of one convolution and its batch norm.
struct ConvNames {
  std::string convolution;
  std::string norm;
};

class ResNetBuilder {
 public:
  ResNetBuilder(Config& config, Weights& weights, const BuildOptions& options)
      : config_(config), weights_(weights), options_(options) {}

  absl::StatusOr<BuiltModel> Build() {
    ReadConfig();
    CLIENTELE_RETURN_IF_ERROR(config_.status());
    torchvision_ = weights_.Has("conv1.weight", /*in_new=*/false);

    torch::jit::Module& root = built_.module;
    TakeConvolution(root, "stem",
                    torchvision_ ? ConvNames{"conv1", "bn1"} : HfNames("embedder.embedder"),
                    stem_width_, channels_, 7);
    std::int64_t in = stem_width_;
    std::string blocks;
    for (std::size_t stage = 0; stage < depths_.size(); ++stage) {
      for (std::int64_t block = 0; block < depths_[stage] && weights_.ok(); ++block) {
        const bool first = block == 0;
        const std::int64_t stride = first && (stage > 0 || early_) ? 2 : 1;
        TakeBlock(stage, block, in, widths_[stage], stride);
        absl::StrAppend(&blocks, "    x = self.block", stage, "_", block, ".forward(x)\n");
        in = widths_[stage];
      }
    }
    const bool classes = TakeClasses(in);
    TakePixelScale();
    CLIENTELE_RETURN_IF_ERROR(config_.status());
    CLIENTELE_RETURN_IF_ERROR(weights_.Finish());
    root.define(absl::StrCat(*activation_, absl::Substitute(kResNetRoot, blocks),
                             classes ? kWithClasses : kWithoutClasses));
    return std::move(built_);
  }

 private:
  void ReadConfig() {
    channels_ = config_.Int("num_channels", 3, 1, 64);
    stem_width_ = config_.Int("embedding_size", 64, 1, kMaxWidth);
    widths_ = config_.Ints("hidden_sizes", 1, kMaxWidth);
    depths_ = config_.Ints("depths", 1, kMaxLayers);
    if (widths_.empty()) widths_ = {256, 512, 1024, 2048};
    if (depths_.empty()) depths_ = {3, 4, 6, 3};
    const std::string kind = config_.String("layer_type", "bottleneck");
    bottleneck_ = kind == "bottleneck";
    early_ = config_.Bool("downsample_in_first_stage", false);
    stride_in_first_ = config_.Bool("downsample_in_bottleneck", false);
    activation_ = ActivationSource(config_.String("hidden_act", "relu"));
    if (!activation_) config_.Reject("hidden_act", "is not supported");
    if (kind != "basic" && kind != "bottleneck") {
      config_.Reject("layer_type", "must be basic or bottleneck");
    }
    if (depths_.size() != widths_.size()) {
      config_.Reject("depths", "must have as many stages as hidden_sizes");
    }
    if (channels_ != 3) config_.Reject("num_channels", "must be 3: pictures are red, green, blue");
    for (const std::int64_t width : widths_) {
      if (bottleneck_ && width % kReduction != 0) {
        config_.Reject("hidden_sizes", "must be multiples of 4 where blocks are bottlenecks");
      }
    }
  }

  static ConvNames HfNames(const std::string& at) {
    return {absl::StrCat(at, ".convolution"), absl::StrCat(at, ".normalization")};
  }

  // y = gamma (Wx - mean) / sqrt(var + eps) + beta: one convolution with scaled weights and a
  // bias (Ioffe and Szegedy 2015, at inference).
  void TakeConvolution(torch::jit::Module& module, const std::string& attribute,
                       const ConvNames& names, std::int64_t out, std::int64_t in,
                       std::int64_t side) {
    const at::Tensor weight =
        weights_.Take(names.convolution + ".weight", {out, in, side, side}, Init::kNormal);
    const at::Tensor gamma = weights_.Take(names.norm + ".weight", {out}, Init::kOnes);
    const at::Tensor beta = weights_.Take(names.norm + ".bias", {out}, Init::kZeros);
    const at::Tensor mean = weights_.Take(names.norm + ".running_mean", {out}, Init::kZeros);
    const at::Tensor variance = weights_.Take(names.norm + ".running_var", {out}, Init::kOnes);
    weights_.Ignore(names.norm + ".num_batches_tracked");
    if (!weights_.ok()) return;
    const at::Tensor scale =
        gamma.to(at::kDouble) / at::sqrt(variance.to(at::kDouble) + kBatchNormEps);
    module.register_buffer(
        attribute + "_weight",
        (weight.to(at::kDouble) * scale.view({-1, 1, 1, 1})).to(at::kFloat).contiguous());
    module.register_buffer(attribute + "_bias",
                           (beta - mean.to(at::kDouble) * scale).to(at::kFloat));
  }

  void TakeBlock(std::size_t stage, std::int64_t index, std::int64_t in, std::int64_t out,
                 std::int64_t stride) {
    torch::jit::Module block("ResNetBlock");
    const std::string at = torchvision_ ? absl::StrCat("layer", stage + 1, ".", index)
                                        : absl::StrCat("encoder.stages.", stage, ".layers.", index);
    const std::int64_t narrow = bottleneck_ ? out / kReduction : out;
    struct Convolution {
      std::int64_t in, out, side, stride;
    };
    const bool first = stride_in_first_;
    const std::vector<Convolution> convolutions =
        bottleneck_ ? std::vector<Convolution>{{in, narrow, 1, first ? stride : 1},
                                               {narrow, narrow, 3, first ? 1 : stride},
                                               {narrow, out, 1, 1}}
                    : std::vector<Convolution>{{in, out, 3, stride}, {out, out, 3, 1}};
    std::string next;
    for (std::size_t i = 0; i < convolutions.size(); ++i) {
      const Convolution& c = convolutions[i];
      TakeConvolution(
          block, absl::StrCat("conv", i),
          torchvision_ ? ConvNames{absl::StrCat(at, ".conv", i + 1), absl::StrCat(at, ".bn", i + 1)}
                       : HfNames(absl::StrCat(at, ".layer.", i)),
          c.out, c.in, c.side);
      SetInt(block, absl::StrCat("stride", i), c.stride);
      SetInt(block, absl::StrCat("pad", i), c.side / 2);
      if (i > 0) absl::StrAppend(&next, absl::Substitute(kNextConvolution, i));
    }
    const bool projected = in != out || stride != 1;
    if (projected) {
      TakeConvolution(block, "shortcut",
                      torchvision_ ? ConvNames{absl::StrCat(at, ".downsample.0"),
                                               absl::StrCat(at, ".downsample.1")}
                                   : HfNames(absl::StrCat(at, ".shortcut")),
                      out, in, 1);
      SetInt(block, "stride", stride);
    }
    if (!weights_.ok()) return;
    block.define(absl::StrCat(
        *activation_, absl::Substitute(kBlock, next, projected ? kProjectedShortcut : "x")));
    built_.module.register_module(absl::StrCat("block", stage, "_", index), block);
  }

  bool TakeClasses(std::int64_t width) {
    model::v1::Bundle& manifest = built_.manifest;
    manifest.set_task(model::v1::TASK_IMAGE_ENCODER);
    AddSpec(*manifest.mutable_inputs(), "pixels", DATA_TYPE_FLOAT32, {-1, 3, -1, -1});
    AddSpec(*manifest.mutable_outputs(), "features", DATA_TYPE_FLOAT32, {-1, width});
    model::v1::Method& reference = *manifest.mutable_reference();
    reference.set_name("reference");
    AddSpec(*reference.mutable_inputs(), "pixel_values", DATA_TYPE_FLOAT32, {-1, 3, -1, -1});
    AddSpec(*reference.mutable_outputs(), "features", DATA_TYPE_FLOAT32, {-1, width});
    const std::string name = torchvision_ ? "fc" : "classifier.1";
    if (!weights_.Has(name + ".weight", /*in_new=*/config_.Has("id2label"))) return false;
    std::vector<std::string> labels = config_.Labels("id2label");
    const std::int64_t classes =
        labels.empty() ? config_.Int("num_labels", torchvision_ ? 1000 : 2, 1, kMaxLabels)
                       : static_cast<std::int64_t>(labels.size());
    for (std::string& label : labels) manifest.add_labels(std::move(label));
    built_.module.register_buffer("class_weight",
                                  weights_.Take(name + ".weight", {classes, width}, Init::kNormal));
    built_.module.register_buffer("class_bias",
                                  weights_.Take(name + ".bias", {classes}, Init::kZeros));
    AddSpec(*manifest.mutable_outputs(), "scores", DATA_TYPE_FLOAT32, {-1, classes});
    AddSpec(*reference.mutable_outputs(), "logits", DATA_TYPE_FLOAT32, {-1, classes});
    return true;
  }

  void TakePixelScale() {
    const auto column = [](const std::vector<double>& values) {
      return at::tensor(at::ArrayRef<double>(values)).to(at::kFloat).view({1, -1, 1, 1});
    };
    built_.module.register_buffer("pixel_mean", column(options_.pixel_mean));
    built_.module.register_buffer("pixel_deviation", column(options_.pixel_deviation));
  }

  Config& config_;
  Weights& weights_;
  const BuildOptions& options_;
  BuiltModel built_{.module = torch::jit::Module("ResNet"), .manifest = {}};
  bool torchvision_ = false;
  bool bottleneck_ = true;
  bool early_ = false;
  bool stride_in_first_ = false;
  std::int64_t channels_ = 3;
  std::int64_t stem_width_ = 0;
  std::vector<std::int64_t> widths_;
  std::vector<std::int64_t> depths_;
  std::optional<std::string> activation_;
};

}  // namespace

absl::StatusOr<BuiltModel> BuildResNet(Config& config, Weights& weights,
                                       const BuildOptions& options) {
  return ResNetBuilder(config, weights, options).Build();
}

}  // namespace clientele::modeling
