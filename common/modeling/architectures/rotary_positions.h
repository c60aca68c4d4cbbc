#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_ROTARY_POSITIONS_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_ROTARY_POSITIONS_H_

// Rotary positions (Su et al. 2021) as config.json describes them.
//
//   const RotaryPositions rotary = ReadRotaryPositions(config, head_width, max_positions);
//   CLIENTELE_RETURN_IF_ERROR(config.status());
//   source += DefinePhase(rotary, root);
//
// Pure functions.

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "common/modeling/checkpoint/config.h"

namespace clientele::modeling {

struct RotaryPositions {
  // Angles per position, float32 [head_width / 2], and those of a text longer than the trained
  // positions where they are others: undefined, unless longrope.
  at::Tensor frequencies;
  at::Tensor long_frequencies;
  // Of cosine and sine: queries and keys grow by it.
  double amplitude = 1;

  // Whether frequencies depend on the length L of the text: theta is then multiplied by
  // max(1, factor L / trained - (factor - 1))^(head_width / (head_width - 2)).
  bool by_length = false;
  double theta = 0;
  double factor = 1;
  std::int64_t head_width = 0;

  bool depends_on_length() const { return by_length || long_frequencies.defined(); }

  // Positions that the model was trained on, and that scaling makes it good for.
  std::int64_t trained = 0;
  std::int64_t reach = 0;
};

// Frequencies theta^(-2i / head_width), scaled as rope_parameters say, or rope_scaling and
// rope_theta, as older files write them. Kinds: default; linear (Chen et al. 2023); dynamic
// (theta grows with the text); yarn (Peng et al. 2023, sections 3.2 to 3.4: waves that turn
// often within the trained positions are kept, those that hardly turn are stretched); longrope
// (Ding et al. 2024, arXiv:2402.13753: each wave is stretched by a number of its own, another
// in a text longer than the trained positions); llama3 (the Llama 3.1 report's scaling by
// wavelength). Anything else is an error of `config`.
RotaryPositions ReadRotaryPositions(Config& config, std::int64_t head_width,
                                    std::int64_t max_positions);

// phase(positions [1 or B, T]) -> [2, 1 or B, 1, T, head_width]: cosines and sines of halves
// that are alike. Registers on `root` what the source reads. Where angles depend on the
// length, a row's text is as long as its largest position says: keys that a cache holds keep the
// turn of their time, as in the reference.
std::string DefinePhase(const RotaryPositions& rotary, torch::jit::Module& root);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_ROTARY_POSITIONS_H_
