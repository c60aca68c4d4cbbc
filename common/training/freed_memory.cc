#include "common/training/freed_memory.h"

#include <limits>

#include <malloc.h>

namespace clientele::training {

void KeepFreedMemory() {
  constexpr int kNoBlocksOfTheirOwn = 0;
  constexpr int kTopPad = 64 << 20;
  mallopt(M_MMAP_MAX, kNoBlocksOfTheirOwn);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, kTopPad);
}

}  // namespace clientele::training
