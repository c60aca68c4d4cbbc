#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_RECIPE_HEAD_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_RECIPE_HEAD_H_

// What the recipe of every model says: its kind, how the bundle is called, and the seed.
//
//   RecipeHead head;
//   ReadRecipeHead(fields, head);
//   ... what else there is ...
//   CheckRecipeHead(fields, "reader", head);

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/training/recipes/recipe_fields.h"

namespace clientele::qa {

struct RecipeHead {
  std::string kind = {};
  std::string name = {};
  std::string version = {};
  std::string license = {};  // may be empty
  std::uint64_t seed = 1;
};

inline void ReadRecipeHead(RecipeFields& fields, RecipeHead& head) {
  fields.Read("kind", head.kind);
  fields.Read("name", head.name);
  fields.Read("version", head.version);
  fields.Read("license", head.license);
  fields.ReadWithin("seed", head.seed, 0, 1e15);
}

inline void RequireField(RecipeFields& fields, const char* name, const std::string& value) {
  if (value.empty()) fields.Fail(name, "is missing");
}

inline void CheckRecipeHead(RecipeFields& fields, absl::string_view kind, const RecipeHead& head) {
  if (head.kind != kind) fields.Fail("kind", absl::StrCat("must be ", kind));
  RequireField(fields, "name", head.name);
  RequireField(fields, "version", head.version);
}

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_RECIPE_HEAD_H_
