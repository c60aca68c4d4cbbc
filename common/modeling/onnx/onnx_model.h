#ifndef CLIENTELE_COMMON_MODELING_ONNX_ONNX_MODEL_H_
#define CLIENTELE_COMMON_MODELING_ONNX_ONNX_MODEL_H_

// What an ONNX file holds of weights, and which of its convolutions uses which.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const OnnxModel model, ParseOnnx(bytes, "yolox.onnx"));
//   for (const OnnxConvolution& convolution : model.convolutions) ...
//
// Field numbers are those of the published schema (onnx.proto of ONNX, IR version 3 to 10). Other
// fields are passed over; the graph is not run.
//
// Pure functions, thread-safe.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::modeling {

// A float32 tensor; `bytes` are little-endian and as many as the shape says.
struct OnnxTensor {
  std::vector<std::int64_t> shape;
  absl::string_view bytes;
};

// A node Conv, with the names of its tensors.
struct OnnxConvolution {
  std::string weight;
  std::string bias;  // empty: none
  std::int64_t group = 1;
  std::int64_t stride = 1;
};

struct OnnxModel {
  // The float32 initializers by name; others are left out.
  std::map<std::string, OnnxTensor> tensors;
  // In the order of the graph, which is one of computation.
  std::vector<OnnxConvolution> convolutions;
  // How many nodes there are of each other kind.
  std::map<std::string, int> operators;
  // Axes of the graph's first input that is no initializer; -1 where one is not fixed.
  std::vector<std::int64_t> input_shape;
};

// Largest file that is read.
inline constexpr std::int64_t kMaxOnnxBytes = std::int64_t{2} << 30;

// Views are into `content`. INVALID_ARGUMENT names `file`, and the tensor or node that is wrong:
// not of this format, cut off, shapes that do not fit their bytes, weights in another file.
absl::StatusOr<OnnxModel> ParseOnnx(absl::string_view content, absl::string_view file);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ONNX_ONNX_MODEL_H_
