#ifndef CLIENTELE_COMMON_TELEMETRY_METRIC_NAMES_H_
#define CLIENTELE_COMMON_TELEMETRY_METRIC_NAMES_H_

// Every metric of the suite. Units stand in the name: seconds, bytes; counters end
// in _total.

#include "common/telemetry/metrics.h"

namespace clientele::telemetry {

// common/rpc; labels service, method and, for requests, code.
inline constexpr MetricName kRpcRequests{"clientele_rpc_requests_total",
                                         "Calls that ended, by service, method and code."};
inline constexpr MetricName kRpcLatency{
    "clientele_rpc_latency_seconds", "From a call's arrival to its answer, by service and method."};
inline constexpr MetricName kRpcInFlight{"clientele_rpc_in_flight",
                                         "Calls that have started and not ended."};
inline constexpr MetricName kRpcMalformed{
    "clientele_rpc_malformed_requests_total",
    "Requests refused because their bytes are no valid message."};
// Label executor: unary or stream.
inline constexpr MetricName kExecutorQueued{"clientele_executor_queued",
                                            "Tasks that wait for a worker."};
inline constexpr MetricName kExecutorRunning{"clientele_executor_running", "Tasks that run."};
inline constexpr MetricName kServing{"clientele_serving", "1 while health says SERVING, else 0."};

// common/inference; labels model and outcome: computed, expired (no time was left),
// cancelled, refused (the queue was full).
inline constexpr MetricName kModelRows{
    "clientele_model_rows", "Rows given to a model's queue since the start, by outcome."};

// common/postgres; label statement.
inline constexpr MetricName kDatabaseStatementSeconds{
    "clientele_database_statement_seconds", "Time of each database statement, by its name."};

// common/changefeed, of a follower.
inline constexpr MetricName kChangeFeedLagSeconds{
    "clientele_changefeed_lag_seconds", "Age of the newest change applied; 0 when nothing waits."};
inline constexpr MetricName kChangeFeedApplied{"clientele_changefeed_applied_changes",
                                               "Changes applied since the start."};

// qa-service.
inline constexpr MetricName kQaIndexArticles{"clientele_qa_index_articles",
                                             "Articles that this replica can cite."};
inline constexpr MetricName kQaIndexPending{"clientele_qa_index_pending_articles",
                                            "Articles that wait to be taken into the index."};
inline constexpr MetricName kQaQuestionsDropped{
    "clientele_qa_questions_dropped", "Customers' questions that could not be kept, since start."};
inline constexpr MetricName kQaAnswers{"clientele_qa_answers_total",
                                       "Questions by state: answered or abstained."};

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRIC_NAMES_H_
