#include "tools/clientele-models/import/onnx_yolox_import.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "common/modeling/architectures/yolox.h"
#include "common/modeling/onnx/onnx_weights.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/import/coco_labels.h"

namespace clientele::models {
namespace {

constexpr std::size_t kMaxLabelBytes = 1 << 20;
constexpr std::int64_t kMostRepeats = 8;

absl::StatusOr<std::vector<std::string>> ReadLabelFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat(path.string(), ": the file can't be opened"));
  std::vector<std::string> labels;
  std::string line;
  std::size_t bytes = 0;
  while (std::getline(in, line)) {
    bytes += line.size() + 1;
    if (bytes > kMaxLabelBytes) return InvalidField(path.string(), "is too large for class names");
    const absl::string_view label = absl::StripAsciiWhitespace(line);
    if (!label.empty()) labels.emplace_back(label);
  }
  return labels;
}

absl::Status NotYolox(const modeling::OnnxFile& file, absl::string_view what) {
  return InvalidField(file.name(), absl::StrCat("is not a YOLOX as it was published: ", what));
}

// Axis 0 of the weight of a convolution, 0 where there is none.
std::int64_t OutputsOf(const modeling::OnnxModel& model, std::int64_t place) {
  if (place < 0 || place >= static_cast<std::int64_t>(model.convolutions.size())) return 0;
  const auto found = model.tensors.find(model.convolutions[static_cast<std::size_t>(place)].weight);
  return found == model.tensors.end() || found->second.shape.empty() ? 0 : found->second.shape[0];
}

absl::StatusOr<modeling::YoloxShape> FindShape(const modeling::OnnxFile& file) {
  const modeling::OnnxModel& model = file.model();
  if (model.operators.count("BatchNormalization") > 0) {
    return NotYolox(file, "its batch norms are not folded; export it for inference");
  }
  modeling::YoloxShape shape;
  shape.depthwise = std::any_of(model.convolutions.begin(), model.convolutions.end(),
                                [](const auto& convolution) { return convolution.group > 1; });
  const auto count = static_cast<std::int64_t>(model.convolutions.size());
  shape.repeats = 1;
  while (shape.repeats < kMostRepeats &&
         modeling::ConvolutionsOf(shape.repeats, shape.depthwise).count < count) {
    ++shape.repeats;
  }
  const modeling::YoloxConvolutions convolutions =
      modeling::ConvolutionsOf(shape.repeats, shape.depthwise);
  if (convolutions.count != count) {
    return NotYolox(file, absl::StrCat("it has ", count, " convolutions"));
  }
  shape.stem = OutputsOf(model, 0);
  shape.classes = OutputsOf(model, convolutions.last_classes);
  if (model.input_shape.size() != 4 || model.input_shape[2] != model.input_shape[3] ||
      model.input_shape[2] < 1) {
    return NotYolox(file, "its input is not square, or has no fixed size");
  }
  shape.side = model.input_shape[2];
  return shape;
}

// Colored waves: a picture that every machine makes alike.
at::Tensor GoldenPicture() {
  const at::Tensor x = at::arange(96, at::kFloat).view({1, 1, 96});
  const at::Tensor y = at::arange(64, at::kFloat).view({1, 64, 1});
  const at::Tensor channel = at::arange(3, at::kFloat).view({3, 1, 1});
  const at::Tensor levels = at::remainder(x * (channel + 2) + y * 5 + channel * 40, 256).floor();
  return (levels / 255).unsqueeze(0);
}

}  // namespace

absl::StatusOr<std::filesystem::path> ImportYolox(const YoloxImportOptions& options) {
  std::vector<std::string> labels = CocoLabels();
  if (!options.labels.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(labels, ReadLabelFile(options.labels));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto file, modeling::OnnxFile::Open(options.file));
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::YoloxShape shape, FindShape(*file));
  modeling::OnnxWeights weights(*file);
  CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                             modeling::MakeYolox(shape, labels, weights));
  model::v1::Bundle& manifest = built.manifest;
  manifest.set_name(options.name);
  manifest.set_version(options.version);
  manifest.set_license(options.license);
  manifest.set_source(options.source);
  manifest.set_description(absl::StrCat("YOLOX that sees ", shape.side, " x ", shape.side,
                                        " pixels and ", shape.classes, " classes"));
  const inference::BundleWriterOptions writer = {.model_dir = options.out};
  const std::vector<at::Tensor> golden = {GoldenPicture()};
  return options.key == nullptr
             ? inference::WriteUnsignedBundle(writer, built.module, manifest, {}, golden)
             : inference::WriteBundle(writer, built.module, manifest, {}, golden, *options.key);
}

}  // namespace clientele::models
