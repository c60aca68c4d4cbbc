#include "tools/clientele-models/encoder/evaluate_retrieval.h"

#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/encoder/progress_log.h"

namespace clientele::models {
namespace {

void AddMetrics(const std::string& prefix, const qa::RetrievalMetrics& metrics,
                nlohmann::ordered_json& json) {
  json[prefix + "right_first"] = metrics.right_first;
  json[prefix + "right_in_5"] = metrics.right_in_5;
  json[prefix + "mrr"] = metrics.mrr;
}

}  // namespace

absl::Status EvaluateRetrievalCommand(const EvaluateRetrievalOptions& options, std::ostream& out,
                                      std::ostream& log) {
  const double chosen = options.lexical_weight.value_or(0);
  if (!(chosen >= 0 && chosen <= 1)) {
    return InvalidField("lexical_weight", "must be from 0 to 1");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto passages,
                             ReadPassages(options.passages, options.passage_columns));
  CLIENTELE_ASSIGN_OR_RETURN(const auto queries,
                             ReadQueries(options.queries, options.query_columns));
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, qa::EncoderBundle::Open(options.bundle));
  qa::RetrievalEvaluationOptions evaluation = {.search = {}, .progress = ProgressLog(log)};
  double& weight = evaluation.search.fusion.lexical_weight;
  weight = options.lexical_weight.value_or(encoder->lexical_weight().value_or(weight));
  CLIENTELE_ASSIGN_OR_RETURN(const qa::RetrievalReport report,
                             qa::EvaluateRetrieval(*encoder, passages, queries, evaluation));
  nlohmann::ordered_json json = {{"queries", queries.size()}, {"passages", passages.size()}};
  AddMetrics("", report.fused, json);
  AddMetrics("dense_", report.dense, json);
  AddMetrics("bm25_", report.bm25, json);
  out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
