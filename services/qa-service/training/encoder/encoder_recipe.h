#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_RECIPE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_RECIPE_H_

// How a text encoder is made: its sizes, the texts it learns from, and how long it learns. The JSON
// of deploy/models/recipes/clientele-encoder.json.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const EncoderRecipe recipe, ParseEncoderRecipe(json));
//
// Immutable values; thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "services/qa-service/training/recipes/recipe_head.h"
#include "services/qa-service/training/recipes/text_rows.h"

namespace clientele::qa {

// `kind` of a recipe of this file.
inline constexpr char kEncoderRecipeKind[] = "distilled-encoder";

// What is learned from a source.
enum class TextUse {
  kTexts,         // the teacher's vector of each text
  kTranslations,  // the teacher's vector of the first text, for it and for the second
  kPairs,         // that the two texts of a row belong together
  kHalves,        // that the two halves of a text belong together
  kOpenings,      // that a text's first sentence and what follows it belong together
};

// What becomes of a text of several sentences.
enum class TextCut { kWhole, kSentences, kBoth };

// Pairs and translations have two texts to a row.
struct TextSource {
  TextPlace place = {};
  TextUse use = TextUse::kTexts;
  TextCut cut = TextCut::kWhole;
  // Texts at most, chosen at random; 0: all. Equal ones count once.
  std::size_t limit = 0;
  // How often an epoch goes over them.
  int repeat = 1;
};

struct EncoderSizes {
  std::int64_t layers = 4;
  std::int64_t width = 256;
  std::int64_t heads = 4;
  std::int64_t inner = 1024;
  std::int64_t max_tokens = 512;
  std::size_t vocabulary = 16000;
};

struct EncoderSchedule {
  int epochs = 4;
  std::size_t batch_tokens = 2048;
  // Of texts that belong together: the more of them, the more wrong choices each has.
  std::size_t related_batch_tokens = 4096;
  // Of a text in training: longer ones are cut, because they are few and slow.
  std::int64_t text_tokens = 96;
  double learning_rate = 1e-3;
  double warm_up = 0.05;  // share of the steps
  // Vectors of the teacher that each text is compared with, beside those of its own batch.
  std::size_t bank = 512;
  double temperature = 0.05;
  double related_weight = 0.5;  // of pairs, halves and openings, beside the teacher's vectors
  double held_out = 0.01;       // share of the texts, to measure with
  int checkpoint_every = 200;
};

struct EncoderStage {
  EncoderSchedule schedule = {};
  std::vector<TextSource> sources = {};
};

struct EncoderRecipe : RecipeHead {
  std::string description;
  // Folder of the teacher's checkpoint within the data folder, or beside it.
  std::string teacher;
  // Folder of a bundle that training goes on from, relative to the recipe; empty: a new one.
  std::string start;
  // Fitted to the finished encoder: the bundle's setting of that name. Below 0: none.
  double lexical_weight = -1;
  EncoderSizes sizes;
  // One after the other. The vocabulary is of the first one's texts.
  std::vector<EncoderStage> stages;
};

// INVALID_ARGUMENT names the field that is wrong or not known.
absl::StatusOr<EncoderRecipe> ParseEncoderRecipe(const nlohmann::json& json);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_RECIPE_H_
