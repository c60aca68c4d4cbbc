#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_EVALUATION_PROTOCOL_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_EVALUATION_PROTOCOL_H_

// Which rows of a log train a recommender and which measure it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(Protocol protocol, ParseProtocol("random:0.75"));
//   protocol.seed = 7;
//   CLIENTELE_ASSIGN_OR_RETURN(const auto splits, SplitRows(log, protocol));
//
// Pure functions, thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/frame/split.h"
#include "services/recommend-service/training/interaction_log.h"

namespace clientele::recommend {

enum class ProtocolKind {
  kRandom,     // a share of the rows, of each item or of each customer, trains
  kKFold,      // every row measures once
  kLeaveLast,  // the last row of each customer with two or more measures
  kTemporal,   // the rows from an instant on measure
};

enum class Stratification { kItem, kCustomer };

struct Protocol {
  ProtocolKind kind = ProtocolKind::kRandom;
  double training_share = 0.75;  // kRandom; above 0, below 1
  int folds = 5;                 // kKFold; 2 or more
  std::string begin = {};        // kTemporal: the instant as it was written
  double begin_time = 0;         // kTemporal, in the log's unit; the caller reads `begin`
  Stratification stratification = Stratification::kItem;  // kRandom
  std::uint64_t seed = 1;                                 // kRandom, kKFold
};

// "random:0.75", "kfold:5", "leave-last" or "temporal:2010-11-01"; INVALID_ARGUMENT for another.
absl::StatusOr<Protocol> ParseProtocol(absl::string_view text);

// One split, or as many as folds. Of rows at the same time the later one in the log is the last.
// INVALID_ARGUMENT where nothing is left to train on or to measure.
absl::StatusOr<std::vector<frame::Split>> SplitRows(const InteractionLog& log,
                                                    const Protocol& protocol);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_EVALUATION_PROTOCOL_H_
