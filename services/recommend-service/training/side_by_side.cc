#include "services/recommend-service/training/side_by_side.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace clientele::recommend {

void SideBySide(std::size_t tasks, absl::FunctionRef<void(std::size_t)> task) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&](std::int64_t, std::int64_t) {
    const c10::InferenceMode no_gradients;  // of this thread
    for (std::size_t at = next++; at < tasks; at = next++) task(at);
  };
  // One range for each thread; which range it is does not matter.
  at::parallel_for(0, std::max(1, at::get_num_threads()), 1, work);
}

}  // namespace clientele::recommend
