#ifndef CLIENTELE_COMMON_TRAINING_TABLES_FIELD_NETWORK_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_FIELD_NETWORK_H_

// Trains field_network_module.h: several members that differ by their seed and by the rows that
// their early stopping looks at; their margins are averaged.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<torch::jit::Module> members,
//                              TrainFieldNetworks(rows, labels, {.members = 4, .seed = 7}));
//   const std::vector<double> margins = MeanMargins(members, rows);
//
// Adam (Kingma, Ba, 2015) with decoupled weight decay (Loshchilov, Hutter, 2019) on
// common/training/loop.h. One training at a time in a process, as RandomSource says.

#include <cstdint>
#include <functional>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/field_codes.h"
#include "common/frame/row_matrix.h"
#include "common/training/tables/field_network_module.h"

namespace clientele::training {

struct FieldNetworkOptions {
  FieldNetworkShape shape = {};
  frame::FieldCodesOptions codes = {};
  int members = 4;
  double learning_rate = 2e-3;
  double weight_decay = 1e-5;
  // 0: chosen by the number of rows, 128 to 1024.
  int batch_size = 0;
  int epochs = 30;
  int patience = 4;
  double validation_share = 0.1;
  std::uint64_t seed = 0;
  // After each step of any member; may be empty. An error ends the training.
  std::function<absl::Status()> progress = {};
};

// INVALID_ARGUMENT for fewer than 20 rows, labels but 0 and 1, or of one class alone; the loop's
// errors.
absl::StatusOr<std::vector<torch::jit::Module>> TrainFieldNetworks(
    const frame::RowMatrix& rows, absl::Span<const int> labels, const FieldNetworkOptions& options);

// The margins that a module's `score` gives, [rows, 1]. INTERNAL where it fails.
absl::StatusOr<std::vector<double>> ModuleMargins(torch::jit::Module module,
                                                  const frame::RowMatrix& rows);
// Their mean over the modules.
absl::StatusOr<std::vector<double>> MeanMargins(const std::vector<torch::jit::Module>& modules,
                                                const frame::RowMatrix& rows);

// The median of each number and the most frequent index of each category: a row that is like many.
std::vector<double> ReferenceRow(const frame::RowMatrix& rows);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_FIELD_NETWORK_H_
