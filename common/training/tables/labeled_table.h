#ifndef CLIENTELE_COMMON_TRAINING_TABLES_LABELED_TABLE_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_LABELED_TABLE_H_

// A CSV file of examples: the columns to learn from, and what is to be told from them.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const LabeledTable table,
//       ReadLabeledTable({.csv = "churn.csv", .label = "Churn", .ignored = {"customerID"}}));
//   CLIENTELE_ASSIGN_OR_RETURN(const BinaryLabels labels, ToBinaryLabels(table, "Yes"));
//
// Values; functions are thread-safe.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/frame/frame.h"

namespace clientele::training {

struct LabeledTableOptions {
  std::filesystem::path csv = {};
  std::string label = {};
  // Columns that are not learned from, such as ids.
  std::vector<std::string> ignored = {};
  // The columns to learn from, of which type; both empty: all others, their types found.
  std::vector<std::string> categorical = {};
  std::vector<std::string> numeric = {};
  // Leave out columns without a value, or with one alone; where the columns are given by a model,
  // all are read.
  bool drop_constant = true;
};

struct LabeledTable {
  frame::Frame frame;
  std::vector<std::string> columns;  // to learn from, in the order of the file
  std::vector<std::string> labels;   // of each row
  // For people: what was found out or left out.
  std::vector<std::string> notes;
};

// Rows whose label is missing are left out and counted in the notes. INVALID_ARGUMENT for columns
// that the file lacks, a column of two roles, no rows, or no columns to learn from; the errors of
// frame::ReadFrame, after the file's name.
absl::StatusOr<LabeledTable> ReadLabeledTable(const LabeledTableOptions& options);

struct BinaryLabels {
  std::vector<int> values;  // 1: positive
  std::string positive;
  std::string negative;  // empty where the file has several
};

// Rows with the label `positive` against all others. Empty: there must be two labels, and the
// positive one is "1", "true", "yes", "y" or "t" in any case, else the rarer one.
// INVALID_ARGUMENT that lists the labels where `positive` is none of them, where there is one
// alone, or more than two without `positive`.
absl::StatusOr<BinaryLabels> ToBinaryLabels(const std::vector<std::string>& labels,
                                            absl::string_view positive);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_LABELED_TABLE_H_
