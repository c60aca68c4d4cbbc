#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_BERT_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_BERT_H_

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// BERT (Devlin et al. 2019) as text encoder, reader or classifier.
absl::StatusOr<BuiltModel> BuildBert(Config& config, Weights& weights, const BuildOptions& options);

// RoBERTa (Liu et al. 2019) and XLM-R (Conneau et al. 2020): as BERT, with positions counted
// from pad_token_id + 1 over the tokens that are not padding, and a classifier of its own.
absl::StatusOr<BuiltModel> BuildRoberta(Config& config, Weights& weights,
                                        const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_BERT_H_
