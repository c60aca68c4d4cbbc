#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_ENCODER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_ENCODER_H_

// Text to vectors: tokenizes, batches and runs the TEXT_ENCODER that a handle
// serves.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto encoder, TextEncoder::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(auto rows, encoder->Encode(context, {"red shoes", "运费"}));
//
// Each text is a row of its own: texts of similar length from calls that happen
// at the same time share a batch, and a text's vector does not depend on its
// neighbors (to about 1e-6 in fp32). Rows have unit L2 norm; an empty text, or one
// without a token, gives zeros. Tokens beyond limits.max_tokens are cut off.
//
// All texts go to the handle's stable version. A canary is loaded and checked, but gets
// none whatever its share: vectors of two versions do not compare, so that a query
// encoded by one would be looked up in an index of the other's. An encoder is replaced by
// making it stable, and what was stored is encoded again.
//
// Thread-safe. No torch here.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/versions/model_handle.h"
#include "common/time/clock.h"

namespace clientele::inference {

struct TextEncoderOptions {
  // Borrowed; outlives the encoder.
  const ModelHandle* handle = nullptr;
  // Borrowed; outlives the encoder.
  const Clock* clock = SystemClock::Get();
  // True computes in the caller's thread, without queue and threads: for tools
  // and tests.
  bool run_inline = false;
  // Batches computed at the same time; the handle says with how many threads each, and what
  // cores they wait for.
  std::size_t workers = 1;
  batching::BatchPolicy policy = {};
};

// Vectors of one model version.
struct EncodedTexts {
  std::string model_id;  // "name/version": vectors of different ids do not compare
  std::vector<std::vector<float>> rows;
};

class TextEncoder {
 public:
  static absl::StatusOr<std::unique_ptr<TextEncoder>> Create(TextEncoderOptions options);
  // Answers what was accepted, then joins.
  ~TextEncoder();
  TextEncoder(const TextEncoder&) = delete;
  TextEncoder& operator=(const TextEncoder&) = delete;

  // One row a text, in order, all by one version of the model. Blocks the calling
  // worker until the rows are there or the context's deadline passes. Errors:
  // UNAVAILABLE (reason MODEL_UNAVAILABLE), RESOURCE_EXHAUSTED at once when the
  // queue is full, DEADLINE_EXCEEDED and CANCELLED without computing, INTERNAL when
  // the model fails. Many texts are encoded chunk by chunk.
  absl::StatusOr<std::vector<std::vector<float>>> Encode(const RequestContext& context,
                                                         absl::Span<const std::string> texts) const;
  // The same, with the version that computed the rows: keep it with stored
  // vectors.
  absl::StatusOr<EncodedTexts> EncodeWithId(const RequestContext& context,
                                            absl::Span<const std::string> texts) const;

  // Of the version that serves now: length of a row, 0 when none serves.
  int dimension() const;
  // Of the version that serves now: "name/version", empty when none serves.
  std::string model_id() const;

  batching::BatchStats stats() const;

 private:
  struct Impl;
  explicit TextEncoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_ENCODER_H_
