#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_TEXT_GENERATOR_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_TEXT_GENERATOR_H_

// Token ids to generated token ids: one thread that generates for all callers together.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto generator, TextGenerator::Create({.loop = {.max_rows = 16}}));
//   const std::shared_ptr<const GeneratorModel> model = handle->Choose(customer);
//   if (model == nullptr) return ModelUnavailable(handle->name());
//   CLIENTELE_ASSIGN_OR_RETURN(
//       GeneratedTokens text,
//       generator->Generate(context, model, tokenizer.Encode(prompt),
//                           {.decoding = {.method = SamplingOptions{.top_p = 0.9, .seed = 7},
//                                         .max_new_tokens = 128}},
//                           [&](std::int64_t token) { stream.Write(token); }));
//
// How requests share the model is GenerationLoop's decision. The thread sleeps while
// nothing waits or runs.
//
// Thread-safe. No torch here.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/inference/generation/generation_loop.h"
#include "common/inference/generation/generation_request.h"
#include "common/inference/generation/generation_stats.h"
#include "common/time/clock.h"

namespace clientele::inference {

struct TextGeneratorOptions {
  // Borrowed; outlives the generator.
  const Clock* clock = SystemClock::Get();
  GenerationLoopOptions loop = {};
};

class TextGenerator {
 public:
  // Called with each token in order, in the thread that called Generate(): a slow one holds
  // up that call alone. Must not throw.
  using TokenCallback = std::function<void(std::int64_t token)>;

  // INVALID_ARGUMENT for impossible options.
  static absl::StatusOr<std::unique_ptr<TextGenerator>> Create(TextGeneratorOptions options);
  // Drains.
  ~TextGenerator();
  TextGenerator(const TextGenerator&) = delete;
  TextGenerator& operator=(const TextGenerator&) = delete;

  // Generates behind `prompt` with `model`, which it keeps until it is done. Blocks the
  // calling worker until the end. Greedy decoding and sampling give each token to
  // `on_token` as it comes; a beam search gives all of them at the end. Errors:
  // INVALID_ARGUMENT (prompt or options out of range), RESOURCE_EXHAUSTED (reason
  // OVERLOADED) at once when the queue is full, UNAVAILABLE (reason DRAINING) after
  // Drain(), DEADLINE_EXCEEDED and CANCELLED, without reaching the model where it still
  // waited, INTERNAL when the model fails.
  absl::StatusOr<GeneratedTokens> Generate(const RequestContext& context,
                                           std::shared_ptr<const GeneratorModel> model,
                                           std::vector<std::int64_t> prompt,
                                           const GenerateOptions& options,
                                           const TokenCallback& on_token = nullptr);

  // Refuses further requests, runs what was accepted to its end, joins. Idempotent.
  void Drain();

  GenerationStats stats() const { return loop_.stats(); }

 private:
  explicit TextGenerator(TextGeneratorOptions options);
  void Work();
  absl::Status Submit(std::unique_ptr<GenerationRequest> request);

  const Clock* const clock_;
  GenerationLoop loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool draining_ = false;
  std::mutex join_mutex_;
  std::thread worker_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_TEXT_GENERATOR_H_
