#include "common/inference/compute/out_of_memory.h"

#include <algorithm>
#include <array>
#include <new>

#include <c10/util/Exception.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::inference {

bool IsOutOfMemory(const std::exception& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  // The interpreter of TorchScript throws the text of what was thrown in it, and not its type; the
  // CPU's allocator and cuBLAS have no type for it.
  constexpr std::array<absl::string_view, 6> kTexts = {
      "CUDA out of memory",         "CUDA error: out of memory",
      "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED",
      "DefaultCPUAllocator: can't", "DefaultCPUAllocator: not enough memory"};
  const absl::string_view text = error.what();
  return std::any_of(kTexts.begin(), kTexts.end(),
                     [&](absl::string_view part) { return absl::StrContains(text, part); });
}

absl::Status OutOfMemoryError(c10::Device device, absl::string_view what) {
  return WithReason(absl::ResourceExhaustedError(
                        absl::StrCat(device.str(), " has too little free memory for ", what)),
                    reason::kOverloaded);
}

}  // namespace clientele::inference
