#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_TRAINING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_TRAINING_H_

// Learns a classifier of texts from labeled ones: intents with what is out of scope, or any other
// labels, such as positive and negative.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const IntentLabels labels, IntentLabels::Create(names, "oos"));
//   CLIENTELE_ASSIGN_OR_RETURN(const TrainedIntents trained,
//                              TrainIntents(encoded, labels, {.tune = tune}));
//
// What is measured, and what probabilities and the threshold are fitted on, are rows that the
// scores did not learn from: margins by cross-validation over all rows, tuned scores on rows that
// tuning was not given. Lengths of the features and the cost of the margins are chosen on a split
// of their own.
//
// Belongs to one thread, and uses more.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/training/intents/intent_model.h"

namespace clientele::qa {

// The classes of rows: the labels in scope by their names, and behind them what is out of scope.
struct IntentLabels {
  std::vector<std::string> names;  // in scope, ascending
  std::string oos_label;           // empty: there is none
  std::vector<int> classes;        // of each row; names.size(): out of scope
  std::size_t oos_rows = 0;

  // `oos_label` may be empty, or a label that no row has. INVALID_ARGUMENT for no rows, an empty
  // label, or fewer than two labels in scope.
  static absl::StatusOr<IntentLabels> Create(absl::Span<const std::string> labels,
                                             absl::string_view oos_label);
};

// Scores of each class in scope by another model that learned from `training` alone: [scored,
// labels] of the rows that `scored` names, in that order. Empty: there is none after all.
using TuneFunction = std::function<absl::StatusOr<std::vector<double>>(
    absl::Span<const std::size_t> training, absl::Span<const std::size_t> scored)>;

struct IntentTrainingOptions {
  std::uint64_t seed = 1;
  int threads = 1;
  int folds = 4;
  // Share of the rows in scope that tuning is not given.
  double tuning_validation_share = 0.1;
  TuneFunction tune = {};  // empty: margins alone
  // Gets a line for people at each stage. May be empty.
  std::function<void(absl::string_view)> progress = {};
};

struct TrainedIntents {
  IntentModel model;
  bool tuned = false;
  // Of rows that were not learned from: accuracy, and with rows out of scope oos_recall,
  // oos_precision, auroc.
  std::map<std::string, double> metrics;
};

absl::StatusOr<TrainedIntents> TrainIntents(const EncodedTexts& texts, const IntentLabels& labels,
                                            const IntentTrainingOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_TRAINING_H_
