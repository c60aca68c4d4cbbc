#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TRAIN_TREES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TRAIN_TREES_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/training/tables/labeled_table.h"
#include "common/training/tables/table_bundle.h"
#include "common/training/trees/boosted_trees.h"

namespace clientele::models {

struct TrainTreesOptions {
  training::LabeledTableOptions table = {};
  std::string positive = {};
  // "binary", "classes", "regression" or "counts"; empty: found from the label.
  std::string objective = {};
  // "COLUMN=1" or "COLUMN=-1".
  std::vector<std::string> monotone = {};
  int folds = 5;  // 0: all rounds, without cross-validation
  training::BoostedTreesOptions trees = {};
  training::TableBundleOptions bundle = {};
};

// Cross-validates for the number of trees, trains them on all rows and writes a TABULAR bundle.
// Ends `out` with a JSON line: `bundle`, `objective`, `rounds`, `folds`, `seed`, and what was
// measured out of fold: `auc` and `logloss`; `accuracy`, `majority` (of always saying the most
// frequent class) and `logloss`; `rmse` and `mae`; or `nloglik`, `mae`. INVALID_ARGUMENT for what
// the options, the file or the label say that cannot be followed.
absl::Status TrainTrees(const TrainTreesOptions& options, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TRAIN_TREES_H_
