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

// profile-service; label outcome: seen, or failed (a model did again and again, and it was given
// up).
inline constexpr MetricName kPictures{"clientele_profile_pictures",
                                      "Pictures that models have done with, since the start."};
// Label outcome: kept, known (was there already), full (did not fit), too_large, or deleted (of a
// customer who was deleted).
inline constexpr MetricName kQuarantined{
    "clientele_profile_quarantined_events",
    "Rejected events that were to be kept in quarantine, since the start, by outcome."};

// Label reason: robot, or rate (more at once than a person can do).
inline constexpr MetricName kLeftOut{
    "clientele_profile_left_out_events",
    "Events that were stored but count in no feature, since the start, by reason."};

// common/inference; what all models of a process compute on.
inline constexpr MetricName kModelCores{"clientele_model_cores", "Cores that models share."};
inline constexpr MetricName kModelCoresBusy{"clientele_model_cores_busy",
                                            "Of these, cores that models compute on."};
inline constexpr MetricName kModelCalls{"clientele_model_calls",
                                        "Calls of models since the start."};
inline constexpr MetricName kModelCallsWaiting{"clientele_model_calls_waiting",
                                               "Calls of models that wait for cores."};
inline constexpr MetricName kModelCoreWaitSeconds{
    "clientele_model_core_wait_seconds",
    "Time that calls of models waited for cores, together, since the start."};

// common/inference/generation; label model, and outcome: finished, expired (at its
// deadline), cancelled, failed (the model did), refused (the queue was full); kind: prompt or
// generated; method: prefill or step; state: allocated, or reserved (what the running
// requests may come to need).
inline constexpr MetricName kGenerationRequests{
    "clientele_generation_requests", "Requests to generate text since the start, by outcome."};
inline constexpr MetricName kGenerationTokens{"clientele_generation_tokens",
                                              "Tokens since the start, of prompts and generated."};
inline constexpr MetricName kGenerationCalls{"clientele_generation_calls",
                                             "Calls of the model since the start, by method."};
inline constexpr MetricName kGenerationSteppedRows{
    "clientele_generation_stepped_rows",
    "Rows of all steps since the start: over the steps, how many generate together."};
inline constexpr MetricName kGenerationWaiting{"clientele_generation_waiting",
                                               "Requests that wait for rows or cache."};
inline constexpr MetricName kGenerationRunning{"clientele_generation_running",
                                               "Requests that generate."};
inline constexpr MetricName kGenerationActiveRows{
    "clientele_generation_active_rows", "Rows that generate; a request with beams has several."};
inline constexpr MetricName kGenerationCacheBytes{"clientele_generation_cache_bytes",
                                                  "Keys and values of all rows, by state."};

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
inline constexpr MetricName kQaIndexFailures{
    "clientele_qa_index_failures", "Times that the model failed on an article, since start."};
inline constexpr MetricName kQaIndexSetAside{
    "clientele_qa_index_set_aside_articles",
    "Articles found by words alone until the model is tried on them again."};
inline constexpr MetricName kQaQuestionsDropped{
    "clientele_qa_questions_dropped", "Customers' questions that could not be kept, since start."};
inline constexpr MetricName kQaAnswers{"clientele_qa_answers_total",
                                       "Questions by state: answered, abstained or handed_over."};
// Label verdict: helpful, wrong or unsafe.
inline constexpr MetricName kQaFeedback{"clientele_qa_feedback_total",
                                        "What people said of answers, by verdict."};
// Labels step (understand, rerank or read) and reason (UNAVAILABLE, BUSY, DEADLINE or FAILED).
inline constexpr MetricName kQaSkippedSteps{
    "clientele_qa_skipped_steps_total",
    "Steps of answering that were left out because their model was not there or too slow."};
// Label what: handover or conversation.
inline constexpr MetricName kQaLost{
    "clientele_qa_lost_total",
    "Hand-overs, and turns of conversations, that could not be read or kept."};

// recommend-service. Labels model, and feature: those of core/drift and of the ranker.
inline constexpr MetricName kFeatureStability{
    "clientele_feature_population_stability_index",
    "How far a feature has moved from what the serving model was trained on: below 0.1 hardly, "
    "from "
    "0.1 to 0.25 noticeably, above 0.25 so far that the model should be trained again; NaN until "
    "enough was seen."};
inline constexpr MetricName kFeatureStabilityRows{"clientele_feature_population_stability_rows",
                                                  "Rows behind the latest indices of a model."};
// Label outcome: stored, unknown_customer, withheld or failed.
inline constexpr MetricName kRecordedPredictions{
    "clientele_recorded_predictions_total",
    "Recommendations that were to be recorded for replays, by what became of them."};

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRIC_NAMES_H_
