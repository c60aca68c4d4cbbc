#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_STATS_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_STATS_H_

#include <cstdint>
#include <mutex>

namespace clientele::inference {

// What the engine counted since it started, and what it holds now. A plain value.
struct GenerationStats {
  // Requests.
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;    // the queue was full, or it was closed
  std::uint64_t finished = 0;   // with a result
  std::uint64_t expired = 0;    // ended at their deadline, waiting or running
  std::uint64_t cancelled = 0;  // ended by their caller, waiting or running
  std::uint64_t failed = 0;     // ended by an error of the model

  // Work.
  std::uint64_t prefills = 0;          // calls of the model
  std::uint64_t prefilled_tokens = 0;  // of prompts, padding not counted
  std::uint64_t steps = 0;             // calls of the model
  std::uint64_t stepped_rows = 0;      // sum of the rows of all steps
  std::uint64_t generated_tokens = 0;  // given to callers
  std::uint64_t copied_rows = 0;       // of the cache: to close gaps, and for beams

  // Now.
  std::uint64_t waiting = 0;         // requests
  std::uint64_t running = 0;         // requests
  std::uint64_t active_rows = 0;     // a request with beams has several
  std::uint64_t cache_bytes = 0;     // allocated
  std::uint64_t reserved_bytes = 0;  // what the running requests may come to need
};

// Shared by the parts of the engine. Thread-safe.
class GenerationCounters {
 public:
  template <typename Function>
  void Update(Function change) {
    std::lock_guard lock(mutex_);
    change(stats_);
  }
  GenerationStats Get() const {
    std::lock_guard lock(mutex_);
    return stats_;
  }

 private:
  mutable std::mutex mutex_;
  GenerationStats stats_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_STATS_H_
