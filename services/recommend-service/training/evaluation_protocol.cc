#include "services/recommend-service/training/evaluation_protocol.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

absl::Status UnknownProtocol(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "the protocol '", text,
      "' is none of random:SHARE (of the training, above 0 and below 1), kfold:N (2 or more), "
      "leave-last and temporal:DATE"));
}

frame::Split LeaveLast(const InteractionLog& log) {
  std::vector<std::size_t> rows_of(log.customers.size(), 0), last(log.customers.size(), 0);
  for (std::size_t row = 0; row < log.rows.size(); ++row) {
    const auto customer = static_cast<std::size_t>(log.rows[row].customer);
    if (rows_of[customer]++ == 0 || log.rows[row].time >= log.rows[last[customer]].time) {
      last[customer] = row;
    }
  }
  frame::Split split;
  for (std::size_t row = 0; row < log.rows.size(); ++row) {
    const auto customer = static_cast<std::size_t>(log.rows[row].customer);
    const bool measures = rows_of[customer] > 1 && last[customer] == row;
    (measures ? split.validation : split.training).push_back(row);
  }
  return split;
}

frame::Split From(const InteractionLog& log, double begin) {
  frame::Split split;
  for (std::size_t row = 0; row < log.rows.size(); ++row) {
    (log.rows[row].time >= begin ? split.validation : split.training).push_back(row);
  }
  return split;
}

}  // namespace

absl::StatusOr<Protocol> ParseProtocol(absl::string_view text) {
  Protocol protocol;
  absl::string_view value = text;
  if (absl::ConsumePrefix(&value, "random:")) {
    protocol.kind = ProtocolKind::kRandom;
    if (absl::SimpleAtod(value, &protocol.training_share) && protocol.training_share > 0 &&
        protocol.training_share < 1) {
      return protocol;
    }
  } else if (absl::ConsumePrefix(&value, "kfold:")) {
    protocol.kind = ProtocolKind::kKFold;
    if (absl::SimpleAtoi(value, &protocol.folds) && protocol.folds >= 2) return protocol;
  } else if (absl::ConsumePrefix(&value, "temporal:")) {
    protocol.kind = ProtocolKind::kTemporal;
    protocol.begin = std::string(value);
    if (!value.empty()) return protocol;
  } else if (value == "leave-last") {
    protocol.kind = ProtocolKind::kLeaveLast;
    return protocol;
  }
  return UnknownProtocol(text);
}

absl::StatusOr<std::vector<frame::Split>> SplitRows(const InteractionLog& log,
                                                    const Protocol& protocol) {
  std::vector<frame::Split> splits;
  switch (protocol.kind) {
    case ProtocolKind::kKFold: {
      CLIENTELE_ASSIGN_OR_RETURN(splits,
                                 frame::KFold(log.rows.size(), protocol.folds, protocol.seed));
      break;
    }
    case ProtocolKind::kRandom: {
      std::vector<std::int64_t> strata;
      strata.reserve(log.rows.size());
      for (const InteractionRow& row : log.rows) {
        strata.push_back(protocol.stratification == Stratification::kItem ? row.item
                                                                          : row.customer);
      }
      CLIENTELE_ASSIGN_OR_RETURN(
          frame::Split split,
          frame::TrainValidationSplit(log.rows.size(), 1 - protocol.training_share, protocol.seed,
                                      strata));
      splits.push_back(std::move(split));
      break;
    }
    case ProtocolKind::kLeaveLast:
      splits.push_back(LeaveLast(log));
      break;
    case ProtocolKind::kTemporal:
      splits.push_back(From(log, protocol.begin_time));
      break;
  }
  for (const frame::Split& split : splits) {
    if (split.training.empty() || split.validation.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "of ", log.rows.size(), " rows the protocol leaves ", split.training.size(),
          " to train on and ", split.validation.size(), " to measure: there must be some of both"));
    }
  }
  return splits;
}

}  // namespace clientele::recommend
