#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_WEIGHTS_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_WEIGHTS_H_

// Where an architecture takes its tensors from: a checkpoint, or random numbers.
//
//   at::Tensor table = weights.Take("embeddings.word_embeddings.weight", {vocabulary, width},
//                                   Init::kNormal);
//   ...
//   CLIENTELE_RETURN_IF_ERROR(weights.Finish());
//
// Errors stick: after the first one Take() gives empty tensors and Finish() says what was
// wrong, so that an architecture reads like a list of its tensors. Not thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::modeling {

// What a new model begins with.
enum class Init {
  kNormal,  // mean 0, deviation 0.02
  kZeros,
  kOnes,
};

class Weights {
 public:
  virtual ~Weights() = default;

  // The tensor `name`, float32, contiguous, owned, of exactly that shape.
  at::Tensor Take(const std::string& name, const std::vector<std::int64_t>& shape, Init init);

  // Whether there is a tensor of that name; what random weights answer is `in_new`.
  virtual bool Has(absl::string_view name, bool in_new) const = 0;
  // The weights are there, but this architecture has no use for them.
  virtual void Ignore(absl::string_view name) = 0;
  // The first error; or names of tensors that nothing took, where that matters.
  virtual absl::Status Finish() = 0;

  // Keeps an error that an architecture finds, as the first.
  void Reject(const absl::Status& status) { status_.Update(status); }

  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }

 protected:
  // Reads or makes the tensor. INVALID_ARGUMENT names the file and the tensor.
  virtual absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                            Init init, at::Tensor& out) = 0;

 private:
  absl::Status status_;
};

// Bytes of float32 weights that one model may have.
inline constexpr std::int64_t kMaxWeightBytes = std::int64_t{64} << 30;

// Bytes of a float32 tensor of that shape, or -1 when a size is impossible.
std::int64_t FloatBytes(const std::vector<std::int64_t>& shape);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_WEIGHTS_H_
