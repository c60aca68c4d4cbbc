#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_BUNDLE_DECODING_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_BUNDLE_DECODING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/generation/decoding.h"

namespace clientele::models {

// `asked`, with what the settings of a generator's bundle say beside it: min_new_tokens, or
// min_length, which counts the prompt of a decoder and the start of an encoder-decoder; and for
// beams length_penalty and early_stopping (`first`, `never`). INVALID_ARGUMENT names a setting
// that is no number.
absl::StatusOr<inference::DecodingOptions> DecodingOf(const model::v1::Bundle& manifest,
                                                      std::int64_t prompt_length,
                                                      inference::DecodingOptions asked);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_BUNDLE_DECODING_H_
