#include "tools/clientele-models/vision/train_images.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/manifest.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/training/vision/picture_publication.h"
#include "tools/clientele-models/bundle_key.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxTextBytes = 1 << 20;

absl::StatusOr<std::string> ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path.string(), ": the file can't be opened"));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.size() > kMaxTextBytes) return InvalidField(path.string(), "is too large");
  return text;
}

std::string NextImageVersion(const fs::path& folder) {
  std::uint64_t newest = 0;
  std::error_code error;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    const auto version = inference::ParseVersion(it->path().filename().string());
    if (version) newest = std::max(newest, static_cast<std::uint64_t>(*version));
  }
  return absl::StrCat(newest + 1);
}

}  // namespace

absl::Status TrainImages(const TrainImagesOptions& options, std::ostream& out, std::ostream& log) {
  const auto start = std::chrono::steady_clock::now();
  profile::PictureBundleOptions training = {.folder = options.folder,
                                            .out = options.out,
                                            .name = options.name,
                                            .version = options.version,
                                            .pretrained = options.pretrained,
                                            .teacher = options.teacher,
                                            .teacher_names = options.teacher_names,
                                            .holdout = options.holdout,
                                            .test_folder = options.test_folder,
                                            .license = options.license};
  training.progress = [&](absl::string_view line) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    log << absl::StrFormat("%4.0f s  ", passed.count()) << line << std::endl;
  };
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                             ReadOptionalBundleKey(options.key_file));
  if (key.has_value()) training.key = &*key;
  if (!inference::IsBundleName(options.name)) {
    return InvalidField("--name", "must be lower-case letters, digits, '-' and '_'");
  }
  if (training.version.empty()) training.version = NextImageVersion(options.out / options.name);
  if (!options.recipe.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string text, ReadText(options.recipe));
    CLIENTELE_ASSIGN_OR_RETURN(training.recipe, profile::ParsePictureRecipe(text));
  }
  if (!options.data_notes.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(training.data_notes, ReadText(options.data_notes));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const profile::PublishedPictures published,
                             profile::TrainPictureBundle(training));
  nlohmann::ordered_json summary = {{"bundle", published.folder.string()},
                                    {"labels", published.labels},
                                    {"pictures", published.pictures}};
  for (const auto& [name, value] : published.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
