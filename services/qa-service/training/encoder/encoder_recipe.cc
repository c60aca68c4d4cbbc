#include "services/qa-service/training/encoder/encoder_recipe.h"

#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

// Reads an object's fields, and keeps the first mistake.
class RecipeFields {
 public:
  RecipeFields(const nlohmann::json& json, std::string where)
      : json_(json), where_(std::move(where)) {
    if (!json_.is_object()) Fail("", "must be an object");
  }

  template <class T>
  void Read(const char* name, T& value) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) return;
    try {
      found->get_to(value);
    } catch (const nlohmann::json::exception&) {
      Fail(name, "is of the wrong kind");
    }
  }
  template <class T>
  void ReadWithin(const char* name, T& value, double least, double most) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) return;
    if (!found->is_number() || found->get<double>() < least || found->get<double>() > most) {
      return Fail(name, absl::StrCat("must be a number from ", least, " to ", most));
    }
    value = found->get<T>();
  }
  template <class T>
  void ReadChoice(const char* name, T& value, const std::map<std::string, T>& choices) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) return;
    const auto choice =
        found->is_string() ? choices.find(found->get<std::string>()) : choices.end();
    if (choice == choices.end()) {
      std::string names;
      for (const auto& each : choices)
        absl::StrAppend(&names, names.empty() ? "" : ", ", each.first);
      return Fail(name, absl::StrCat("must be one of ", names));
    }
    value = choice->second;
  }
  const nlohmann::json* Find(const char* name) {
    known_.insert(name);
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  void Fail(const std::string& name, absl::string_view what) {
    status_.Update(
        InvalidField(absl::StrCat(where_, where_.empty() || name.empty() ? "" : ".", name), what));
  }
  absl::Status Finish() {
    if (!json_.is_object()) return status_;
    for (const auto& [name, value] : json_.items()) {
      if (known_.count(name) == 0) Fail(name, "is not known");
    }
    return status_;
  }

 private:
  const nlohmann::json& json_;
  const std::string where_;
  std::set<std::string> known_;
  absl::Status status_;
};

bool StaysInFolder(const std::string& file) {
  return !file.empty() && file.front() != '/' && !absl::StrContains(file, "..");
}

absl::StatusOr<TextSource> ParseSource(const nlohmann::json& json, const std::string& where) {
  RecipeFields fields(json, where);
  TextSource source;
  fields.Read("file", source.file);
  fields.ReadChoice<TextUse>("use", source.use,
                             {{"texts", TextUse::kTexts},
                              {"translations", TextUse::kTranslations},
                              {"pairs", TextUse::kPairs},
                              {"halves", TextUse::kHalves},
                              {"openings", TextUse::kOpenings}});
  fields.ReadChoice<TextCut>(
      "cut", source.cut,
      {{"whole", TextCut::kWhole}, {"sentences", TextCut::kSentences}, {"both", TextCut::kBoth}});
  fields.Read("columns", source.columns);
  fields.Read("places", source.places);
  fields.Read("separator", source.separator);
  fields.ReadWithin("field", source.field, 0, 1000);
  fields.ReadWithin("limit", source.limit, 0, 1e9);
  fields.ReadWithin("repeat", source.repeat, 1, 100);
  fields.Read("license", source.license);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  if (!StaysInFolder(source.file)) {
    fields.Fail("file", "must be a path within the data folder");
  }
  const bool two = source.use == TextUse::kTranslations || source.use == TextUse::kPairs;
  const std::size_t wanted = two ? 2 : 1;
  const bool columns = !source.columns.empty();
  const bool places = !source.places.empty();
  const bool lines = !source.separator.empty();
  if (int{columns} + int{places} + int{lines} != 1) {
    fields.Fail("columns", "or places, or separator: exactly one of them");
  } else if (columns && two && source.columns.size() != 2) {
    fields.Fail("columns", "must be two");
  } else if (places && source.places.size() != wanted && two) {
    fields.Fail("places", "must be two");
  }
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
  const auto* sources = fields.Find("sources");
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  if (sources == nullptr || !sources->is_array() || sources->empty()) {
    return InvalidField(absl::StrCat(where, ".sources"), "must be a list of texts");
  }
  for (std::size_t i = 0; i < sources->size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(
        TextSource source, ParseSource((*sources)[i], absl::StrCat(where, ".sources[", i, "]")));
    stage.sources.push_back(std::move(source));
  }
  return stage;
}

}  // namespace

absl::StatusOr<EncoderRecipe> ParseEncoderRecipe(const nlohmann::json& json) {
  RecipeFields fields(json, "");
  EncoderRecipe recipe;
  std::string kind;
  fields.Read("kind", kind);
  fields.Read("name", recipe.name);
  fields.Read("version", recipe.version);
  fields.Read("license", recipe.license);
  fields.Read("description", recipe.description);
  fields.Read("teacher", recipe.teacher);
  fields.Read("start", recipe.start);
  fields.ReadWithin("seed", recipe.seed, 0, 1e15);
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
  if (kind != kEncoderRecipeKind) {
    fields.Fail("kind", absl::StrCat("must be ", kEncoderRecipeKind));
  }
  for (const auto& [name, value] : {std::pair("name", &recipe.name),
                                    {"version", &recipe.version},
                                    {"teacher", &recipe.teacher}}) {
    if (value->empty()) fields.Fail(name, "is missing");
  }
  if (recipe.stages.empty()) fields.Fail("stages", "must be one or more");
  if (recipe.sizes.width % recipe.sizes.heads != 0) {
    fields.Fail("encoder.heads", "must divide encoder.width");
  }
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return recipe;
}

}  // namespace clientele::qa
