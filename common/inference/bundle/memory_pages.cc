#include "common/inference/bundle/memory_pages.h"

#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace clientele::inference {

void GiveBackPages(void* begin, std::size_t length) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + page - 1) / page * page;
  const std::uintptr_t last = (address + length) / page * page;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

}  // namespace clientele::inference
