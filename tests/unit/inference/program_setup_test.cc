#include "common/inference/compute/program_setup.h"

#include <catch2/catch_test_macros.hpp>
#include <dlfcn.h>

namespace clientele::inference {
namespace {

// Of torch::jit, see program_setup.cc.
template <typename Function>
Function* InTorch(const char* symbol) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, symbol));
}

TEST_CASE("libtorch compiles no TorchScript for the CPU once a program is set up") {
  auto* const can_fuse = InTorch<bool()>("_ZN5torch3jit12canFuseOnCPUEv");
  auto* const set_fusing = InTorch<void(bool)>("_ZN5torch3jit20overrideCanFuseOnCPUEb");
  REQUIRE(can_fuse != nullptr);
  REQUIRE(set_fusing != nullptr);
  CHECK_FALSE(can_fuse());  // the main function of tests has set it up

  set_fusing(true);
  REQUIRE(can_fuse());
  SetUpProgram();
  CHECK_FALSE(can_fuse());
}

}  // namespace
}  // namespace clientele::inference
