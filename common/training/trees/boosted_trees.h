#ifndef CLIENTELE_COMMON_TRAINING_TREES_BOOSTED_TREES_H_
#define CLIENTELE_COMMON_TRAINING_TREES_BOOSTED_TREES_H_

// Gradient-boosted trees, trained by XGBoost (Chen, Guestrin, XGBoost: a scalable tree boosting
// system, KDD 2016), in the layout that common/modeling/trees serves. The one place that includes
// the library.
//
//   BoostedTreesOptions options{.objective = TreeObjective::kBinary};
//   CLIENTELE_ASSIGN_OR_RETURN(const CrossValidation cv,
//                              CrossValidate(rows, labels, folds, options));
//   options.rounds = cv.rounds;
//   CLIENTELE_ASSIGN_OR_RETURN(const BoostedTrees trees, TrainBoostedTrees(rows, labels, options));
//   torch::jit::Module module = modeling::MakeTreeModule(trees.ensemble);
//
// The same rows, options (the number of threads among them) and seed give the same trees. Functions
// are thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/row_matrix.h"
#include "common/frame/split.h"
#include "common/modeling/trees/tree_ensemble.h"

namespace clientele::training {

enum class TreeObjective {
  kBinary,         // labels 0 and 1; margins are log-odds
  kClasses,        // labels from 0 to classes - 1; a margin for each
  kRegression,     // squared error
  kAbsoluteError,  // margins are medians
  kCounts,         // labels 0 and up; Poisson, margins are logarithms
};

struct BoostedTreesOptions {
  TreeObjective objective = TreeObjective::kBinary;
  int classes = 2;  // of kClasses, 2 or more
  // Trees (of kClasses, of each class); with early stopping, at most.
  int rounds = 200;
  // Rounds without a better loss on the validation after which it stops.
  int patience = 50;
  double learning_rate = 0.05;
  int max_depth = 6;  // splits on a path, 1 to 16
  double min_child_weight = 1;
  double row_share = 0.8;    // of each tree's rows
  double field_share = 0.8;  // of the fields that a split chooses from
  double l2 = 1;
  int max_bins = 256;  // of a number
  // For each field 1 (the margin never falls as it grows), -1 (never rises) or 0; empty: all 0. A
  // category's must be 0.
  std::vector<int> monotone = {};
  std::uint64_t seed = 0;
  int threads = 1;
};

struct BoostedTrees {
  modeling::TreeEnsemble ensemble = {};
  std::string json = {};  // as XGBoost saves it
  int rounds = 0;
};

// Called after each round, with the number done; its error ends the training.
using RoundObserver = absl::FunctionRef<absl::Status(int)>;

// All options.rounds trees. INVALID_ARGUMENT for no rows, labels that the objective does not take,
// labels that are all the same, an infinite number, or options out of range; INTERNAL with
// XGBoost's message where it fails.
absl::StatusOr<BoostedTrees> TrainBoostedTrees(const frame::RowMatrix& rows,
                                               absl::Span<const double> labels,
                                               const BoostedTreesOptions& options);
absl::StatusOr<BoostedTrees> TrainBoostedTrees(const frame::RowMatrix& rows,
                                               absl::Span<const double> labels,
                                               const BoostedTreesOptions& options,
                                               RoundObserver observer);

struct CrossValidation {
  // With the least mean loss over the folds: one number for all of them, so that no fold's
  // predictions chose its own.
  int rounds = 0;
  double loss = 0;  // then; log-loss, squared error or the Poisson deviance's likelihood
  // Of each row, from the fold that it was not trained in, after `rounds`: row-major [rows,
  // groups].
  std::vector<double> margins = {};
  int groups = 1;
};

// Trains each fold beside the others round by round until the mean validation loss has not been
// better for options.patience rounds. The same errors.
absl::StatusOr<CrossValidation> CrossValidate(const frame::RowMatrix& rows,
                                              absl::Span<const double> labels,
                                              const std::vector<frame::Split>& folds,
                                              const BoostedTreesOptions& options);

// Float64 margins of rows, [rows, groups], by the kernel that serves them.
std::vector<double> MarginsOf(const modeling::TreeEnsemble& ensemble, const frame::RowMatrix& rows);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TREES_BOOSTED_TREES_H_
