#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_STEP_CHECK_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_STEP_CHECK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/precision.h"
#include "common/inference/model_runner.h"

namespace clientele::inference {

// Runs a TEXT_GENERATOR on `rows` example prompts of up to `length` tokens and feeds each
// row one token more, on views of a larger cache as the engine has them. OK, or
// FAILED_PRECONDITION with what breaks the contract of deploy/models/CONTRACTS.md:
//  - a method does not run, or gives other shapes;
//  - `step` does not write keys and values of every layer at each row's own position, or
//    writes elsewhere;
//  - logits are not finite, or differ by more than 1e-3 x (1 + |logit|): decoder-only from
//    those of a prefill of the longer prompt, encoder-decoder when other numbers stand in
//    the padding of the source and beyond a row's positions. In fp16 and bf16, where a product's
//    rounding depends on how many rows it has, they may differ as the golden examples may.
// `manifest` has passed CheckInterface(). Thread-safe.
absl::Status CheckPrefillAndStep(const ModelRunner& runner, const model::v1::Bundle& manifest,
                                 std::int64_t rows, std::int64_t length,
                                 Precision precision = Precision::kFloat32);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_STEP_CHECK_H_
