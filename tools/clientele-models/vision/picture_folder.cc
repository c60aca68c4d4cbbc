#include "tools/clientele-models/vision/picture_folder.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/media/picture_header.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

std::string PlainLabel(absl::string_view label) {
  std::string plain = absl::AsciiStrToLower(label);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
  return plain;
}

absl::StatusOr<std::vector<fs::path>> Sorted(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string()[0] != '.') paths.push_back(at->path());
  }
  if (error) {
    return absl::NotFoundError(absl::StrCat(folder.string(), ": the folder can't be read"));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool LooksLikePicture(const fs::path& path) {
  char start[16] = {};
  std::ifstream in(path, std::ios::binary);
  in.read(start, sizeof start);
  return media::FormatOf(absl::string_view(start, static_cast<std::size_t>(in.gcount())))
      .has_value();
}

}  // namespace

absl::StatusOr<PictureFolder> ListPictureFolder(const fs::path& folder,
                                                const std::vector<std::string>& labels) {
  std::map<std::string, int> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    classes.emplace(PlainLabel(labels[i]), static_cast<int>(i));
  }
  PictureFolder pictures;
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<fs::path> folders, Sorted(folder));
  for (const fs::path& sub_folder : folders) {
    std::error_code error;
    if (!fs::is_directory(sub_folder, error)) continue;
    const std::string name = sub_folder.filename().string();
    const auto found = classes.find(PlainLabel(name));
    if (found == classes.end()) {
      return InvalidField("--folder", absl::StrCat("has a sub-folder ", name,
                                                   ", which the bundle does not name; it names ",
                                                   absl::StrJoin(labels, ", ")));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<fs::path> files, Sorted(sub_folder));
    for (const fs::path& file : files) {
      if (LooksLikePicture(file)) {
        pictures.entries.push_back({file, found->second});
      } else {
        pictures.skipped.push_back(file.string());
      }
    }
  }
  if (pictures.entries.empty()) {
    return absl::NotFoundError(
        absl::StrCat(folder.string(), ": no pictures in sub-folders, of which each is a class"));
  }
  return pictures;
}

}  // namespace clientele::models
