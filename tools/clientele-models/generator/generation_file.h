#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_GENERATION_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_GENERATION_FILE_H_

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/qa-service/training/generator/generation_example.h"

namespace clientele::models {

struct GenerationColumns {
  std::string question = "question";
  std::string answer = "answer";
  // What the answer is to be written from; empty: the column "passage", or the answers themselves
  // where there is none (pairs whose answers are what is known).
  std::string passage = {};
};

struct GenerationRows {
  std::vector<qa::GenerationExample> examples;
  std::size_t skipped = 0;  // rows that lack a question, a passage or an answer
};

// Rows of a CSV file. INVALID_ARGUMENT for a file without a column or without a whole row; the
// reader's own errors (common/csv/csv_reader.h). All name the file.
absl::StatusOr<GenerationRows> ReadGenerationRows(const std::filesystem::path& csv,
                                                  const GenerationColumns& columns);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_GENERATION_FILE_H_
