#include "tools/clientele-models/evaluate/evaluate_ranking.h"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/training/candidates/candidate_families.h"
#include "services/recommend-service/training/candidates/ranking_experiment.h"
#include "services/recommend-service/training/evaluation_protocol.h"

namespace clientele::models {
namespace {

// `file` keeps the training's rows, then those of the test file whose pairs are new.
frame::Split TestFileSplit(InteractionsFile& file, std::size_t& repeated) {
  absl::flat_hash_set<std::pair<std::int32_t, std::int32_t>> seen;
  std::vector<recommend::InteractionRow> rows;
  frame::Split split;
  for (std::size_t row = 0; row < file.log.rows.size(); ++row) {
    if (!seen.insert({file.log.rows[row].customer, file.log.rows[row].item}).second) {
      ++repeated;
      continue;
    }
    (row < file.file_rows ? split.training : split.validation).push_back(rows.size());
    rows.push_back(file.log.rows[row]);
  }
  file.log.rows = std::move(rows);
  return split;
}

absl::StatusOr<recommend::Protocol> ReadProtocol(const EvaluateRankingOptions& options,
                                                 const InteractionsFile& file) {
  CLIENTELE_ASSIGN_OR_RETURN(
      recommend::Protocol protocol,
      recommend::ParseProtocol(options.columns.test.empty() ? options.protocol : "random:0.75"));
  if (protocol.kind == recommend::ProtocolKind::kKFold) {
    return absl::InvalidArgumentError(
        "rankings are measured by random:SHARE, leave-last or temporal:DATE");
  }
  if (protocol.kind == recommend::ProtocolKind::kTemporal) {
    if (options.columns.time.empty()) {
      return absl::InvalidArgumentError("temporal:DATE needs the column of times: --time COL");
    }
    CLIENTELE_ASSIGN_OR_RETURN(protocol.begin_time, file.times.Instant(protocol.begin));
  }
  if (options.stratify != "item" && options.stratify != "user") {
    return absl::InvalidArgumentError("--stratify must be item or user");
  }
  protocol.stratification = options.stratify == "item" ? recommend::Stratification::kItem
                                                       : recommend::Stratification::kCustomer;
  protocol.seed = options.seed;
  return protocol;
}

std::string SplitName(const EvaluateRankingOptions& options, const recommend::Protocol& protocol) {
  if (!options.columns.test.empty()) return "test file";
  if (protocol.kind != recommend::ProtocolKind::kRandom) return options.protocol;
  return absl::StrCat(options.protocol, ", stratified by ", options.stratify);
}

}  // namespace

absl::Status EvaluateRanking(const EvaluateRankingOptions& options, std::ostream& out) {
  const auto start = std::chrono::steady_clock::now();
  if (options.k < 1) return absl::InvalidArgumentError("--k must be 1 or more");
  if (options.threads < 1) return absl::InvalidArgumentError("--threads must be 1 or more");
  CLIENTELE_RETURN_IF_ERROR(recommend::MakeCandidateFamily(options.algorithm, {}).status());
  CLIENTELE_ASSIGN_OR_RETURN(InteractionsFile file, ReadInteractions(options.columns));
  CLIENTELE_ASSIGN_OR_RETURN(const recommend::Protocol protocol, ReadProtocol(options, file));
  std::size_t repeated = 0;
  frame::Split split;
  if (options.columns.test.empty()) {
    repeated = recommend::KeepFirstOfEachPair(file.log);
    CLIENTELE_ASSIGN_OR_RETURN(auto splits, recommend::SplitRows(file.log, protocol));
    split = std::move(splits.front());
  } else {
    split = TestFileSplit(file, repeated);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const recommend::RankingExperiment experiment,
                             recommend::RunRankingExperiment(file.log, split,
                                                             {.algorithm = options.algorithm,
                                                              .protocol = protocol,
                                                              .k = options.k,
                                                              .threads = options.threads}));
  const recommend::RankingReport& report = experiment.report;
  out << absl::StrFormat("%d rows to train on, %d to measure; %d users measured, %d items\n",
                         experiment.training_rows, experiment.held_out_rows, report.customers,
                         experiment.candidate_items);
  if (!experiment.choice.empty()) out << options.algorithm << ": " << experiment.choice << "\n";
  const std::pair<const char*, double> values[] = {
      {"ndcg", report.ndcg},         {"recall", report.recall},     {"precision", report.precision},
      {"hit_rate", report.hit_rate}, {"coverage", report.coverage}, {"novelty", report.novelty}};
  nlohmann::ordered_json json = {{"task", "ranking"}, {"algorithm", options.algorithm}};
  for (const auto& [name, value] : values) {
    out << absl::StrFormat("%s@%d %.4f\n", name, options.k, value);
    json[absl::StrCat(name, "@", options.k)] = value;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  json["seed"] = options.seed;
  json["split"] = SplitName(options, protocol);
  json["candidates"] = "all items of the training but the user's own";
  json["k"] = options.k;
  json["choice"] = experiment.choice;
  json["users"] = report.customers;
  json["items"] = experiment.candidate_items;
  json["training_rows"] = experiment.training_rows;
  json["test_rows"] = experiment.held_out_rows;
  json["unseen_users"] = experiment.unseen_customers;
  json["unseen_item_rows"] = experiment.unseen_item_rows;
  json["repeated_rows"] = repeated;
  json["rows_without_ids"] = file.rows_without_ids;
  json["seconds"] = seconds.count();
  out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
