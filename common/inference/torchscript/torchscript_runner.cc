#include "common/inference/torchscript/torchscript_runner.h"

#include <exception>
#include <optional>
#include <sstream>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/passes/freeze_module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/tensor_spec.h"
#include "common/inference/compute/compute_threads.h"
#include "common/inference/compute/core_budget.h"
#include "common/inference/compute/out_of_memory.h"
#include "common/inference/torchscript/graph_packing.h"
#include "common/inference/torchscript/graph_rounding.h"
#include "common/inference/torchscript/kernels/packed_linear.h"
#include "common/inference/torchscript/stored_weights.h"
#include "common/inference/torchscript/tree_operators.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

struct TorchScriptRunner::Impl {
  torch::jit::Module module;
  model::v1::Bundle manifest;
  at::Device device = at::kCPU;
  int threads = 0;
  std::shared_ptr<CoreBudget> cores;
};

namespace {

// torch's own texts hold source paths and stacks; they stay out of ours.
absl::Status ModelFailed(at::Device device, absl::string_view method, const std::exception& error) {
  if (IsOutOfMemory(error))
    return OutOfMemoryError(device, absl::StrCat("a call of ", method, "()"));
  return WithReason(absl::InternalError(absl::StrCat("the model failed in ", method, "()")),
                    reason::kInternal);
}

// Complete ("cuda:0", not "cuda"), so that messages say which.
absl::StatusOr<at::Device> ParseDevice(const std::string& device) {
  try {
    if (device == "auto") return at::hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    const at::Device parsed(device);
    if (parsed.is_cpu()) return parsed;
    if (parsed.is_cuda() && at::hasCUDA()) {
      const at::DeviceIndex index = parsed.has_index() ? parsed.index() : at::DeviceIndex{0};
      const at::DeviceIndex count = c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount();
      if (index < count) return at::Device(at::kCUDA, index);
    }
  } catch (const std::exception&) {
    // Falls through: torch throws for what it cannot parse.
  }
  return InvalidField("device",
                      "must be auto, cpu, or cuda or cuda:N where this build and machine "
                      "have it");
}

// Folds constants and inlines what inference needs; a module that cannot be frozen
// (it changes its own attributes, say) serves as it is.
torch::jit::Module FreezeWherePossible(const torch::jit::Module& module) {
  std::vector<std::string> methods;
  for (const auto& method : module.get_methods()) methods.push_back(method.name());
  try {
    return torch::jit::freeze_module(module, methods);
  } catch (const std::exception&) {
    return module;
  }
}

absl::Status RoundForGpu(torch::jit::Module& module, Precision precision) {
  // Convolutions would round to 10 bits of TF32 otherwise, in every precision: float32 is float32.
  at::globalContext().setAllowTF32CuDNN(false);
  if (precision == Precision::kFloat32) return absl::OkStatus();
  if (precision == Precision::kInt8) {
    return absl::FailedPreconditionError("int8 is for the CPU: choose fp16 or bf16 on a GPU");
  }
  return RoundLinears(module, precision == Precision::kFloat16 ? at::kHalf : at::kBFloat16)
      .status();
}

absl::Status PackForCpu(torch::jit::Module& module, Precision precision) {
  if (!PackedLinear::Supports(precision)) {
    return absl::FailedPreconditionError(
        absl::StrCat("this processor does not know the precision ", PrecisionName(precision)));
  }
  return PackGraphs(module, precision).status();
}

// Lets torch read a buffer, whose memory shrinks meanwhile.
class BufferReader final : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit BufferReader(std::unique_ptr<OnePassBuffer> buffer) : buffer_(std::move(buffer)) {}

  std::size_t size() const override { return buffer_->size(); }
  std::size_t read(std::uint64_t offset, void* into, std::size_t length,
                   const char* /*what*/) const override {
    return buffer_->Copy(offset, into, length);
  }

 private:
  std::unique_ptr<OnePassBuffer> buffer_;
};

absl::Status NotLoaded(at::Device device, const std::exception& error) {
  if (IsOutOfMemory(error)) return OutOfMemoryError(device, "the model's weights");
  return WithReason(
      absl::DataLossError("model.pt is not a TorchScript module that this libtorch can load"),
      reason::kDataLoss);
}

absl::Status AppendOutputs(const c10::IValue& result, std::vector<at::Tensor>& outputs) {
  if (result.isTensor()) {
    outputs.push_back(result.toTensor());
    return absl::OkStatus();
  }
  if (result.isTuple()) {
    for (const c10::IValue& element : result.toTupleRef().elements()) {
      if (!element.isTensor()) {
        return absl::InternalError("the model's result holds something other than tensors");
      }
      outputs.push_back(element.toTensor());
    }
    return absl::OkStatus();
  }
  if (result.isTensorList()) {
    for (const at::Tensor& tensor : result.toTensorVector()) outputs.push_back(tensor);
    return absl::OkStatus();
  }
  return absl::InternalError("the model's result is neither a tensor nor a tuple of tensors");
}

}  // namespace

TorchScriptRunner::TorchScriptRunner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TorchScriptRunner::~TorchScriptRunner() = default;

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::Load(
    const ModelBundle& bundle, const RunnerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const at::Device device, ParseDevice(options.device));
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<OnePassBuffer> buffer,
                             bundle.ReadLargeFile(kModelFile));
  RegisterTreeOperators();
  try {
    auto reader = std::make_shared<BufferReader>(std::move(buffer));
    return Prepare(torch::jit::load(std::move(reader), device), bundle.manifest(), options);
  } catch (const std::exception& error) {
    return NotLoaded(device, error);
  }
}

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::FromBytes(
    const std::string& bytes, model::v1::Bundle manifest, const RunnerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const at::Device device, ParseDevice(options.device));
  RegisterTreeOperators();
  try {
    std::istringstream in(bytes);
    return Prepare(torch::jit::load(in, device), std::move(manifest), options);
  } catch (const std::exception& error) {
    return NotLoaded(device, error);
  }
}

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::FromModule(
    const torch::jit::Module& module, model::v1::Bundle manifest, const RunnerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const at::Device device, ParseDevice(options.device));
  try {
    // Neither eval() nor the move to a device must reach the caller's module: on the CPU a copy of
    // the attributes will do, but moving changes the tensors themselves.
    return Prepare(device.is_cpu() ? module.copy() : module.deepcopy(), std::move(manifest),
                   options);
  } catch (const std::exception& error) {
    return NotLoaded(at::kCPU, error);
  }
}

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::Prepare(
    torch::jit::Module module, model::v1::Bundle manifest, const RunnerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const at::Device device, ParseDevice(options.device));
  const std::string method = PrimaryMethod(manifest.task());
  try {
    if (!module.find_method(method)) {
      return InvalidField("model.pt",
                          absl::StrCat("must have the method ", method, "() of its task"));
    }
    auto impl = std::make_unique<Impl>();
    WidenStoredWeights(module, manifest);
    if (!device.is_cpu()) module.to(device);
    module.eval();
    impl->module = FreezeWherePossible(module);
    module = torch::jit::Module();  // it holds the weights, and moving it copies a pointer
    CLIENTELE_RETURN_IF_ERROR(device.is_cpu() ? PackForCpu(impl->module, options.precision)
                                              : RoundForGpu(impl->module, options.precision));
    impl->manifest = std::move(manifest);
    impl->device = device;
    impl->threads = options.threads;
    impl->cores = options.cores;
    return std::unique_ptr<TorchScriptRunner>(new TorchScriptRunner(std::move(impl)));
  } catch (const std::exception& error) {
    if (IsOutOfMemory(error)) return OutOfMemoryError(device, "the model's weights");
    return WithReason(absl::InternalError("the module cannot be prepared for inference"),
                      reason::kInternal);
  }
}

at::Device TorchScriptRunner::device() const { return impl_->device; }

absl::StatusOr<std::vector<at::Tensor>> TorchScriptRunner::DoRun(absl::string_view method,
                                                                 std::vector<at::Tensor> inputs,
                                                                 OutputPlace place) const {
  const bool primary = method == PrimaryMethod(impl_->manifest.task());
  try {
    // Thread-local, so it is set here, where the model runs.
    const c10::InferenceMode inference;
    if (primary) CLIENTELE_RETURN_IF_ERROR(CheckInputs(impl_->manifest, inputs));
    const auto function = impl_->module.find_method(std::string(method));
    if (!function) return NotFound(absl::StrCat("methods/", method));

    std::vector<c10::IValue> stack;
    stack.reserve(inputs.size());
    for (at::Tensor& input : inputs) {
      stack.emplace_back(impl_->device.is_cpu() ? std::move(input) : input.to(impl_->device));
    }
    std::optional<CoreLease> lease;
    if (impl_->device.is_cpu()) {
      if (impl_->cores != nullptr) lease.emplace(*impl_->cores, impl_->threads);
      if (impl_->threads > 0) UseThreads(impl_->threads);
    }
    std::vector<at::Tensor> outputs;
    CLIENTELE_RETURN_IF_ERROR(AppendOutputs((*function)(std::move(stack)), outputs));
    lease.reset();
    if (place == OutputPlace::kCpu) {
      for (at::Tensor& output : outputs) output = output.to(at::kCPU);
    }
    if (primary) CLIENTELE_RETURN_IF_ERROR(CheckOutputs(impl_->manifest, outputs));
    return outputs;
  } catch (const std::exception& error) {
    return ModelFailed(impl_->device, method, error);
  }
}

}  // namespace clientele::inference
