#include "services/profile-service/training/vision/picture_set.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace fs = std::filesystem;
namespace {

absl::StatusOr<std::vector<fs::path>> SortedEntries(const fs::path& folder) {
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

absl::StatusOr<media::Picture> ReadPicture(const fs::path& file, std::int64_t max_side) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, media::ReadPictureFile(file, {}));
  CLIENTELE_ASSIGN_OR_RETURN(media::Picture picture, media::DecodePicture(bytes, {}));
  const std::int64_t longest = std::max(picture.width, picture.height);
  if (longest <= max_side) return picture;
  const auto scaled = [&](std::int64_t side) {
    return std::max<std::int64_t>(1, side * max_side / longest);
  };
  return media::FitPicture(picture, scaled(picture.width), scaled(picture.height),
                           media::Fit::kStretch);
}

}  // namespace

absl::StatusOr<PictureSet> ReadPictureSet(const fs::path& folder, std::int64_t max_side) {
  PictureSet set;
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<fs::path> folders, SortedEntries(folder));
  for (const fs::path& sub_folder : folders) {
    std::error_code error;
    if (!fs::is_directory(sub_folder, error)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<fs::path> files, SortedEntries(sub_folder));
    const std::string label = sub_folder.filename().string();
    const auto index = static_cast<int>(set.labels.size());
    const std::size_t before = set.pictures.size();
    for (const fs::path& file : files) {
      absl::StatusOr<media::Picture> picture = ReadPicture(file, max_side);
      if (!picture.ok()) {
        set.skipped.push_back(
            absl::StrCat(file.string(), ": ", std::string(picture.status().message())));
        continue;
      }
      set.pictures.push_back(*std::move(picture));
      set.classes.push_back(index);
      set.names.push_back(absl::StrCat(label, "/", file.filename().string()));
    }
    if (set.pictures.size() > before) set.labels.push_back(label);
  }
  if (set.pictures.empty()) {
    return absl::NotFoundError(
        absl::StrCat(folder.string(), ": no pictures in sub-folders, of which each is a class"));
  }
  if (set.labels.size() < 2) {
    return InvalidField("--folder", absl::StrCat("has pictures of one class alone, ", set.labels[0],
                                                 "; two are needed to tell apart"));
  }
  return set;
}

PictureSplit SplitPictures(const PictureSet& set, double share, std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> by_class(set.labels.size());
  for (std::size_t i = 0; i < set.classes.size(); ++i) {
    by_class[static_cast<std::size_t>(set.classes[i])].push_back(i);
  }
  PictureSplit split;
  std::mt19937_64 engine(seed);
  for (std::vector<std::size_t>& places : by_class) {
    for (std::size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[engine() % i]);
    auto second =
        static_cast<std::size_t>(std::llround(share * static_cast<double>(places.size())));
    if (share > 0 && places.size() > 1) {
      second = std::clamp<std::size_t>(second, 1, places.size() - 1);
    } else {
      second = 0;
    }
    const auto border = places.begin() + static_cast<std::ptrdiff_t>(second);
    split.second.insert(split.second.end(), places.begin(), border);
    split.first.insert(split.first.end(), border, places.end());
  }
  std::sort(split.first.begin(), split.first.end());
  std::sort(split.second.begin(), split.second.end());
  return split;
}

}  // namespace clientele::profile
