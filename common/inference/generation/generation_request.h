#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_REQUEST_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_REQUEST_H_

// One request on its way through the engine, and the one who waits for it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/inference/generation/cache_shape.h"
#include "common/inference/generation/decoding.h"
#include "common/inference/generation/generator_model.h"

namespace clientele::inference {

struct GenerateOptions {
  // Method and budget. The budget is cut to what limits.max_tokens leaves beside the
  // prompt.
  DecodingOptions decoding = {};
  // Tokens that end the text; nullopt: the model's own (settings.end_ids).
  std::optional<std::vector<std::int64_t>> end_ids = {};
};

struct GeneratedTokens {
  // Without the prompt; an end token is the last one.
  std::vector<std::int64_t> tokens;
  FinishReason finish_reason = FinishReason::kLength;
  std::string model_id;  // "name/version"
};

// Told by the engine's thread; must neither block nor throw.
class GenerationSink {
 public:
  virtual ~GenerationSink() = default;
  // Each token once, in order, as soon as it is settled (see Decoding::tokens()).
  virtual void OnToken(std::int64_t token) = 0;
  // Once, last.
  virtual void OnDone(absl::StatusOr<GeneratedTokens> result) = 0;
  // Nobody waits any more. Thread-safe and cheap.
  virtual bool cancelled() const = 0;
};

struct GenerationRequest {
  std::shared_ptr<const GeneratorModel> model;
  std::vector<std::int64_t> prompt;
  std::unique_ptr<Decoding> decoding;
  absl::Time deadline = absl::InfiniteFuture();
  std::shared_ptr<GenerationSink> sink;
  // The most that it may come to hold of the cache, and what one position takes.
  CacheShape reserve;
  std::int64_t bytes_per_position = 0;
};

// Checks and puts together a request. INVALID_ARGUMENT names the first thing out of
// range: the prompt (empty, an id outside the vocabulary, no room for a token behind it
// within limits.max_tokens), an end id, an option of the decoding, or the model, where it is null.
absl::StatusOr<std::unique_ptr<GenerationRequest>> MakeGenerationRequest(
    std::shared_ptr<const GeneratorModel> model, std::vector<std::int64_t> prompt,
    const GenerateOptions& options, absl::Time deadline, std::shared_ptr<GenerationSink> sink);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATION_REQUEST_H_
