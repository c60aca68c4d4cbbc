#include "tools/clientele-models/encoder/train_encoder_recipe.h"

#include <memory>
#include <optional>
#include <ostream>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/encoder/encoder_training.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/encoder/progress_log.h"
#include "tools/clientele-models/import/use_lite_import.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

// The teacher as a bundle, made of its checkpoint in the work folder where it is none yet.
absl::StatusOr<std::unique_ptr<qa::EncoderBundle>> OpenTeacher(const fs::path& folder,
                                                               const fs::path& work) {
  std::error_code error;
  if (fs::exists(folder / "bundle.json", error)) return qa::EncoderBundle::Open(folder);
  const fs::path bundle = work / "use-lite" / "1";
  if (!fs::exists(bundle / "bundle.json", error)) {
    absl::Status imported =
        ImportUseLite(folder, {.out = work, .name = "use-lite", .version = "1"}).status();
    if (!imported.ok()) {
      return absl::Status(imported.code(),
                          absl::StrCat("the teacher (--teacher): ", imported.message()));
    }
  }
  return qa::EncoderBundle::Open(bundle);
}

}  // namespace

absl::Status TrainEncoderRecipe(const nlohmann::json& json, const RecipeOptions& options,
                                std::ostream& out, std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::EncoderRecipe recipe, qa::ParseEncoderRecipe(json));
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                             ReadOptionalBundleKey(options.key_file));
  const fs::path result = options.out / recipe.name / recipe.version;
  std::error_code error;
  if (fs::exists(result, error)) {
    return absl::AlreadyExistsError(absl::StrCat(result.string(), " is there already"));
  }
  const fs::path work = options.work / recipe.name;
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto teacher,
      OpenTeacher(options.teacher.empty() ? options.data / recipe.teacher : options.teacher, work));
  std::unique_ptr<qa::EncoderBundle> start;
  if (!recipe.start.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        start, qa::EncoderBundle::Open(options.recipe.parent_path() / recipe.start));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const qa::TrainedEncoder trained,
                             qa::TrainEncoder(recipe, *teacher, start.get(),
                                              {.data = options.data,
                                               .work = work,
                                               .out = options.out,
                                               .key = key.has_value() ? &*key : nullptr,
                                               .finish_now = options.finish_now,
                                               .progress = ProgressLog(log)}));
  nlohmann::ordered_json summary = {{"bundle", trained.folder.string()},
                                    {"texts", trained.texts},
                                    {"vocabulary", trained.vocabulary}};
  for (const auto& [name, value] : trained.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
