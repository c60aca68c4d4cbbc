// Checkpoints come from anywhere.
#include <cstdint>
#include <cstdlib>

#include "common/modeling/checkpoint/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele::modeling;  // NOLINT: the file is about these names
  const absl::string_view content(reinterpret_cast<const char*>(data), size);
  const auto tensors = ParseSafetensors(content, "model.safetensors");
  if (!tensors.ok()) return 0;
  // Every tensor's bytes lie in the file and are as many as its shape says.
  for (const auto& [name, tensor] : *tensors) {
    std::int64_t bytes = SizeOf(tensor.type);
    for (const std::int64_t axis : tensor.shape) bytes *= axis;
    if (bytes != static_cast<std::int64_t>(tensor.bytes.size())) std::abort();
    if (bytes > 0 && (tensor.bytes.data() < content.data() ||
                      tensor.bytes.data() + bytes > content.data() + content.size())) {
      std::abort();
    }
  }
  return 0;
}
