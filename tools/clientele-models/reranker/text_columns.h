#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TEXT_COLUMNS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TEXT_COLUMNS_H_

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace clientele::models {

// Two columns of a CSV file, such as questions and answers, in the file's order and without white
// space at their ends.
struct TextColumns {
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::size_t skipped = 0;  // rows that lack either
};

// Each column is the first of the names that the file has. INVALID_ARGUMENT for a file without one
// of them or without a row that has both; the reader's own errors (common/csv/csv_reader.h). All
// name the file.
absl::StatusOr<TextColumns> ReadTextColumns(const std::filesystem::path& csv,
                                            const std::vector<std::string>& first_names,
                                            const std::vector<std::string>& second_names);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TEXT_COLUMNS_H_
