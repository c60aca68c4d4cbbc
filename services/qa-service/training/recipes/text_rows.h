#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_TEXT_ROWS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_TEXT_ROWS_H_

// Texts that a recipe names, one or two to a row, from CSV, JSON or lines of text.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const std::vector<TextRow> rows,
//       ReadTextRows({.file = "reviews.csv", .columns = {"text"}}, /*two=*/false, "../data"));
//
// Pure but for the files; thread-safe.

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "services/qa-service/training/recipes/recipe_fields.h"

namespace clientele::qa {

struct TextPlace {
  std::string file = {};  // within the data folder
  // One of the three: columns of a CSV file; places in a JSON file, such as
  // "data[].paragraphs[].context" or "train[][0]"; or what stands between the fields of a text
  // file's lines, of which `field` is taken. Rows of two texts have two columns or places, or two
  // lines after one another.
  std::vector<std::string> columns = {};
  std::vector<std::string> places = {};
  std::string separator = {};
  std::size_t field = 0;
  std::string license = {};  // for people
};

// The second is empty where a place gives single texts.
using TextRow = std::pair<std::string, std::string>;

// The fields of a place. `fields` keeps what is wrong with them.
void ReadTextPlace(RecipeFields& fields, TextPlace& place);
void CheckTextPlace(RecipeFields& fields, const TextPlace& place, bool two);

// In the order of the file, as they stand there; rows that are no CSV are left out. NOT_FOUND or
// INVALID_ARGUMENT names the file and what is wrong with it.
absl::StatusOr<std::vector<TextRow>> ReadTextRows(const TextPlace& place, bool two,
                                                  const std::filesystem::path& data);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_TEXT_ROWS_H_
