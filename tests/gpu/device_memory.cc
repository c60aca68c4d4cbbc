#include "tests/gpu/device_memory.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include <malloc.h>
#include <torch/csrc/api/include/torch/version.h>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9)
#define CLIENTELE_DEVICE_ALLOCATOR 1
#include <c10/core/CachingDeviceAllocator.h>
#else
#define CLIENTELE_DEVICE_ALLOCATOR 0
#endif

namespace clientele::gpu {
namespace {

// A field of /proc/self/status, which counts in kB.
std::int64_t StatusBytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(field + ":", 0) == 0) {
      return std::strtoll(line.c_str() + field.size() + 1, nullptr, 10) << 10;
    }
  }
  return 0;
}

DeviceBytes ProcessMemory() {
  const std::int64_t resident = StatusBytes("VmRSS");
  return {.in_use = resident, .peak = StatusBytes("VmHWM"), .reserved = resident};
}

}  // namespace

#if CLIENTELE_DEVICE_ALLOCATOR

std::optional<DeviceBytes> MemoryOf(c10::Device device) {
  if (device.is_cpu()) return ProcessMemory();
  // The first number of each is of all pools together.
  const auto stats = c10::getDeviceAllocator(device.type())->getDeviceStats(device.index());
  return DeviceBytes{.in_use = stats.allocated_bytes[0].current,
                     .peak = stats.allocated_bytes[0].peak,
                     .reserved = stats.reserved_bytes[0].current};
}

void ResetPeak(c10::Device device) {
  if (device.is_cpu()) {
    std::ofstream("/proc/self/clear_refs") << "5";
  } else {
    c10::getDeviceAllocator(device.type())->resetPeakStats(device.index());
  }
}

void EmptyCache(c10::Device device) {
  if (device.is_cpu()) {
    ::malloc_trim(0);
  } else {
    c10::getDeviceAllocator(device.type())->emptyCache();
  }
}

#else

std::optional<DeviceBytes> MemoryOf(c10::Device device) {
  if (!device.is_cpu()) return std::nullopt;
  return ProcessMemory();
}

void ResetPeak(c10::Device device) {
  if (device.is_cpu()) std::ofstream("/proc/self/clear_refs") << "5";
}

void EmptyCache(c10::Device device) {
  if (device.is_cpu()) ::malloc_trim(0);
}

#endif

}  // namespace clientele::gpu
