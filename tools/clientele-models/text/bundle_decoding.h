#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_BUNDLE_DECODING_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_BUNDLE_DECODING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/generation/decoding.h"

namespace clientele::models {

// `asked`, with the rules in the settings of a generator's bundle (CONTRACTS.md), and
// for beams length_penalty and early_stopping. INVALID_ARGUMENT names a setting that is no
// number or no list of ids.
absl::StatusOr<inference::DecodingOptions> DecodingOf(const model::v1::Bundle& manifest,
                                                      std::int64_t prompt_length,
                                                      inference::DecodingOptions asked);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_BUNDLE_DECODING_H_
