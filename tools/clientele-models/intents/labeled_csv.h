#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_LABELED_CSV_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_LABELED_CSV_H_

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace clientele::models {

// Texts of a CSV file with their labels, in the file's order. White space around both is removed.
struct LabeledRows {
  std::vector<std::string> texts;
  std::vector<std::string> labels;
  std::size_t skipped = 0;  // rows without a text or without a label
};

// INVALID_ARGUMENT for a file without a column or without a row, or a row that the reader finds
// wrong; the reader's own errors (common/csv/csv_reader.h).
absl::StatusOr<LabeledRows> ReadLabeledRows(const std::filesystem::path& csv,
                                            const std::string& text_column,
                                            const std::string& label_column);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_LABELED_CSV_H_
