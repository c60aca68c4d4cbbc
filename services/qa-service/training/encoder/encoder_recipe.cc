#include "services/qa-service/training/encoder/encoder_recipe.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

absl::StatusOr<TextSource> ParseSource(const nlohmann::json& json, const std::string& where) {
  RecipeFields fields(json, where);
  TextSource source;
  ReadTextPlace(fields, source.place);
  fields.ReadChoice<TextUse>("use", source.use,
                             {{"texts", TextUse::kTexts},
                              {"translations", TextUse::kTranslations},
                              {"pairs", TextUse::kPairs},
                              {"halves", TextUse::kHalves},
                              {"openings", TextUse::kOpenings}});
  fields.ReadChoice<TextCut>(
      "cut", source.cut,
      {{"whole", TextCut::kWhole}, {"sentences", TextCut::kSentences}, {"both", TextCut::kBoth}});
  fields.ReadWithin("limit", source.limit, 0, 1e9);
  fields.ReadWithin("repeat", source.repeat, 1, 100);
  CheckTextPlace(fields, source.place,
                 source.use == TextUse::kTranslations || source.use == TextUse::kPairs);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return source;
}

absl::StatusOr<EncoderStage> ParseStage(const nlohmann::json& json, const std::string& where) {
  RecipeFields fields(json, where);
  EncoderStage stage;
  if (const auto* json_schedule = fields.Find("schedule")) {
    EncoderSchedule& to = stage.schedule;
    RecipeFields schedule(*json_schedule, absl::StrCat(where, ".schedule"));
    schedule.ReadWithin("epochs", to.epochs, 1, 1000);
    schedule.ReadWithin("batch_tokens", to.batch_tokens, 16, 1e6);
    schedule.ReadWithin("related_batch_tokens", to.related_batch_tokens, 16, 1e6);
    schedule.ReadWithin("text_tokens", to.text_tokens, 4, 4096);
    schedule.ReadWithin("learning_rate", to.learning_rate, 1e-7, 1);
    schedule.ReadWithin("warm_up", to.warm_up, 0, 1);
    schedule.ReadWithin("bank", to.bank, 0, 1e6);
    schedule.ReadWithin("temperature", to.temperature, 1e-3, 10);
    schedule.ReadWithin("related_weight", to.related_weight, 0, 100);
    schedule.ReadWithin("held_out", to.held_out, 0, 0.5);
    schedule.ReadWithin("checkpoint_every", to.checkpoint_every, 1, 1e6);
    CLIENTELE_RETURN_IF_ERROR(schedule.Finish());
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      stage.sources, ParseSources<TextSource>(fields, absl::StrCat(where, "."), ParseSource));
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return stage;
}

}  // namespace

absl::StatusOr<EncoderRecipe> ParseEncoderRecipe(const nlohmann::json& json) {
  RecipeFields fields(json, "");
  EncoderRecipe recipe;
  ReadRecipeHead(fields, recipe);
  fields.Read("description", recipe.description);
  fields.Read("teacher", recipe.teacher);
  fields.Read("start", recipe.start);
  fields.ReadWithin("lexical_weight", recipe.lexical_weight, 0, 1);
  if (const auto* json_sizes = fields.Find("encoder")) {
    RecipeFields sizes(*json_sizes, "encoder");
    sizes.ReadWithin("layers", recipe.sizes.layers, 1, 48);
    sizes.ReadWithin("width", recipe.sizes.width, 8, 4096);
    sizes.ReadWithin("heads", recipe.sizes.heads, 1, 64);
    sizes.ReadWithin("inner", recipe.sizes.inner, 8, 16384);
    sizes.ReadWithin("max_tokens", recipe.sizes.max_tokens, 8, 4096);
    sizes.ReadWithin("vocabulary", recipe.sizes.vocabulary, 16, 1e6);
    CLIENTELE_RETURN_IF_ERROR(sizes.Finish());
  }
  if (const auto* stages = fields.Find("stages")) {
    if (!stages->is_array()) fields.Fail("stages", "must be a list");
    for (std::size_t i = 0; stages->is_array() && i < stages->size(); ++i) {
      CLIENTELE_ASSIGN_OR_RETURN(EncoderStage stage,
                                 ParseStage((*stages)[i], absl::StrCat("stages[", i, "]")));
      recipe.stages.push_back(std::move(stage));
    }
  }
  CheckRecipeHead(fields, kEncoderRecipeKind, recipe);
  RequireField(fields, "teacher", recipe.teacher);
  if (recipe.stages.empty()) fields.Fail("stages", "must be one or more");
  if (recipe.sizes.width % recipe.sizes.heads != 0) {
    fields.Fail("encoder.heads", "must divide encoder.width");
  }
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return recipe;
}

}  // namespace clientele::qa
