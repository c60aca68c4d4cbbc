#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_SCORE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_SCORE_H_

#include <filesystem>
#include <ostream>

#include "absl/status/status.h"

namespace clientele::models {

struct ScoreOptions {
  std::filesystem::path bundle;  // of task TABULAR, signed or not
  std::filesystem::path csv;     // a header that names the model's features, in any order
  bool margins = false;
  bool contributions = false;
};

// Writes a CSV with a row for each of the file's: `prediction`, then `margin` and
// `contribution_<feature>`..., `contribution_bias` where they are asked for; of several classes
// `prediction_0`..., `margin_0`..., `contribution_class0_<feature>`..., class after class. Numbers
// are the shortest that read as the same float64.
//
// An empty cell is a missing value, as are NA, NULL and the like; a category that the training did
// not have is unknown to the model. INVALID_ARGUMENT names the features that the header lacks, or
// the line and column of what is no number; the rows before it were written.
absl::Status Score(const ScoreOptions& options, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_SCORE_H_
