#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_TRAINING_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_TRAINING_H_

// Trains an image encoder on labeled pictures and a teacher's opinion of them.
//
//   CLIENTELE_RETURN_IF_ERROR(TrainPictureEncoder(module, set, rows, teacher, recipe, progress));
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<int> classes,
//                              ClassifyPictures(module, set, others, recipe.side));
//
// The loss of a batch is soft cross entropy with targets
//   (1 - teacher_share) * smoothed label + teacher_share * softmax(teacher's scores)
// plus teacher_features * cosine distance of a linear projection of the features to the teacher's.
// With mixup both are mixed as the pictures are.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/profile-service/training/vision/picture_recipe.h"
#include "services/profile-service/training/vision/picture_set.h"

namespace clientele::profile {

// Of all pictures of a set; empty without a teacher.
struct PictureTeacher {
  at::Tensor features;  // [pictures, width]
  at::Tensor scores;    // [pictures, labels], before softmax

  bool present() const { return features.defined(); }
};

// `module` is as common/modeling/architectures/csp_encoder.h makes it; all of its tensors learn.
// Classes begin as the best linear ones of the features that the module begins with. `rows` are
// places in the set. OUT_OF_RANGE where the loss is no longer finite; INTERNAL when torch fails.
absl::Status TrainPictureEncoder(const torch::jit::Module& module, const PictureSet& set,
                                 absl::Span<const std::size_t> rows, const PictureTeacher& teacher,
                                 const PictureRecipe& recipe,
                                 const std::function<void(absl::string_view)>& progress);

// The class of the highest score by the module's `forward`, of each of `rows`, which see the whole
// picture stretched to a square.
absl::StatusOr<std::vector<int>> ClassifyPictures(const torch::jit::Module& module,
                                                  const PictureSet& set,
                                                  absl::Span<const std::size_t> rows,
                                                  std::int64_t side);

// float32 [pictures, width]: the module's `features` of all pictures, stretched to a square.
absl::StatusOr<at::Tensor> EncodePictures(const torch::jit::Module& module, const PictureSet& set,
                                          std::int64_t side);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_TRAINING_H_
