#include "tools/clientele-models/run/run_bundle.h"

#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/manifest.h"
#include "common/inference/model_bundle.h"
#include "common/inference/tensor_spec.h"
#include "common/inference/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/checkpoint/safetensors.h"
#include "tools/clientele-models/checkpoint/tensor_bytes.h"

namespace clientele::models {
namespace {

using model::v1::Bundle;
using model::v1::Method;
using model::v1::TensorSpec;

Method PrimaryOf(const Bundle& manifest) {
  Method method;
  method.set_name(inference::PrimaryMethod(manifest.task()));
  *method.mutable_inputs() = manifest.inputs();
  *method.mutable_outputs() = manifest.outputs();
  return method;
}

absl::StatusOr<Method> Choose(const Bundle& manifest, const std::string& wanted) {
  const Method primary = PrimaryOf(manifest);
  if (wanted.empty()) return manifest.has_reference() ? manifest.reference() : primary;
  if (wanted == primary.name()) return primary;
  if (wanted == manifest.reference().name()) return manifest.reference();
  return InvalidField(
      "method", absl::StrCat("the bundle describes ", primary.name(),
                             manifest.has_reference() ? " and " : "", manifest.reference().name()));
}

// What a missing input stands for, where that is plain.
std::optional<at::Tensor> Default(const TensorSpec& spec, const std::vector<at::Tensor>& given) {
  if (given.empty()) return std::nullopt;
  if (spec.name() == "attention_mask" || spec.name() == "mask") return at::ones_like(given[0]);
  if (spec.name() == "token_type_ids" || spec.name() == "segments") {
    return at::zeros_like(given[0]);
  }
  return std::nullopt;
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
    if (tensor.min().item<std::int64_t>() < 0 || tensor.max().item<std::int64_t>() >= vocabulary) {
      return InvalidField(at, absl::StrCat("ids must be in [0, ", vocabulary - 1, "]"));
    }
    if (tensor.dim() == 2 && tensor.size(1) > manifest.limits().max_tokens()) {
      return InvalidField(
          at, absl::StrCat("must have at most ", manifest.limits().max_tokens(), " tokens a row"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<at::Tensor>> ReadInputs(const std::filesystem::path& path,
                                                   const Method& method, const Bundle& manifest) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto file, SafetensorsFile::Open(path));
  std::vector<at::Tensor> inputs;
  for (const TensorSpec& spec : method.inputs()) {
    const std::string at = absl::StrCat(file->name(), ": ", spec.name());
    const auto found = file->tensors().find(spec.name());
    if (found == file->tensors().end()) {
      std::optional<at::Tensor> value = Default(spec, inputs);
      if (!value) return InvalidField(at, absl::StrCat("is missing; ", method.name(), " takes it"));
      inputs.push_back(*std::move(value));
      continue;
    }
    at::Tensor tensor = ToTensor(found->second);
    const auto wanted = inference::ToScalarType(spec.dtype());
    const bool narrower = wanted == at::kLong && tensor.scalar_type() != at::kLong &&
                          c10::isIntegralType(tensor.scalar_type(), /*includeBool=*/true);
    if (narrower) tensor = tensor.to(at::kLong);
    CLIENTELE_RETURN_IF_ERROR(CheckInput(spec, tensor, manifest, at));
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

}  // namespace

absl::Status RunBundle(const RunOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(options.bundle));
  CLIENTELE_ASSIGN_OR_RETURN(const Method method, Choose(bundle.manifest(), options.method));
  try {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> inputs,
                               ReadInputs(options.inputs, method, bundle.manifest()));
    CLIENTELE_ASSIGN_OR_RETURN(const auto runner, inference::TorchScriptRunner::Load(bundle, {}));
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<at::Tensor> outputs, runner->Run(method.name(), inputs));
    if (static_cast<int>(outputs.size()) != method.outputs_size()) {
      return absl::InternalError(absl::StrCat("the model gave ", outputs.size(),
                                              " tensors; its bundle says ", method.outputs_size()));
    }
    TensorViews named;
    for (int i = 0; i < method.outputs_size(); ++i) {
      outputs[i] = outputs[i].contiguous();
      const auto view = ViewOf(outputs[i]);
      if (!view) return absl::InternalError("the model gave a tensor that no file can hold");
      named.emplace(method.outputs(i).name(), *view);
    }
    return WriteSafetensors(options.outputs, named);
  } catch (const std::exception&) {
    return absl::ResourceExhaustedError("there is too little memory for these inputs");
  }
}

}  // namespace clientele::models
