#include "common/inference/compute/blas_kernels.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/inference/compute/blas_library.h"

namespace clientele::inference {
namespace {

constexpr absl::string_view kVariable = "OPENBLAS_CORETYPE=";

std::vector<std::string> OwnArguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<std::string> arguments = absl::StrSplit(text, '\0');
  // Each ends with one.
  if (!arguments.empty()) arguments.pop_back();
  return arguments;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

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
  CoreName* const core = InBlas<CoreName>("openblas_get_corename");
  if (core == nullptr) return;
  const std::optional<std::string> kernels = BetterKernels(core(), FindVectorExtensions());
  if (!kernels.has_value()) return;
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (absl::StartsWith(*variable, kVariable)) return;
    variables.emplace_back(*variable);
  }
  variables.push_back(absl::StrCat(kVariable, *kernels));
  std::error_code error;
  // Not /proc/self/exe itself, which would become the process's name.
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::string> arguments = OwnArguments();
  if (error || arguments.empty()) return;
  ::execve(program.c_str(), Pointers(arguments).data(), Pointers(variables).data());
}

}  // namespace clientele::inference
