#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_RECIPE_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_RECIPE_H_

// How an image encoder is trained, as a JSON file that is kept with its bundle.
//
//   {"side": 128, "epochs": 20, "learning_rate": 0.003, "augmentation": {"erase": 0.25}}
//
// What a recipe leaves out has the value below. The schedule is fixed beforehand: nothing is chosen
// by looking at pictures that are not trained on.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/training/vision/picture_augmentation.h"

namespace clientele::profile {

struct PictureRecipe {
  std::uint64_t seed = 1;
  std::int64_t side = 128;  // pixels, of what the network sees: a multiple of 32
  std::int64_t epochs = 20;
  std::size_t batch = 32;
  // Of AdamW, after a warm-up over `warm_up` of the steps and down to 0 along half a cosine; of the
  // encoder, as a share of the root mean square of each of its tensors; and of the classes and the
  // projection to the teacher.
  double learning_rate = 3e-3;
  double head_learning_rate = 3e-4;
  double warm_up = 0.1;
  double weight_decay = 0.02;
  double label_smoothing = 0.1;
  // Two pictures are laid over each other with weights of Beta(x, x) (Zhang et al., mixup, ICLR
  // 2018); 0: never.
  double mixup = 0.2;
  // Share of the targets that the teacher's out-of-fold chances make, where there is a teacher.
  double teacher_share = 0.4;
  double teacher_features = 1.0;  // weight of the distance to its features
  double teacher_l2 = 100;        // of the regressions behind its chances
  double start_l2 = 100;          // of the regression that classes begin with
  // Rare classes are named more often: scores lose `balance` times the logarithm of their class's
  // share of the training pictures (Menon et al., Long-tail learning via logit adjustment, ICLR
  // 2021); 1 is for the mean of the classes, 0 for the share of the pictures.
  double balance = 0;
  // The weights kept are an average that forgets by this a step (Polyak, Juditsky 1992); 0: the
  // last ones.
  double average = 0.998;
  // Of an encoder that begins without a pre-trained one.
  std::int64_t stem = 16;
  bool depthwise = false;
  AugmentationOptions augmentation = {};
};

// INVALID_ARGUMENT names a field that is unknown, of another type or out of range.
absl::StatusOr<PictureRecipe> ParsePictureRecipe(absl::string_view json);
// Every field, one a line.
std::string ToJson(const PictureRecipe& recipe);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_RECIPE_H_
