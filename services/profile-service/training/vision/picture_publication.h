#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_PUBLICATION_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_PUBLICATION_H_

// From a folder of labeled pictures to an IMAGE_ENCODER bundle with classes: reads, trains,
// measures, writes.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PublishedPictures published,
//                              TrainPictureBundle({.folder = "photos", .out = "models",
//                                                  .name = "clothes", .version = "1"}));

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/signing.h"
#include "services/profile-service/training/vision/picture_recipe.h"

namespace clientele::profile {

struct PictureBundleOptions {
  std::filesystem::path folder = {};  // a sub-folder for each class
  std::filesystem::path out = {};
  std::string name = {};
  std::string version = {};
  PictureRecipe recipe = {};
  // Bundle of a detector whose backbone is trained further; empty: begins with random weights.
  std::filesystem::path pretrained = {};
  // Both or neither; see teacher.h.
  std::filesystem::path teacher = {};
  std::filesystem::path teacher_names = {};
  // Share of each class that is not trained on, and measured with; 0: trains on all.
  double holdout = 0;
  // Measured with at the end, as `folder`; nothing is chosen by it. Empty: none.
  std::filesystem::path test_folder = {};
  // SPDX identifier, and what people should know of the data, in Markdown.
  std::string license = {};
  std::string data_notes = {};
  // nullptr: unsigned. Borrowed.
  const crypto::SigningKey* key = nullptr;
  std::function<void(absl::string_view)> progress = {};
};

struct PublishedPictures {
  std::filesystem::path folder;
  std::size_t pictures = 0;  // trained on
  std::size_t labels = 0;
  // accuracy, class_mean of the test folder; holdout_accuracy, holdout_class_mean.
  std::map<std::string, double> metrics;
};

// Errors of reading (picture_set.h, teacher.h, picture_encoder.h), training (picture_training.h)
// and writing (bundle_writer.h); INVALID_ARGUMENT also where the test folder has other classes.
absl::StatusOr<PublishedPictures> TrainPictureBundle(const PictureBundleOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_PUBLICATION_H_
