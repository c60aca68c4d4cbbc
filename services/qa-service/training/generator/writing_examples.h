#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_WRITING_EXAMPLES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_WRITING_EXAMPLES_H_

// What a generator learns to write, made of a recipe's texts. Every answer stands in its passage:
// the generator learns to find it and to say it, not to know it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const WritingExamples made, MakeWritingExamples(recipe, "../data"));
//
// The same recipe and files give the same examples, in the same order.

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/training/generator/generation_example.h"
#include "services/qa-service/training/generator/generator_recipe.h"

namespace clientele::qa {

struct WritingExamples {
  std::vector<GenerationExample> examples;
  std::vector<std::string> report;  // one line a source: how many examples it gave
};

// NOT_FOUND or INVALID_ARGUMENT names the file and what is wrong with it, such as no text that can
// be learned from.
absl::StatusOr<WritingExamples> MakeWritingExamples(const GeneratorRecipe& recipe,
                                                    const std::filesystem::path& data);

// Characters, of which a Chinese one counts as three: about four to a token of either.
std::size_t WrittenSize(absl::string_view text);

// Some of the words of a sentence, as somebody might search for it: a quarter to a half, two at
// least, in random order. Empty for a sentence of fewer than three words.
std::string SearchFor(absl::string_view sentence, std::mt19937_64& random);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_WRITING_EXAMPLES_H_
