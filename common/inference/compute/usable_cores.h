#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_USABLE_CORES_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_USABLE_CORES_H_

#include <filesystem>
#include <optional>

namespace clientele::inference {

// Cores that this process may keep busy: those of its CPU affinity, or the whole ones of its
// control group's quota (a limit of 2.5 CPUs is 2) where that is less. At least 1.
int UsableCores();

// CPUs that the control groups of this process allow it on average, the tightest of them and
// of their parents; nullopt: no limit. Versions 1 and 2. `root` is another "/", for tests.
std::optional<double> CpuQuota(const std::filesystem::path& root = "/");

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_USABLE_CORES_H_
