#ifndef CLIENTELE_COMMON_TRAINING_TABLES_TABLE_FAMILY_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_TABLE_FAMILY_H_

// A kind of model that tells two classes of rows apart, as what chooses between kinds sees it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins,
//                              family.CrossValidate(rows, labels, folds));   // chooses settings
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<torch::jit::Module> parts,
//                              family.Fit(rows, labels));                    // on all rows
//
// A part has the methods `score` and `contributions` of a TABULAR bundle, in float64; the family's
// margin is the mean of its parts'. Belongs to one thread.

#include <memory>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/row_matrix.h"
#include "common/frame/split.h"
#include "common/training/tables/field_network.h"

namespace clientele::training {

class TableFamily {
 public:
  virtual ~TableFamily() = default;

  virtual std::string name() const = 0;
  // The settings that were chosen, for people.
  virtual std::string Describe() const = 0;

  // Margins of the folds' validation rows by models of the folds' training rows, [rows]; rows that
  // no fold validates are 0. Keeps the settings of least log-loss for Fit.
  virtual absl::StatusOr<std::vector<double>> CrossValidate(
      const frame::RowMatrix& rows, absl::Span<const int> labels,
      const std::vector<frame::Split>& folds) = 0;

  // Without CrossValidate before it: with the family's default settings.
  virtual absl::StatusOr<std::vector<torch::jit::Module>> Fit(const frame::RowMatrix& rows,
                                                              absl::Span<const int> labels) = 0;
};

// Logistic regression over bins and categories; number of bins and penalty are chosen.
std::unique_ptr<TableFamily> MakeLogisticFamily();
// DeepFM, or wide and deep without its factorization; stops each member early.
std::unique_ptr<TableFamily> MakeNetworkFamily(const FieldNetworkOptions& options);
// XGBoost's trees; their depth and number are chosen.
std::unique_ptr<TableFamily> MakeTreeFamily(std::uint64_t seed, int threads);

// Of the rows that are validated.
double MeanLogLoss(const std::vector<double>& margins, absl::Span<const int> labels,
                   const std::vector<frame::Split>& folds);

std::vector<int> SelectRows(absl::Span<const int> labels, const std::vector<std::size_t>& rows);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_TABLE_FAMILY_H_
