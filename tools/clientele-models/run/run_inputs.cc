#include "tools/clientele-models/run/run_inputs.h"

#include <optional>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/tensor_spec.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

using model::v1::Bundle;
using model::v1::Method;
using model::v1::TensorSpec;

bool IsMask(const TensorSpec& spec) {
  return spec.name() == "attention_mask" || spec.name() == "mask";
}
bool IsSegments(const TensorSpec& spec) {
  return spec.name() == "token_type_ids" || spec.name() == "segments";
}

// What a missing input stands for, where that is plain.
std::optional<at::Tensor> Default(const TensorSpec& spec, const std::vector<at::Tensor>& given) {
  if (given.empty()) return std::nullopt;
  if (IsMask(spec)) return at::ones_like(given[0]);
  if (IsSegments(spec)) return at::zeros_like(given[0]);
  return std::nullopt;
}

absl::Status CheckRange(const at::Tensor& tensor, std::int64_t max, const std::string& at) {
  if (tensor.min().item<std::int64_t>() >= 0 && tensor.max().item<std::int64_t>() <= max) {
    return absl::OkStatus();
  }
  return InvalidField(at, absl::StrCat("must be in [0, ", max, "]"));
}

// Masks and segments speak of the tokens of the first input; all inputs have the same rows.
absl::Status CheckTogether(const Method& method, const std::vector<at::Tensor>& inputs,
                           const Bundle& manifest, absl::string_view file) {
  for (int i = 0; i < method.inputs_size(); ++i) {
    const TensorSpec& spec = method.inputs(i);
    const std::string at = absl::StrCat(file, ": ", spec.name());
    const bool of_tokens = IsMask(spec) || IsSegments(spec);
    if (of_tokens ? inputs[i].sizes() != inputs[0].sizes()
                  : spec.shape(0) == -1 && inputs[i].size(0) != inputs[0].size(0)) {
      return InvalidField(at, absl::StrCat("must have the ", of_tokens ? "shape" : "rows", " of ",
                                           method.inputs(0).name()));
    }
    if (IsMask(spec)) CLIENTELE_RETURN_IF_ERROR(CheckRange(inputs[i], 1, at));
    const auto kinds = manifest.settings().find("segment_kinds");
    std::int64_t count = 0;
    if (IsSegments(spec) && kinds != manifest.settings().end() &&
        absl::SimpleAtoi(kinds->second, &count)) {
      CLIENTELE_RETURN_IF_ERROR(CheckRange(inputs[i], count - 1, at));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckInput(const TensorSpec& spec, const at::Tensor& tensor, const Bundle& manifest,
                        const std::string& at) {
  if (inference::FromScalarType(tensor.scalar_type()) != spec.dtype()) {
    return InvalidField(at, absl::StrCat("must be ", model::v1::DataType_Name(spec.dtype())));
  }
  if (tensor.dim() != spec.shape_size()) {
    return InvalidField(at,
                        absl::StrCat("must have ", spec.shape_size(), " axes, not ", tensor.dim()));
  }
  for (int axis = 0; axis < spec.shape_size(); ++axis) {
    if (tensor.size(axis) < 1 ||
        (spec.shape(axis) != -1 && spec.shape(axis) != tensor.size(axis))) {
      return InvalidField(at, absl::StrCat("has an axis ", axis, " of ", tensor.size(axis)));
    }
  }
  const std::int64_t vocabulary = manifest.limits().vocabulary();
  const bool ids = absl::EndsWith(spec.name(), "input_ids") || spec.name() == "ids";
  if (ids && vocabulary > 0) {
    CLIENTELE_RETURN_IF_ERROR(CheckRange(tensor, vocabulary - 1, at));
    if (tensor.dim() == 2 && tensor.size(1) > manifest.limits().max_tokens()) {
      return InvalidField(
          at, absl::StrCat("must have at most ", manifest.limits().max_tokens(), " tokens a row"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<at::Tensor>> ReadRunInputs(const modeling::TensorViews& tensors,
                                                      absl::string_view file, const Method& method,
                                                      const Bundle& manifest) {
  std::vector<at::Tensor> inputs;
  for (const TensorSpec& spec : method.inputs()) {
    const std::string at = absl::StrCat(file, ": ", spec.name());
    const auto found = tensors.find(spec.name());
    if (found == tensors.end()) {
      std::optional<at::Tensor> value = Default(spec, inputs);
      if (!value) return InvalidField(at, absl::StrCat("is missing; ", method.name(), " takes it"));
      inputs.push_back(*std::move(value));
      continue;
    }
    at::Tensor tensor = modeling::ToTensor(found->second);
    const auto wanted = inference::ToScalarType(spec.dtype());
    const bool narrower = wanted == at::kLong && tensor.scalar_type() != at::kLong &&
                          c10::isIntegralType(tensor.scalar_type(), /*includeBool=*/true);
    if (narrower) tensor = tensor.to(at::kLong);
    CLIENTELE_RETURN_IF_ERROR(CheckInput(spec, tensor, manifest, at));
    inputs.push_back(std::move(tensor));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckTogether(method, inputs, manifest, file));
  return inputs;
}

}  // namespace clientele::models
