#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_SET_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_SET_H_

// Labeled pictures in memory, from a folder with a sub-folder for each class.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PictureSet set, ReadPictureSet("photos/train", 320));
//   set.labels;       // {"dress", "hat", ...}: names of the sub-folders
//   set.names[0];     // "dress/0001.jpg"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/media/picture.h"

namespace clientele::profile {

struct PictureSet {
  std::vector<std::string> labels;       // by name
  std::vector<media::Picture> pictures;  // by class and name
  std::vector<int> classes;              // of each picture, an index into labels
  std::vector<std::string> names;        // of each picture: CLASS/FILE
  std::vector<std::string> skipped;      // files that are no pictures, or damaged, and why
};

// Pictures with a side above `max_side` pixels are scaled down to it, keeping their proportions.
// Names that begin with a point are passed over; sub-folders without a picture are no classes.
// NOT_FOUND without the folder or without pictures; INVALID_ARGUMENT for fewer than two classes.
absl::StatusOr<PictureSet> ReadPictureSet(const std::filesystem::path& folder,
                                          std::int64_t max_side);

// Places in a set: `second` has that share of each class, at least one picture where the class has
// two; the same seed gives the same split.
struct PictureSplit {
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
};
PictureSplit SplitPictures(const PictureSet& set, double share, std::uint64_t seed);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_SET_H_
