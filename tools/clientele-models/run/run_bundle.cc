#include "tools/clientele-models/run/run_bundle.h"

#include <exception>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/run/run_inputs.h"

namespace clientele::models {
namespace {

using model::v1::Bundle;
using model::v1::Method;

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

}  // namespace

absl::Status RunBundle(const RunOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(options.bundle));
  CLIENTELE_ASSIGN_OR_RETURN(const Method method, Choose(bundle.manifest(), options.method));
  try {
    CLIENTELE_ASSIGN_OR_RETURN(const auto file, modeling::SafetensorsFile::Open(options.inputs));
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<at::Tensor> inputs,
        ReadRunInputs(file->tensors(), file->name(), method, bundle.manifest()));
    CLIENTELE_ASSIGN_OR_RETURN(const auto runner, inference::TorchScriptRunner::Load(bundle, {}));
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<at::Tensor> outputs, runner->Run(method.name(), inputs));
    if (static_cast<int>(outputs.size()) != method.outputs_size()) {
      return absl::InternalError(absl::StrCat("the model gave ", outputs.size(),
                                              " tensors; its bundle says ", method.outputs_size()));
    }
    modeling::TensorViews named;
    for (int i = 0; i < method.outputs_size(); ++i) {
      outputs[i] = outputs[i].contiguous();
      const auto view = modeling::ViewOf(outputs[i]);
      if (!view) return absl::InternalError("the model gave a tensor that no file can hold");
      named.emplace(method.outputs(i).name(), *view);
    }
    return modeling::WriteSafetensors(options.outputs, named);
  } catch (const std::exception&) {
    return absl::ResourceExhaustedError("there is too little memory for these inputs");
  }
}

}  // namespace clientele::models
