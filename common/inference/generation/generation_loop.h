#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_LOOP_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_LOOP_H_

// Continuous batching: decides before every step which requests generate together, as in
// Orca (Yu et al., OSDI 2022, "iteration-level scheduling").
//
//   GenerationLoop loop({.max_rows = 16});
//   CLIENTELE_RETURN_IF_ERROR(loop.Add(request, clock->Now()));   // any thread
//   while (loop.RunOnce(clock->Now())) {}                         // one thread
//
// One iteration, RunOnce():
//  1. Requests that are cancelled or past their deadline end, waiting or running; their
//     rows are free. One that expires while it waits never reaches the model.
//  2. The oldest waiting request is prefilled, together with younger ones of similar
//     length for the same model, then the next oldest, and so on, as long as they fit:
//     max_rows rows in all, max_cache_bytes for the most that the running requests may come
//     to need (prompt and budget), and max_prefill_cells prompt cells in one iteration, so that
//     long prompts do not hold up those who are generating. Nobody overtakes a request
//     that does not fit.
//  3. Each request gets one more token: one step of each model version with all its rows.
//
// So a request joins at the next step and leaves its rows to another at the next. A request
// keeps the version that it came with: while one version replaces another, each has its
// own rows and cache, and the old one is freed with its last request.
//
// What a request gets does not depend on its neighbors, beyond the rounding of a model
// that adds in another order for another shape.
//
// Services use TextGenerator, which owns the thread. No torch here.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/inference/generation/generation_pool.h"
#include "common/inference/generation/generation_request.h"
#include "common/inference/generation/generation_stats.h"

namespace clientele::inference {

struct GenerationLoopOptions {
  // Rows that generate at the same time; a request with n beams takes n. At least 1. A
  // model's limits.max_batch_rows bounds its own.
  std::int64_t max_rows = 16;
  // Keys and values of all versions together: rows x longest sequence, at the length that
  // it may come to have. Allocated as it is needed; copying into a larger cache holds the
  // smaller one beside it for that moment.
  std::int64_t max_cache_bytes = std::int64_t{1} << 30;
  // Requests that may wait; one more is refused at once. At least 1.
  std::size_t queue_capacity = 256;
  // Rows x longest prompt that are prefilled in one iteration; a longer prompt has one for
  // itself. The keys and values of one prefill lie beside the cache until they are copied.
  // At least 1.
  std::int64_t max_prefill_cells = 4096;
};

class GenerationLoop {
 public:
  explicit GenerationLoop(GenerationLoopOptions options);
  ~GenerationLoop();
  GenerationLoop(const GenerationLoop&) = delete;
  GenerationLoop& operator=(const GenerationLoop&) = delete;

  // Takes the request (and leaves the pointer empty) or none. RESOURCE_EXHAUSTED (reason
  // OVERLOADED) at once when the queue is full, after those that nobody waits for have made
  // place; INVALID_ARGUMENT when it could not run even alone. Thread-safe.
  absl::Status Add(std::unique_ptr<GenerationRequest>& request, absl::Time now);

  // One iteration. False when nothing waits or runs any more. Not to be called by two threads
  // at the same time.
  bool RunOnce(absl::Time now);

  // Thread-safe.
  bool HasWork() const;
  GenerationStats stats() const { return counters_.Get(); }
  // Counts a request that was refused before it came here.
  void CountRefused();

 private:
  using Requests = GenerationPool::Requests;
  // A request that ends without having run.
  struct Dropped {
    std::unique_ptr<GenerationRequest> request;
    absl::Status status;
  };

  void SweepWaiting(absl::Time now, std::vector<Dropped>& dropped);
  bool AdmitOne(std::int64_t& cells);
  Requests Gather(std::int64_t cells);
  bool Fits(const GenerationRequest& request, const Requests& beside) const;
  GenerationPool* PoolOf(const GeneratorModel& model) const;
  void Publish();

  const GenerationLoopOptions options_;
  GenerationCounters counters_;
  std::vector<std::unique_ptr<GenerationPool>> pools_;  // RunOnce()'s thread only

  mutable std::mutex mutex_;  // guards what follows
  std::deque<std::unique_ptr<GenerationRequest>> waiting_;
  bool running_ = false;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_LOOP_H_
