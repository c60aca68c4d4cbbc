#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_PROFILE_FUSER_MODULE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_PROFILE_FUSER_MODULE_H_

// The starter profile fuser: puts behavior, text and image side by side, nothing learned.
//
// Behavior feature i becomes (x - center[i]) / spread[i], then the block is scaled to unit norm;
// text and image blocks are scaled to unit norm. A block counts where `present` is above 0.5 and is
// zeros elsewhere. The blocks, times their weights (behavior 1, text 1, image 1), are put side by
// side, and the row is scaled to unit norm: the cosine of two profiles is the mean of the cosines
// of the parts that both have. A row with nothing present is zeros.
//
// The manifest's settings say what was used: `behavior_features`, `behavior_centers`,
// `behavior_spreads` (comma-separated), `block_weights`.

#include <cstdint>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

namespace clientele::starter {

struct ProfileFuserSettings {
  // For 24 features, the list of profile-service's core/features/behavior_vector.h, centers and
  // spreads are typical values of a shop; for another number they are 0 and 1.
  std::int64_t behavior_features = 24;
  std::int64_t text_dimensions = 256;
  std::int64_t image_dimensions = 290;
};

// forward(behavior float32 [B,F], text float32 [B,D], image float32 [B,E],
//         present float32 [B,3]) -> float32 [B,F+D+E]
torch::jit::Module MakeProfileFuser(const ProfileFuserSettings& settings);

// The manifest without name and version.
model::v1::Bundle DescribeProfileFuser(const ProfileFuserSettings& settings);

}  // namespace clientele::starter

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_PROFILE_FUSER_MODULE_H_
