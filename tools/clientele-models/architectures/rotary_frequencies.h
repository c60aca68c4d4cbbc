#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_ROTARY_FREQUENCIES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_ROTARY_FREQUENCIES_H_

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "tools/clientele-models/checkpoint/config.h"

namespace clientele::models {

// Angles per position of rotary embeddings, float32 [head_width / 2]: theta^(-2i / head_width),
// scaled as config.json's rope_parameters (or rope_scaling and rope_theta, as older files
// write them) say. Kinds: default, linear (Chen et al. 2023), llama3 (the Llama 3.1 report's
// smoothed scaling by wavelength). Another kind is an error of `config`.
at::Tensor RotaryFrequencies(Config& config, std::int64_t head_width);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_ROTARY_FREQUENCIES_H_
