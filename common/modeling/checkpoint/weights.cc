#include "common/modeling/checkpoint/weights.h"

#include <exception>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::modeling {

at::Tensor Weights::Take(const std::string& name, const std::vector<std::int64_t>& shape,
                         Init init) {
  at::Tensor out;
  if (status_.ok()) {
    try {
      status_ = Fill(name, shape, init, out);
    } catch (const std::exception&) {
      status_ = absl::ResourceExhaustedError(absl::StrCat(name, ": there is too little memory"));
    }
  }
  return out.defined() ? out : at::zeros({0});
}

std::int64_t FloatBytes(const std::vector<std::int64_t>& shape) {
  std::int64_t bytes = sizeof(float);
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return -1;
  }
  return bytes;
}

}  // namespace clientele::modeling
