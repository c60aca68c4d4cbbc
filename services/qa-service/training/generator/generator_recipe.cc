#include "services/qa-service/training/generator/generator_recipe.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

absl::StatusOr<WritingSource> ParseSource(const nlohmann::json& json, const std::string& where) {
  RecipeFields fields(json, where);
  WritingSource source;
  ReadTextPlace(fields, source.place);
  fields.ReadChoice<WritingUse>("use", source.use,
                                {{"pairs", WritingUse::kPairs},
                                 {"questions", WritingUse::kQuestions},
                                 {"sentences", WritingUse::kSentences}});
  fields.ReadWithin("limit", source.limit, 0, 1e9);
  fields.ReadWithin("per_text", source.per_text, 1, 1000);
  if (source.use != WritingUse::kQuestions) {
    CheckTextPlace(fields, source.place, source.use == WritingUse::kPairs);
  }
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return source;
}

}  // namespace

absl::StatusOr<GeneratorRecipe> ParseGeneratorRecipe(const nlohmann::json& json) {
  RecipeFields fields(json, "");
  GeneratorRecipe recipe;
  ReadRecipeHead(fields, recipe);
  fields.Read("description", recipe.description);
  fields.ReadWithin("vocabulary", recipe.vocabulary, 300, 100000);
  fields.ReadWithin("passage_size", recipe.passage_size, 100, 10000);
  fields.ReadWithin("distraction", recipe.distraction, 0, 1);
  fields.ReadWithin("epochs", recipe.epochs, 1, 1000);
  fields.ReadWithin("learning_rate", recipe.learning_rate, 1e-7, 1);
  fields.ReadWithin("batch_examples", recipe.batch_examples, 1, 1024);
  fields.ReadWithin("held_out", recipe.held_out, 0, 0.5);
  CLIENTELE_ASSIGN_OR_RETURN(recipe.sources, ParseSources<WritingSource>(fields, "", ParseSource));
  CheckRecipeHead(fields, kGeneratorRecipeKind, recipe);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return recipe;
}

}  // namespace clientele::qa
