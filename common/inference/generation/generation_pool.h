#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_POOL_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_POOL_H_

// The requests that one version of a model generates for now, each with its rows of the
// version's cache. Rows in use are always a prefix of the cache: a row that becomes free
// is filled with the last one.
//
// GenerationLoop decides what is admitted; readers of services can stop there. Not
// thread-safe, but `counters` is.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/inference/generation/cache_shape.h"
#include "common/inference/generation/cached_generator.h"
#include "common/inference/generation/generation_request.h"
#include "common/inference/generation/generation_stats.h"
#include "common/inference/generation/logits.h"

namespace clientele::inference {

class GenerationPool {
 public:
  using Requests = std::vector<std::unique_ptr<GenerationRequest>>;

  // `counters` is borrowed and outlives the pool.
  GenerationPool(std::shared_ptr<const GeneratorModel> model, GenerationCounters* counters);
  ~GenerationPool();
  GenerationPool(const GenerationPool&) = delete;
  GenerationPool& operator=(const GenerationPool&) = delete;

  const GeneratorModel& model() const { return generator_.model(); }
  std::size_t running() const { return sequences_.size(); }
  std::size_t active_rows() const { return rows_.size(); }
  std::int64_t cache_bytes() const { return generator_.allocated_bytes(); }
  std::int64_t bytes_per_position() const { return generator_.contract().bytes_per_position(); }
  // The most that the running requests may come to need together.
  CacheShape reserved() const;

  // Ends the requests whose deadline is past or whose caller left, and frees their rows.
  void Sweep(absl::Time now);
  // Runs the prompts together and gives each request its first token. When the model
  // fails, these requests end and the others go on.
  void Admit(Requests requests);
  // One more token for every running request; when the model fails, all of them end.
  void Step();
  // Ends all of them.
  void EndAll(const absl::Status& status);

 private:
  struct Sequence;

  absl::StatusOr<Logits> Prefill(const std::vector<std::vector<std::int64_t>>& prompts,
                                 std::size_t first_row, const CacheShape& need);
  void Advance(Sequence& sequence, absl::Span<const absl::Span<const float>> logits);
  absl::Status Rearrange(Sequence& sequence, const std::vector<Continuation>& next);
  void Tell(Sequence& sequence);
  void Finish(Sequence& sequence);
  void End(Sequence& sequence, const absl::Status& status);
  std::size_t TakeRow(Sequence* owner);
  void Compact();

  CachedGenerator generator_;
  GenerationCounters* const counters_;
  std::vector<std::unique_ptr<Sequence>> sequences_;
  std::vector<Sequence*> rows_;  // whose a row of the cache is; null: a gap until Compact()
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_POOL_H_
