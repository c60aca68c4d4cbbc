#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_RECIPE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_RECIPE_H_

// How a text generator is made: what it learns to write, from which texts, and how long. The JSON
// of deploy/models/recipes/clientele-generator.json.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const GeneratorRecipe recipe, ParseGeneratorRecipe(json));
//
// Immutable values; thread-safe.

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "services/qa-service/training/recipes/recipe_head.h"
#include "services/qa-service/training/recipes/text_rows.h"

namespace clientele::qa {

// `kind` of a recipe of this file.
inline constexpr char kGeneratorRecipeKind[] = "grounded-generator";

// What is written, and from which passage.
enum class WritingUse {
  kPairs,      // the answer of a question, from itself: rows of two texts
  kQuestions,  // the sentence that has a question's answer, from sentences around it: SQuAD's JSON
  kSentences,  // a sentence that some of its words ask for, from sentences around it
};

struct WritingSource {
  TextPlace place = {};
  WritingUse use = WritingUse::kPairs;
  // Examples at most, chosen at random; 0: all.
  std::size_t limit = 0;
  int per_text = 1;  // sentences of each text at most, of kSentences
};

struct GeneratorRecipe : RecipeHead {
  std::string description;
  std::size_t vocabulary = 12000;
  // Of a passage: characters, of which a Chinese one counts as three, about four to a token.
  std::size_t passage_size = 700;
  // How many of the passages of kQuestions and kSentences have another one beside them.
  double distraction = 0.25;
  int epochs = 2;
  double learning_rate = 5e-4;
  std::size_t batch_examples = 8;
  double held_out = 0.02;
  std::vector<WritingSource> sources;
};

// INVALID_ARGUMENT names the field that is wrong or not known.
absl::StatusOr<GeneratorRecipe> ParseGeneratorRecipe(const nlohmann::json& json);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATOR_RECIPE_H_
