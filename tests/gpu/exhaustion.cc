#include <exception>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/gpu/check.h"
#include "tests/gpu/device_memory.h"

namespace clientele::gpu {
namespace {

// Versions of the encoder beside those of the other parts.
constexpr int kGreedyVersion = 101;
constexpr int kFullVersion = 102;

// Gives vectors of `width`, and for more than two rows asks for memory that no device has.
torch::jit::Module GreedyEncoder(std::int64_t width) {
  torch::jit::Module module("GreedyEncoder");
  module.define(absl::StrCat(R"(
def forward(self, ids, mask):
    sums = (ids * mask).float().sum(1, True)
    if ids.size(0) > 2:
        sums = sums + torch.empty([ids.size(0) * 1125899906842624], device=ids.device).sum()
    return sums.expand(-1, )",
                             width, ")\n"));
  return module;
}

bool Serves(const EncoderHandle& handle, const at::Tensor& ids) {
  const auto model = handle.Current();
  return model != nullptr && model->manifest().version() == "1" &&
         model->runner().Run("forward", {ids, at::ones_like(ids)}).ok();
}

std::string ReasonOf(const EncoderHandle& handle, int version) {
  for (const inference::VersionReport& report : handle.Versions()) {
    if (report.version == absl::StrCat(version)) return report.reason;
  }
  return "";
}

bool NamesMemoryOf(const Check& check, absl::string_view reason) {
  return absl::StrContains(reason,
                           absl::StrCat(check.device_name(), " has too little free memory"));
}

// Tensors that take what the device has left, but for what small calls need beside the weights.
std::vector<at::Tensor> FillDevice(c10::Device device) {
  const auto options = at::TensorOptions().dtype(at::kByte).device(device);
  const at::Tensor room = at::empty({std::int64_t{32} << 20}, options);
  std::vector<at::Tensor> ballast;
  for (std::int64_t bytes = std::int64_t{4} << 30; bytes >= std::int64_t{4} << 20;) {
    try {
      ballast.push_back(at::empty({bytes}, options));
    } catch (const std::exception&) {
      bytes /= 2;
    }
  }
  return ballast;
}

// A version comes when the device is full, and again when it is not.
absl::Status CheckFullDevice(Check& check, EncoderHandle& handle, const at::Tensor& ids) {
  CLIENTELE_RETURN_IF_ERROR(check.models->WriteEncoder(kFullVersion));
  EmptyCache(check.device);
  std::vector<at::Tensor> ballast = FillDevice(check.device);
  check.models->PinEncoder(kFullVersion);
  const absl::Status refused = handle.Refresh();
  const std::string reason = ReasonOf(handle, kFullVersion);
  check.report->Expect("exhaustion_full_device_is_named",
                       !refused.ok() && NamesMemoryOf(check, reason), reason);
  check.report->Expect("exhaustion_full_device_old_version_serves", Serves(handle, ids));
  ballast.clear();
  EmptyCache(check.device);
  handle.Reconsider(kFullVersion);
  check.report->Expect("exhaustion_new_version_once_there_is_room",
                       handle.Refresh().ok() &&
                           handle.Current()->manifest().version() == absl::StrCat(kFullVersion));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckExhaustion(Check& check) {
  CLIENTELE_RETURN_IF_ERROR(check.models->WriteEncoder(1));
  CLIENTELE_ASSIGN_OR_RETURN(const auto handle, check.models->ServeEncoder());
  check.models->PinEncoder(1);
  CLIENTELE_RETURN_IF_ERROR(handle->Refresh());
  const at::Tensor ids = check.models->Ids(4, 16, 3);
  const model::v1::Bundle manifest = handle->Current()->manifest();
  const torch::jit::Module greedy = GreedyEncoder(manifest.outputs(0).shape(1));

  // A call.
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto runner,
      inference::TorchScriptRunner::FromModule(greedy, manifest, {.device = check.device_name()}));
  const absl::Status call = runner->Run("forward", {ids, at::ones_like(ids)}).status();
  check.report->Expect("exhaustion_call_is_refused",
                       absl::IsResourceExhausted(call) && NamesMemoryOf(check, call.message()),
                       call.ToString(absl::StatusToStringMode::kWithNoExtraData));
  const at::Tensor few = ids.narrow(0, 0, 2);
  check.report->Expect("exhaustion_next_call_is_answered",
                       runner->Run("forward", {few, at::ones_like(few)}).ok());

  // A version.
  CLIENTELE_RETURN_IF_ERROR(check.models->WriteEncoder(kGreedyVersion, greedy));
  check.models->PinEncoder(kGreedyVersion);
  const absl::Status refused = handle->Refresh();
  const std::string reason = ReasonOf(*handle, kGreedyVersion);
  check.report->Expect("exhaustion_version_is_rejected",
                       !refused.ok() && NamesMemoryOf(check, reason), reason);
  check.report->Expect("exhaustion_old_version_serves", Serves(*handle, ids));
  // On a CPU it would take the memory of everybody.
  if (check.on_gpu()) return CheckFullDevice(check, *handle, ids);
  return absl::OkStatus();
}

}  // namespace clientele::gpu
