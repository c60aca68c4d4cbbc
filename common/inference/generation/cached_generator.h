#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_CACHED_GENERATOR_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_CACHED_GENERATOR_H_

// One version of a TEXT_GENERATOR and the key-value cache of the rows that it computes:
// the one place of the engine that touches tensors.
//
//   CachedGenerator generator(model);
//   CLIENTELE_RETURN_IF_ERROR(generator.Reserve({.rows = 2, .positions = 3}, {2, 40}));
//   CLIENTELE_ASSIGN_OR_RETURN(Logits first, generator.Prefill({{5, 6, 7}, {8, 9}}, 0));
//   CLIENTELE_ASSIGN_OR_RETURN(Logits next, generator.Step({10, 11}, {3, 2}, 0));
//
// The cache is a pool [L, 2, rows, H, positions, D], and for an encoder-decoder a second
// one of the sources' positions. A step sees the rows in use and the positions in use as
// views, and writes in place: nothing is copied to run it. The pool lives on the model's
// device.
//
// Rows, positions and counts are checked by GenerationPool, its owner. Errors: those of
// ModelRunner::Run(); INTERNAL when the model's tensors break the contract;
// RESOURCE_EXHAUSTED when memory is short. Not thread-safe.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/generation/cache_shape.h"
#include "common/inference/generation/generator_model.h"
#include "common/inference/generation/logits.h"

namespace clientele::inference {

class CachedGenerator {
 public:
  explicit CachedGenerator(std::shared_ptr<const GeneratorModel> model);
  ~CachedGenerator();
  CachedGenerator(const CachedGenerator&) = delete;
  CachedGenerator& operator=(const CachedGenerator&) = delete;

  const GeneratorModel& model() const;
  const GeneratorContract& contract() const;

  // Makes room for `need`, keeping what the rows hold; `reserved` bounds the allocation
  // (see Grow()). While it copies, the old pool stands beside the new one.
  absl::Status Reserve(const CacheShape& need, const CacheShape& reserved);

  // Runs the prompts and keeps their keys and values in rows first_row, first_row + 1, ...
  // Gives the logits of each prompt's next token.
  absl::StatusOr<Logits> Prefill(absl::Span<const std::vector<std::int64_t>> prompts,
                                 std::int64_t first_row);

  // Feeds ids[b] to row b at positions[b], for all rows in use; `source` is the longest
  // source among them. Gives the logits of each row's next token.
  absl::StatusOr<Logits> Step(absl::Span<const std::int64_t> ids,
                              absl::Span<const std::int64_t> positions, std::int64_t source);

  // Makes row `to` hold what row `from` holds at the first `positions` positions, and its
  // source unless `source` is 0.
  absl::Status CopyRow(std::int64_t from, std::int64_t to, std::int64_t positions,
                       std::int64_t source);
  // Zeros: after a row held numbers that are not finite, which would spread to the next
  // one that has its place.
  absl::Status ClearRow(std::int64_t row);

  const CacheShape& allocated() const;
  std::int64_t allocated_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_CACHED_GENERATOR_H_
