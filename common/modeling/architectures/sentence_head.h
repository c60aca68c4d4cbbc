#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_SENTENCE_HEAD_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_SENTENCE_HEAD_H_

// From the hidden states of a text encoder to one vector a row: pooling, and what follows it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const SentenceHead head, AddSentenceHead(options, width, root));
//   root.define(head.source + ...);   // def row_vector(self, x: Tensor, mask: Tensor) -> Tensor

#include <cstdint>
#include <string>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

struct SentenceHead {
  std::string source;
  std::int64_t width = 0;  // of the vector
};

// Registers the steps' weights in `root`. INVALID_ARGUMENT names the step whose sizes or weights do
// not fit.
absl::StatusOr<SentenceHead> AddSentenceHead(const BuildOptions& options, std::int64_t width,
                                             torch::jit::Module& root);

// "mean", "cls+max".
std::string DescribePooling(const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_SENTENCE_HEAD_H_
