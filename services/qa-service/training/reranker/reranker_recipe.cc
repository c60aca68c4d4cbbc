#include "services/qa-service/training/reranker/reranker_recipe.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "services/qa-service/core/retrieval/passages.h"
#include "services/qa-service/training/reader/squad_file.h"

namespace clientele::qa {
namespace {

absl::StatusOr<RerankerSource> ParseSource(const nlohmann::json& json, const std::string& where) {
  RecipeFields fields(json, where);
  RerankerSource source;
  ReadTextPlace(fields, source.place);
  fields.ReadChoice<bool>("use", source.squad, {{"pairs", false}, {"questions", true}});
  if (!source.squad) CheckTextPlace(fields, source.place, /*two=*/true);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return source;
}

absl::StatusOr<std::vector<QuestionAnswer>> PairsOfRows(const TextPlace& place,
                                                        const std::filesystem::path& data) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<TextRow> rows,
                             ReadTextRows(place, /*two=*/true, data));
  std::vector<QuestionAnswer> pairs;
  for (const TextRow& row : rows) {
    const std::string question(absl::StripAsciiWhitespace(row.first));
    const std::string answer(absl::StripAsciiWhitespace(row.second));
    if (question.empty() || answer.empty()) continue;
    if (!text::IsValidUtf8(question) || !text::IsValidUtf8(answer)) continue;
    pairs.push_back({question, answer});
  }
  return pairs;
}

absl::StatusOr<std::vector<QuestionAnswer>> PairsOfSquad(const TextPlace& place,
                                                         const std::filesystem::path& data) {
  CLIENTELE_ASSIGN_OR_RETURN(const ReadingSet set,
                             ReadSquadFiles({data / place.file}, AnswerStarts::kChecked));
  std::vector<std::vector<Passage>> cut;
  cut.reserve(set.passages.size());
  for (const ReadingPassage& passage : set.passages) {
    cut.push_back(SplitPassages(passage.text, {}));
  }
  std::vector<QuestionAnswer> pairs;
  for (const ReadingExample& question : set.examples) {
    if (!question.place.has_value()) continue;
    const std::vector<Passage>& parts = cut[question.passage];
    const auto part = std::find_if(parts.begin(), parts.end(), [&](const Passage& each) {
      return each.begin <= question.place->begin && question.place->end <= each.end;
    });
    if (part == parts.end()) continue;
    pairs.push_back({question.question, set.passages[question.passage].text.substr(
                                            part->begin, part->end - part->begin)});
  }
  return pairs;
}

}  // namespace

absl::StatusOr<RerankerRecipe> ParseRerankerRecipe(const nlohmann::json& json) {
  RecipeFields fields(json, "");
  RerankerRecipe recipe;
  ReadRecipeHead(fields, recipe);
  fields.Read("encoder", recipe.encoder);
  fields.ReadWithin("epochs", recipe.training.epochs, 1, 1000);
  fields.ReadWithin("negatives", recipe.training.negatives, 1, 100);
  fields.ReadWithin("learning_rate", recipe.training.learning_rate, 0, 1);
  fields.ReadWithin("head_learning_rate", recipe.training.head_learning_rate, 1e-7, 1);
  CLIENTELE_ASSIGN_OR_RETURN(recipe.sources, ParseSources<RerankerSource>(fields, "", ParseSource));
  CheckRecipeHead(fields, kRerankerRecipeKind, recipe);
  RequireField(fields, "encoder", recipe.encoder);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return recipe;
}

absl::StatusOr<std::vector<QuestionAnswer>> RankedPairsOf(const RerankerRecipe& recipe,
                                                          const std::filesystem::path& data) {
  std::vector<QuestionAnswer> all;
  absl::flat_hash_set<std::string> seen;
  for (const RerankerSource& source : recipe.sources) {
    CLIENTELE_ASSIGN_OR_RETURN(
        std::vector<QuestionAnswer> pairs,
        source.squad ? PairsOfSquad(source.place, data) : PairsOfRows(source.place, data));
    if (pairs.empty()) return InvalidField(source.place.file, "has no question with a passage");
    for (QuestionAnswer& pair : pairs) {
      const std::string key = absl::StrCat(pair.question, std::string(1, '\0'), pair.answer);
      if (seen.insert(key).second) all.push_back(std::move(pair));
    }
  }
  return all;
}

}  // namespace clientele::qa
