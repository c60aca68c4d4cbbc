#include "common/inference/compute/blas_kernels.h"

#include <cstdlib>

#include "absl/strings/match.h"

#include "common/inference/compute/blas_library.h"

namespace clientele::inference {
namespace {

constexpr char kVariable[] = "OPENBLAS_CORETYPE";

}  // namespace

VectorExtensions FindVectorExtensions() {
#ifdef __x86_64__
  return {
      .avx2_and_fma = __builtin_cpu_supports("avx2") > 0 && __builtin_cpu_supports("fma") > 0,
      .avx512 = __builtin_cpu_supports("avx512f") > 0 && __builtin_cpu_supports("avx512cd") > 0 &&
                __builtin_cpu_supports("avx512bw") > 0 && __builtin_cpu_supports("avx512dq") > 0 &&
                __builtin_cpu_supports("avx512vl") > 0};
#else
  return {};
#endif
}

std::optional<std::string> BetterKernels(absl::string_view core,
                                         const VectorExtensions& extensions) {
  if (!absl::EqualsIgnoreCase(core, "prescott")) return std::nullopt;
  if (extensions.avx512) return "SkylakeX";
  if (extensions.avx2_and_fma) return "Haswell";
  return std::nullopt;
}

void ChooseBlasKernels() {
  using CoreName = char*();
  using Step = void();
  CoreName* const core = InBlas<CoreName>("openblas_get_corename");
  // What OpenBLAS's own constructor and destructor call: forget the kernels, and choose them by the
  // variable.
  Step* const forget = InBlas<Step>("gotoblas_dynamic_quit");
  Step* const choose = InBlas<Step>("gotoblas_dynamic_init");
  if (core == nullptr || forget == nullptr || choose == nullptr) return;
  const std::optional<std::string> kernels = BetterKernels(core(), FindVectorExtensions());
  if (!kernels.has_value()) return;
  // NOLINTBEGIN(concurrency-mt-unsafe): there are no other threads yet.
  if (std::getenv(kVariable) != nullptr) return;
  if (::setenv(kVariable, kernels->c_str(), /*overwrite=*/0) != 0) return;
  // NOLINTEND(concurrency-mt-unsafe)
  forget();
  choose();
}

}  // namespace clientele::inference
