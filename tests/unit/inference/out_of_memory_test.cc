#include "common/inference/compute/out_of_memory.h"

#include <new>
#include <stdexcept>
#include <string>

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/model_handle.h"
#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

using Catch::Matchers::ContainsSubstring;

// The sanitizers' allocators end the process where others say that there is too little.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kAllocatorFails = false;
#else
constexpr bool kAllocatorFails = true;
#endif

// 4 PiB for each row of more than two, which no machine has.
constexpr char kGreedyRanker[] = R"(
def forward(self, features):
    if features.size(0) > 2:
        return torch.empty([features.size(0) * 1125899906842624]).sum() + features.sum(1)
    return features.sum(1)
)";

torch::jit::Module GreedyEncoder() {
  torch::jit::Module module("GreedyEncoder");
  module.define(R"(
def forward(self, ids, mask):
    rows = (ids * mask).float().sum(1, True)
    if ids.size(0) > 2:
        rows = rows + torch.empty([ids.size(0) * 1125899906842624]).sum()
    return rows.expand(-1, 4)
)");
  return module;
}

TEST_CASE("want of memory is told from other failures, by type and by text") {
  CHECK(IsOutOfMemory(std::bad_alloc()));
  CHECK(IsOutOfMemory(c10::OutOfMemoryError({"allocate", "a.cc", 1}, "Tried to allocate 2 GiB")));
  for (const char* text :
       {"The following operation failed in the TorchScript interpreter.\n...\nRuntimeError: CUDA "
        "out of memory. Tried to allocate 2.00 GiB (GPU 0; 79.15 GiB total capacity)",
        "CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)",
        "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 9007199254740992 bytes."}) {
    CHECK(IsOutOfMemory(std::runtime_error(text)));
  }
  for (const char* text : {"CUDA error: device-side assert triggered", "mat1 and mat2 shapes",
                           "CUDA error: invalid device ordinal", ""}) {
    CHECK_FALSE(IsOutOfMemory(std::runtime_error(text)));
  }
}

TEST_CASE("the error names the device and says that the call may be sent again") {
  const absl::Status status = OutOfMemoryError(c10::Device("cuda:1"), "a call of forward()");
  CHECK(absl::IsResourceExhausted(status));
  CHECK(status.message() == "cuda:1 has too little free memory for a call of forward()");
  CHECK(GetReason(status) == reason::kOverloaded);
}

TEST_CASE("a call that needs more memory than there is fails alone") {
  if (!kAllocatorFails) SKIP("the sanitizer's allocator ends the process");
  const auto runner = testing::TinyRanker(kGreedyRanker);
  const absl::Status status = runner->Run("forward", {at::ones({3, 2})}).status();
  CHECK(absl::IsResourceExhausted(status));
  CHECK(status.message() == "cpu has too little free memory for a call of forward()");
  CHECK(runner->Run("forward", {at::ones({2, 2})}).ok());
}

TEST_CASE("a version for which there is no memory is rejected, and the one before goes on") {
  if (!kAllocatorFails) SKIP("the sanitizer's allocator ends the process");
  const clientele::testing::TemporaryFolder folder;
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  testing::WriteTinyEncoder(folder.path(), "1", key).value();
  const auto handle = ModelHandle<LoadedModel>::Create({.model_dir = folder.path(),
                                                        .name = "tiny-encoder",
                                                        .task = model::v1::TASK_TEXT_ENCODER,
                                                        .public_key = key.public_key(),
                                                        .runners = TorchScriptRunner::Load,
                                                        .refresh_interval = absl::ZeroDuration()})
                          .value();
  WriteBundle({.model_dir = folder.path()}, GreedyEncoder(), testing::TinyEncoderManifest("2"), {},
              testing::TinyEncoderInputs(), key)
      .value();
  CHECK_FALSE(handle->Refresh().ok());
  REQUIRE(handle->Current() != nullptr);
  CHECK(handle->Current()->id() == "tiny-encoder/1");
  CHECK(handle->Current()->runner().Run("forward", testing::TinyEncoderInputs()).ok());
  const VersionReport newest = handle->Versions().front();
  CHECK(newest.state == VersionState::kRejected);
  CHECK_THAT(newest.reason, ContainsSubstring("cpu has too little free memory"));
}

}  // namespace
}  // namespace clientele::inference
