#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_FOLDER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_FOLDER_H_

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace clientele::models {

// Pictures in sub-folders, of which each is a class.
struct PictureFolder {
  struct Entry {
    std::filesystem::path file;
    int label = 0;  // index into the labels given
  };
  std::vector<Entry> entries;        // by class and name
  std::vector<std::string> skipped;  // files that are no pictures by their first bytes
};

// A sub-folder is the class whose label it names; case, and whether words are parted by spaces, "-"
// or "_", does not matter. What begins with a point is passed over. NOT_FOUND without such a folder
// or without pictures; INVALID_ARGUMENT for a sub-folder that no label names.
absl::StatusOr<PictureFolder> ListPictureFolder(const std::filesystem::path& folder,
                                                const std::vector<std::string>& labels);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_FOLDER_H_
