#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_TEACHER_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_TEACHER_H_

// What a larger, pre-trained network says of the training pictures, computed beforehand.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor features,
//                              ReadTeacherFeatures("features.safetensors", "names.txt",
//                              set.names));
//   const at::Tensor scores = OutOfFoldScores(features, set.classes, labels, {});

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::profile {

// float32 [pictures, width], each column brought to mean 0 and deviation 1, in the order of
// `pictures`. The safetensors file holds [rows, width] under `features_mean` (features averaged
// over views), else under `features`; `names` has a line for each row, CLASS/FILE. INVALID_ARGUMENT
// names what is wrong: another number of rows, values that are not finite, a picture without a row.
absl::StatusOr<at::Tensor> ReadTeacherFeatures(const std::filesystem::path& features,
                                               const std::filesystem::path& names,
                                               absl::Span<const std::string> pictures);

// Each column brought to mean 0 and deviation 1; one that does not change becomes 0.
at::Tensor ScaledColumns(const at::Tensor& features);

// Scores are linear in the features: weights [labels, width + 1], the last column being the bias,
// of least sum of log-losses + l2 / 2 * squares of the weights, by L-BFGS. `targets` [rows, labels]
// are chances.
at::Tensor FitSoftmax(const at::Tensor& features, const at::Tensor& targets, double l2,
                      int max_iterations);

// [outputs, width] that brings features [rows, width] nearest to targets [rows, outputs] by least
// squares + l2 * squares of the weights, both without their means.
at::Tensor FitProjection(const at::Tensor& features, const at::Tensor& targets, double l2);

struct OutOfFoldOptions {
  int folds = 5;
  // Of the squared weights beside the sum of log-losses, halved.
  double l2 = 100;
  int max_iterations = 60;
  std::uint64_t seed = 1;
};

// float32 [rows, labels]: scores before softmax by logistic regressions (L-BFGS), each row's by one
// that was fitted on the other folds: they doubt where a new picture like it would be doubted,
// which scores of a model that has seen the row do not.
at::Tensor OutOfFoldScores(const at::Tensor& features, absl::Span<const int> classes,
                           std::int64_t labels, const OutOfFoldOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_TEACHER_H_
