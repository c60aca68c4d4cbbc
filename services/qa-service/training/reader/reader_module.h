#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READER_MODULE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READER_MODULE_H_

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "absl/types/span.h"

#include "common/inference/tasks/tokenization.h"
#include "services/qa-service/training/pair_module.h"
#include "services/qa-service/training/reader/reading_windows.h"

namespace clientele::qa {

// Gives the module a head of spans, two layers over a token's state and its overlap with the
// question, and the method forward(ids, mask, segments) of a TEXT_READER. Its tensors are named
// "span_...". Throws what torch throws.
void AddSpanHead(PairModule& pair, std::uint64_t seed);

// Logits of the windows' tokens as a reader gives them: [2, B, T], of starts and of ends. `dropout`
// of the states, for training; 0 otherwise.
at::Tensor SpanLogits(const torch::jit::Module& reader,
                      absl::Span<const inference::TokenizedPair* const> pairs, double dropout,
                      at::Tensor mask = {});

// Mean cross entropy of the starts' and of the ends' logits [2, B, T], the softmax being over the
// first token and those of the passage (Devlin et al., BERT, NAACL 2019, section 4.2 and 4.3).
at::Tensor SpanLoss(const at::Tensor& logits,
                    absl::Span<const inference::TokenizedPair* const> pairs,
                    absl::Span<const TokenLabel> labels);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READER_MODULE_H_
