#include "common/modeling/checkpoint/tensor_bytes.h"

#include <array>
#include <cstring>
#include <utility>

#include <ATen/ATen.h>

namespace clientele::modeling {
namespace {

constexpr std::array<std::pair<ElementType, at::ScalarType>, 10> kTypes = {{
    {ElementType::kF64, at::kDouble},
    {ElementType::kF32, at::kFloat},
    {ElementType::kF16, at::kHalf},
    {ElementType::kBF16, at::kBFloat16},
    {ElementType::kI64, at::kLong},
    {ElementType::kI32, at::kInt},
    {ElementType::kI16, at::kShort},
    {ElementType::kI8, at::kChar},
    {ElementType::kU8, at::kByte},
    {ElementType::kBool, at::kBool},
}};

}  // namespace

at::ScalarType ToScalarType(ElementType type) {
  for (const auto& [element, scalar] : kTypes) {
    if (element == type) return scalar;
  }
  return at::kFloat;
}

std::optional<ElementType> ToElementType(at::ScalarType type) {
  for (const auto& [element, scalar] : kTypes) {
    if (scalar == type) return element;
  }
  return std::nullopt;
}

at::Tensor ToTensor(const TensorView& view) {
  at::Tensor tensor = at::empty(view.shape, at::TensorOptions().dtype(ToScalarType(view.type)));
  if (view.bytes.empty()) return tensor;
  if (view.type == ElementType::kBool) {  // any byte but 0 is true; only 0 and 1 are bools
    auto* out = static_cast<unsigned char*>(tensor.data_ptr());
    for (const char byte : view.bytes) *out++ = byte != 0;
    return tensor;
  }
  std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

std::optional<TensorView> ViewOf(const at::Tensor& tensor) {
  const auto type = ToElementType(tensor.scalar_type());
  if (!type || !tensor.is_contiguous() || !tensor.device().is_cpu()) return std::nullopt;
  return TensorView{.type = *type,
                    .shape = tensor.sizes().vec(),
                    .bytes = {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()}};
}

}  // namespace clientele::modeling
