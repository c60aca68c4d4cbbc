#include "common/modeling/checkpoint/random_weights.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::modeling {
namespace {

constexpr double kDeviation = 0.02;

}  // namespace

absl::Status RandomWeights::Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                                 Init init, at::Tensor& out) {
  const std::int64_t bytes = FloatBytes(shape);
  if (bytes < 0 || bytes > left_) {
    return InvalidField(
        absl::StrCat("config.json: ", name),
        absl::StrCat("with it the weights take more than the allowed ", max_bytes_ >> 20, " MiB"));
  }
  left_ -= bytes;
  switch (init) {
    case Init::kZeros:
      out = at::zeros(shape);
      break;
    case Init::kOnes:
      out = at::ones(shape);
      break;
    case Init::kNormal:
      out = at::empty(shape).normal_(0, kDeviation, at::detail::createCPUGenerator(seed_));
      ++seed_;
      break;
  }
  return absl::OkStatus();
}

}  // namespace clientele::modeling
