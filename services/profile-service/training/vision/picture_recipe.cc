#include "services/profile-service/training/vision/picture_recipe.h"

#include <cmath>
#include <limits>
#include <set>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using Json = nlohmann::ordered_json;

// Reads the fields of one object; the first error stays.
class RecipeReader {
 public:
  RecipeReader(const Json& object, std::string path) : object_(object), path_(std::move(path)) {}

  template <typename Number>
  void Read(const char* name, Number& value, double low, double high) {
    known_.insert(name);
    const auto found = object_.find(name);
    if (found == object_.end()) return;
    const double number = found->is_number() ? found->template get<double>()
                                             : std::numeric_limits<double>::quiet_NaN();
    const bool whole = !std::is_integral_v<Number> || number == std::floor(number);
    if (!(number >= low && number <= high && whole)) {
      Reject(name, absl::StrCat("must be a ", std::is_integral_v<Number> ? "whole " : "",
                                "number in [", low, ", ", high, "]"));
      return;
    }
    value = static_cast<Number>(number);
  }

  void ReadBool(const char* name, bool& value) {
    known_.insert(name);
    const auto found = object_.find(name);
    if (found == object_.end()) return;
    if (!found->is_boolean()) return Reject(name, "must be true or false");
    value = found->get<bool>();
  }

  // Empty where there is none.
  Json ReadObject(const char* name) {
    known_.insert(name);
    const auto found = object_.find(name);
    if (found == object_.end()) return Json::object();
    if (found->is_object()) return *found;
    Reject(name, "must be an object");
    return Json::object();
  }

  absl::Status Finish() {
    for (const auto& [name, value] : object_.items()) {
      if (known_.count(name) == 0) Reject(name, "is no field of a recipe");
    }
    return status_;
  }

 private:
  void Reject(const std::string& name, const std::string& why) {
    status_.Update(InvalidField(absl::StrCat("recipe.", path_, name), why));
  }

  const Json& object_;
  const std::string path_;
  std::set<std::string> known_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<PictureRecipe> ParsePictureRecipe(absl::string_view json) {
  const Json object = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return InvalidField("recipe", "is not a JSON object");
  PictureRecipe recipe;
  RecipeReader reader(object, "");
  reader.Read("seed", recipe.seed, 0, 1e15);
  reader.Read("side", recipe.side, 32, 512);
  reader.Read("epochs", recipe.epochs, 1, 10'000);
  reader.Read("batch", recipe.batch, 2, 1024);
  reader.Read("learning_rate", recipe.learning_rate, 1e-8, 1);
  reader.Read("head_learning_rate", recipe.head_learning_rate, 1e-8, 1);
  reader.Read("warm_up", recipe.warm_up, 0, 0.9);
  reader.Read("weight_decay", recipe.weight_decay, 0, 10);
  reader.Read("label_smoothing", recipe.label_smoothing, 0, 0.9);
  reader.Read("mixup", recipe.mixup, 0, 10);
  reader.Read("teacher_share", recipe.teacher_share, 0, 1);
  reader.Read("teacher_features", recipe.teacher_features, 0, 1000);
  reader.Read("teacher_l2", recipe.teacher_l2, 1e-6, 1e9);
  reader.Read("start_l2", recipe.start_l2, 1e-6, 1e9);
  reader.Read("balance", recipe.balance, 0, 2);
  reader.Read("average", recipe.average, 0, 0.999999);
  reader.Read("stem", recipe.stem, 2, 128);
  reader.ReadBool("depthwise", recipe.depthwise);
  const Json changes = reader.ReadObject("augmentation");
  CLIENTELE_RETURN_IF_ERROR(reader.Finish());
  AugmentationOptions& augmentation = recipe.augmentation;
  RecipeReader inner(changes, "augmentation.");
  inner.Read("min_area", augmentation.min_area, 0.01, 1);
  inner.Read("max_aspect", augmentation.max_aspect, 1, 4);
  inner.Read("max_turn", augmentation.max_turn, 0, 180);
  inner.ReadBool("mirror", augmentation.mirror);
  inner.Read("brightness", augmentation.brightness, 0, 1);
  inner.Read("contrast", augmentation.contrast, 0, 1);
  inner.Read("saturation", augmentation.saturation, 0, 1);
  inner.Read("tint", augmentation.tint, 0, 1);
  inner.Read("gray", augmentation.gray, 0, 1);
  inner.Read("erase", augmentation.erase, 0, 1);
  CLIENTELE_RETURN_IF_ERROR(inner.Finish());
  if (recipe.side % 32 != 0) return InvalidField("recipe.side", "must be a multiple of 32");
  return recipe;
}

std::string ToJson(const PictureRecipe& recipe) {
  const AugmentationOptions& augmentation = recipe.augmentation;
  const Json json = {{"seed", recipe.seed},
                     {"side", recipe.side},
                     {"epochs", recipe.epochs},
                     {"batch", recipe.batch},
                     {"learning_rate", recipe.learning_rate},
                     {"head_learning_rate", recipe.head_learning_rate},
                     {"warm_up", recipe.warm_up},
                     {"weight_decay", recipe.weight_decay},
                     {"label_smoothing", recipe.label_smoothing},
                     {"mixup", recipe.mixup},
                     {"teacher_share", recipe.teacher_share},
                     {"teacher_features", recipe.teacher_features},
                     {"teacher_l2", recipe.teacher_l2},
                     {"start_l2", recipe.start_l2},
                     {"balance", recipe.balance},
                     {"average", recipe.average},
                     {"stem", recipe.stem},
                     {"depthwise", recipe.depthwise},
                     {"augmentation",
                      {{"min_area", augmentation.min_area},
                       {"max_aspect", augmentation.max_aspect},
                       {"max_turn", augmentation.max_turn},
                       {"mirror", augmentation.mirror},
                       {"brightness", augmentation.brightness},
                       {"contrast", augmentation.contrast},
                       {"saturation", augmentation.saturation},
                       {"tint", augmentation.tint},
                       {"gray", augmentation.gray},
                       {"erase", augmentation.erase}}}};
  return json.dump(2) + "\n";
}

}  // namespace clientele::profile
