#ifndef CLIENTELE_COMMON_TRAINING_TABLES_TABLE_MODEL_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_TABLE_MODEL_H_

// Trains a model that tells two classes of rows apart: each family is cross-validated, and their
// blend is kept, or one of them whose log-loss is lower by more than a standard error (Breiman et
// al., Classification and regression trees, 1984, on the rule). Probabilities are calibrated.
//
//   std::vector<std::unique_ptr<TableFamily>> families;
//   families.push_back(MakeLogisticFamily());
//   families.push_back(MakeTreeFamily(seed, threads));
//   CLIENTELE_ASSIGN_OR_RETURN(const TableModel model,
//                              TrainTableModel(rows, labels, families, {.seed = 7}));
//   CLIENTELE_ASSIGN_OR_RETURN(const auto margins, ModuleMargins(model.module, new_rows));
//
// Weights of the blend and calibration are fitted on margins out of fold (linear_stack.h); where
// they are compared, on other folds than those compared.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/row_matrix.h"
#include "common/training/tables/linear_stack.h"
#include "common/training/tables/table_family.h"

namespace clientele::training {

struct TableModelOptions {
  int folds = 5;
  // Above, one fifth of the rows validates, in place of each fold in turn.
  std::size_t max_folded_rows = 10'000;
  // Of each row: rows with the same number are in the same fold. Empty: each row by itself.
  absl::Span<const std::int64_t> groups = {};
  std::uint64_t seed = 0;
};

// What was measured out of fold.
struct CandidateScore {
  std::string name;  // of the family, or "blend"
  std::string description;
  double auc = 0;
  double logloss = 0;
  double calibration_error = 0;  // expected, over 10 bins of equal width
};

struct TableModel {
  torch::jit::Module module;  // MakeStackedModule's
  std::vector<CandidateScore> candidates;
  std::size_t chosen = 0;
  // Of the families in order, as the module has them.
  LinearStack stack;
};

// INVALID_ARGUMENT for no families, labels but 0 and 1 or of another number, or fewer rows of a
// class than folds; the families' errors.
absl::StatusOr<TableModel> TrainTableModel(
    const frame::RowMatrix& rows, absl::Span<const int> labels,
    const std::vector<std::unique_ptr<TableFamily>>& families, const TableModelOptions& options);

// The folds that families are validated on, of rows with these labels.
absl::StatusOr<std::vector<frame::Split>> ValidationFolds(absl::Span<const int> labels,
                                                          const TableModelOptions& options);

// 1 / (1 + exp(-margin)).
std::vector<double> ProbabilitiesOf(const std::vector<double>& margins);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_TABLE_MODEL_H_
