#ifndef CLIENTELE_COMMON_TRAINING_NAMED_TENSORS_H_
#define CLIENTELE_COMMON_TRAINING_NAMED_TENSORS_H_

// A module's parameters and buffers by name, whichever kind of module it is.
//
//   std::vector<NamedTensor> state = StateOf(module);
//   const std::string bytes = *ToBytes(state);
//   CLIENTELE_RETURN_IF_ERROR(CopyInto(bytes, state));   // the module has its old values again
//
// Thread-safe for different modules.

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit
namespace torch::nn {
class Module;
}  // namespace torch::nn

namespace clientele::training {

// The tensor is the module's own: what is written into it, the module has.
struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

std::vector<NamedTensor> StateOf(const torch::jit::Module& module);
std::vector<NamedTensor> StateOf(const torch::nn::Module& module);

// Copies that share nothing with the originals.
std::vector<NamedTensor> Copy(const std::vector<NamedTensor>& state);
// Writes values of `from` into `to`; the names and shapes are the same.
void Assign(const std::vector<NamedTensor>& from, const std::vector<NamedTensor>& to);

// INTERNAL when torch cannot write them.
absl::StatusOr<std::string> ToBytes(const std::vector<NamedTensor>& state);
// INVALID_ARGUMENT when the bytes are not of these names, shapes and types; nothing is changed
// then.
absl::Status CopyInto(absl::string_view bytes, const std::vector<NamedTensor>& state);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_NAMED_TENSORS_H_
