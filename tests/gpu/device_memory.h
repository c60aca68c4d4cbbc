#ifndef CLIENTELE_TESTS_GPU_DEVICE_MEMORY_H_
#define CLIENTELE_TESTS_GPU_DEVICE_MEMORY_H_

// The memory that tensors of this process take on a device.
//
//   ResetPeak(device);
//   const DeviceBytes before = MemoryOf(device);
//   ...
//   MemoryOf(device)->peak - before->in_use
//
// On a GPU: what torch's caching allocator says, which torch tells programs from version 2.9 on. On
// the CPU: the resident memory of the process, libraries and all. Thread-safe.

#include <cstdint>
#include <optional>

#include <c10/core/Device.h>

namespace clientele::gpu {

// Bytes.
struct DeviceBytes {
  std::int64_t in_use = 0;
  std::int64_t peak = 0;      // since ResetPeak()
  std::int64_t reserved = 0;  // from the device: in use, or kept for the next tensors
};

// What may stay of a model on a GPU: the workspaces of its libraries, each thread its own.
inline constexpr std::int64_t kMostLeft = std::int64_t{64} << 20;

// nullopt where this build of torch does not tell.
std::optional<DeviceBytes> MemoryOf(c10::Device device);
// The peak begins anew.
void ResetPeak(c10::Device device);
// Gives back to the device what is reserved and not in use. Does nothing where it cannot.
void EmptyCache(c10::Device device);

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_DEVICE_MEMORY_H_
