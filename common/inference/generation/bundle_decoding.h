#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_BUNDLE_DECODING_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_BUNDLE_DECODING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/generation/decoding.h"

namespace clientele::inference {

// `asked`, with the rules in the settings of a generator's bundle (CONTRACTS.md), and
// for beams length_penalty and early_stopping. INVALID_ARGUMENT names a setting that is no
// number or no list of ids.
absl::StatusOr<DecodingOptions> DecodingOf(const model::v1::Bundle& manifest,
                                           std::int64_t prompt_length, DecodingOptions asked);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_BUNDLE_DECODING_H_
