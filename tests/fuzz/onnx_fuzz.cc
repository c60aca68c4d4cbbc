// ONNX files come from anywhere.
#include <cstdint>
#include <cstdlib>

#include "common/modeling/onnx/onnx_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele::modeling;  // NOLINT: the file is about these names
  const absl::string_view content(reinterpret_cast<const char*>(data), size);
  const auto model = ParseOnnx(content, "m.onnx");
  if (!model.ok()) return 0;
  // Every tensor's bytes lie in the file and are as many as its shape says.
  for (const auto& [name, tensor] : model->tensors) {
    std::size_t bytes = sizeof(float);
    for (const std::int64_t axis : tensor.shape) bytes *= static_cast<std::size_t>(axis);
    if (bytes != tensor.bytes.size()) std::abort();
    if (bytes > 0 && (tensor.bytes.data() < content.data() ||
                      tensor.bytes.data() + bytes > content.data() + content.size())) {
      std::abort();
    }
  }
  for (const OnnxConvolution& convolution : model->convolutions) {
    if (convolution.group < 1) std::abort();
  }
  return 0;
}
