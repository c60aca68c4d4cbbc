#include "common/training/named_tensors.h"

#include <cstddef>
#include <exception>
#include <sstream>
#include <utility>

#include <c10/core/GradMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/nn/module.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include "absl/strings/str_cat.h"

namespace clientele::training {
namespace {

// Attributes of an archive: a tensor and its name by position, since names hold dots.
std::string TensorKey(std::size_t i) { return absl::StrCat("tensor_", i); }
std::string NameKey(std::size_t i) { return absl::StrCat("name_", i); }

}  // namespace

std::vector<NamedTensor> StateOf(const torch::jit::Module& module) {
  std::vector<NamedTensor> state;
  for (const auto& parameter : module.named_parameters()) {
    state.push_back({parameter.name, parameter.value});
  }
  for (const auto& buffer : module.named_buffers()) state.push_back({buffer.name, buffer.value});
  return state;
}

std::vector<NamedTensor> StateOf(const torch::nn::Module& module) {
  std::vector<NamedTensor> state;
  for (const auto& parameter : module.named_parameters()) {
    state.push_back({parameter.key(), parameter.value()});
  }
  for (const auto& buffer : module.named_buffers()) state.push_back({buffer.key(), buffer.value()});
  return state;
}

std::vector<NamedTensor> Copy(const std::vector<NamedTensor>& state) {
  std::vector<NamedTensor> copies;
  for (const NamedTensor& entry : state) {
    copies.push_back({entry.name, entry.tensor.detach().clone()});
  }
  return copies;
}

void Assign(const std::vector<NamedTensor>& from, const std::vector<NamedTensor>& to) {
  const c10::NoGradGuard no_gradients;
  for (std::size_t i = 0; i < to.size(); ++i) {
    at::Tensor target = to[i].tensor;
    target.copy_(from[i].tensor);
  }
}

absl::StatusOr<std::string> ToBytes(const std::vector<NamedTensor>& state) try {
  torch::serialize::OutputArchive archive;
  for (std::size_t i = 0; i < state.size(); ++i) {
    archive.write(NameKey(i), c10::IValue(state[i].name));
    archive.write(TensorKey(i), state[i].tensor.detach(), /*is_buffer=*/true);
  }
  std::ostringstream out;
  archive.save_to(out);
  return std::move(out).str();
} catch (const std::exception&) {
  return absl::InternalError("the tensors cannot be written");
}

absl::Status CopyInto(absl::string_view bytes, const std::vector<NamedTensor>& state) try {
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size());
  std::vector<NamedTensor> read;
  for (std::size_t i = 0; i < state.size(); ++i) {
    c10::IValue name;
    at::Tensor tensor;
    if (!archive.try_read(NameKey(i), name) || !name.isString() ||
        !archive.try_read(TensorKey(i), tensor, /*is_buffer=*/true) ||
        name.toStringRef() != state[i].name || tensor.sizes() != state[i].tensor.sizes() ||
        tensor.scalar_type() != state[i].tensor.scalar_type()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the tensor \"", state[i].name, "\" is not there, or of another shape"));
    }
    read.push_back({state[i].name, tensor});
  }
  c10::IValue more;
  if (archive.try_read(NameKey(state.size()), more)) {
    return absl::InvalidArgumentError("there are tensors that the module lacks");
  }
  Assign(read, state);
  return absl::OkStatus();
} catch (const std::exception&) {
  return absl::InvalidArgumentError("the tensors cannot be read");
}

}  // namespace clientele::training
