#include "common/inference/compute/program_setup.h"

#include <dlfcn.h>

#include "common/inference/compute/blas_kernels.h"

namespace clientele::inference {
namespace {

// torch::jit::overrideCanFuseOnCPU(bool), which no header that Debian installs declares. Looked up,
// so that programs without libtorch need not link it.
void KeepFromFusing() {
  using Override = void(bool);
  auto* const set_fusing =
      reinterpret_cast<Override*>(::dlsym(RTLD_DEFAULT, "_ZN5torch3jit20overrideCanFuseOnCPUEb"));
  if (set_fusing != nullptr) set_fusing(false);
}

}  // namespace

void SetUpProgram() {
  ChooseBlasKernels();
  KeepFromFusing();
}

}  // namespace clientele::inference
