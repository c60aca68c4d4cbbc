#include "services/recommend-service/store/experiments/pg_experiment_store.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/store/experiments/experiment_codec.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kInsertExperiment{
    "recommend.insert_experiment",
    "INSERT INTO recommend.experiments (experiment_id, definition, create_time) "
    "VALUES ($1, $2, $3) ON CONFLICT (experiment_id) DO NOTHING"};
constexpr Statement kGetExperiment{
    "recommend.get_experiment",
    "SELECT definition, stop_time FROM recommend.experiments WHERE experiment_id = $1"};
constexpr Statement kLockExperiment{
    "recommend.lock_experiment",
    "SELECT definition, stop_time FROM recommend.experiments WHERE experiment_id = $1 FOR UPDATE"};
constexpr Statement kListExperiments{
    "recommend.list_experiments",
    "SELECT definition, stop_time FROM recommend.experiments WHERE experiment_id > $1 "
    "ORDER BY experiment_id LIMIT $2"};
constexpr Statement kStopExperiment{
    "recommend.update_experiment_stop",
    "UPDATE recommend.experiments SET stop_time = $2 WHERE experiment_id = $1"};
// A deletion of one of them waits until the feedback is stored, and then takes it along.
constexpr Statement kHoldKnownCustomers{
    "recommend.lock_known_customers",
    "SELECT customer_id FROM recommend.known_customers WHERE customer_id = ANY ($1::text[]) "
    "ORDER BY customer_id FOR KEY SHARE"};
// In the order of keys, as every batch, so that none waits for another one in a circle.
constexpr Statement kInsertFeedback{
    "recommend.insert_feedback",
    "INSERT INTO recommend.feedback (customer_id, feedback_id, item_id, type, feedback_time, "
    "  experiment_id, variant_id, create_time) "
    "SELECT customer_id, feedback_id, item_id, type, feedback_time, experiment_id, variant_id, "
    "  $8::timestamptz "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::timestamptz[], "
    "  $6::text[], $7::text[]) WITH ORDINALITY AS t (customer_id, feedback_id, item_id, type, "
    "  feedback_time, experiment_id, variant_id, position) "
    "ORDER BY customer_id COLLATE \"C\", feedback_id COLLATE \"C\", position "
    "ON CONFLICT (customer_id, feedback_id) DO NOTHING"};
constexpr Statement kCountConversions{
    "recommend.count_conversions",
    "WITH exposed AS (SELECT customer_id, min(variant_id) AS variant_id, "
    "    min(feedback_time) AS first_time FROM recommend.feedback "
    "  WHERE experiment_id = $1 AND experiment_id <> '' AND type = 1 GROUP BY customer_id) "
    "SELECT e.variant_id, count(*), count(*) FILTER (WHERE EXISTS ("
    "  SELECT 1 FROM recommend.feedback c WHERE c.experiment_id = $1 AND c.experiment_id <> '' "
    "  AND c.customer_id = e.customer_id AND c.type = $2 AND c.feedback_time >= e.first_time "
    "  AND c.feedback_time < e.first_time + $3 * interval '24 hours') "
    "OR ($4::boolean AND EXISTS ("
    "  SELECT 1 FROM recommend.feedback s JOIN recommend.interactions i "
    "    ON i.item_id = s.item_id AND i.customer_id = s.customer_id AND i.type = 3 "
    "  WHERE s.experiment_id = $1 AND s.experiment_id <> '' "
    "  AND s.customer_id = e.customer_id AND s.type = 1 AND i.event_time >= s.feedback_time "
    "  AND i.event_time < e.first_time + $3 * interval '24 hours' "
    "  AND i.event_time < $5::timestamptz))) "
    "FROM exposed e GROUP BY e.variant_id"};
constexpr Statement kPruneFeedback{
    "recommend.prune_feedback",
    "DELETE FROM recommend.feedback WHERE ctid = ANY (ARRAY(SELECT ctid FROM recommend.feedback "
    "WHERE create_time < $1 LIMIT $2))"};

std::string ExperimentName(absl::string_view id) { return absl::StrCat("experiments/", id); }

// Without the microseconds' fractions, which PostgreSQL does not keep.
absl::Time InMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

absl::StatusOr<Experiment> ToExperiment(const Row& row) {
  CLIENTELE_ASSIGN_OR_RETURN(Experiment experiment, DecodeExperiment(row.TextView(0)));
  experiment.stop_time = row.OptionalTime(1);
  return experiment;
}

absl::StatusOr<Experiment> ReadExperiment(Transaction& t, const Statement& statement,
                                          absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statement, {id}));
  if (rows.empty()) return NotFound(ExperimentName(id));
  return ToExperiment(rows[0]);
}

// Of the customer whom all of it is about; empty for several.
std::string SubjectOf(const std::vector<Feedback>& feedback) {
  const std::string& first = feedback.front().customer_id;
  const bool is_of_one = std::all_of(feedback.begin(), feedback.end(),
                                     [&](const Feedback& one) { return one.customer_id == first; });
  return is_of_one ? first : "";
}

absl::StatusOr<absl::flat_hash_set<std::string>> HoldKnown(Transaction& t,
                                                           const std::vector<Feedback>& feedback) {
  std::vector<std::string> customers;
  customers.reserve(feedback.size());
  for (const Feedback& one : feedback) customers.push_back(one.customer_id);
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kHoldKnownCustomers, {customers}));
  absl::flat_hash_set<std::string> known;
  for (const Row row : rows) known.insert(row.Text(0));
  return known;
}

absl::StatusOr<std::string> InsertFeedback(Transaction& t, const std::vector<Feedback>& feedback,
                                           const absl::flat_hash_set<std::string>& known,
                                           absl::Time now) {
  std::vector<std::string> customers, ids, items, experiments, variants;
  std::vector<std::int32_t> types;
  std::vector<absl::Time> times;
  for (const Feedback& one : feedback) {
    if (!known.contains(one.customer_id)) continue;
    customers.push_back(one.customer_id);
    ids.push_back(one.feedback_id);
    items.push_back(one.item_id);
    types.push_back(static_cast<std::int32_t>(one.type));
    times.push_back(one.time);
    experiments.push_back(one.experiment_id);
    variants.push_back(one.variant_id);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Result inserted,
                             t.Execute(kInsertFeedback, {customers, ids, items, types, times,
                                                         experiments, variants, now}));
  const std::int64_t created = inserted.affected_rows();
  const std::int64_t offered = static_cast<std::int64_t>(customers.size());
  return EncodeFeedbackRecorded(
      {created, offered - created, static_cast<std::int64_t>(feedback.size()) - offered});
}

}  // namespace

absl::StatusOr<Experiment> PgExperimentStore::Create(const RequestContext& context,
                                                     const MutationId& mutation,
                                                     const Experiment& experiment,
                                                     bool validate_only) {
  Experiment created = experiment;
  created.create_time = InMicroseconds(clock_->Now());
  created.stop_time.reset();
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    const std::string definition = EncodeExperiment(created);
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result inserted,
        t.Execute(kInsertExperiment, {created.id, definition, created.create_time}));
    if (inserted.affected_rows() == 0) return AlreadyExists(ExperimentName(created.id));
    return definition;
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    if (validate_only) {
      const absl::Status found = ReadExperiment(t, kGetExperiment, experiment.id).status();
      if (found.ok()) return AlreadyExists(ExperimentName(experiment.id));
      return absl::IsNotFound(found) ? absl::OkStatus() : found;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    CLIENTELE_ASSIGN_OR_RETURN(created, DecodeExperiment(stored));
    return absl::OkStatus();
  }));
  return validate_only ? experiment : created;
}

absl::StatusOr<Experiment> PgExperimentStore::Get(const RequestContext& context,
                                                  absl::string_view id) {
  Experiment experiment;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(experiment, ReadExperiment(t, kGetExperiment, id));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return experiment;
}

absl::StatusOr<std::vector<Experiment>> PgExperimentStore::List(const RequestContext& context,
                                                                absl::string_view after_id,
                                                                int limit) {
  std::vector<Experiment> experiments;
  CLIENTELE_RETURN_IF_ERROR(
      pool_->Transact(context,
                      [&](Transaction& t) -> absl::Status {
                        experiments.clear();
                        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                                   t.Execute(kListExperiments, {after_id, limit}));
                        for (const Row row : rows) {
                          CLIENTELE_ASSIGN_OR_RETURN(Experiment experiment, ToExperiment(row));
                          experiments.push_back(std::move(experiment));
                        }
                        return absl::OkStatus();
                      },
                      {.read_only = true}));
  return experiments;
}

absl::StatusOr<Experiment> PgExperimentStore::Stop(const RequestContext& context,
                                                   const MutationId& mutation,
                                                   absl::string_view id) {
  Experiment stopped;
  const auto stop = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_ASSIGN_OR_RETURN(Experiment experiment, ReadExperiment(t, kLockExperiment, id));
    if (experiment.is_running()) {
      experiment.stop_time = InMicroseconds(clock_->Now());
      CLIENTELE_RETURN_IF_ERROR(t.Execute(kStopExperiment, {id, *experiment.stop_time}).status());
    }
    return EncodeExperiment(experiment);
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, "", [&] { return stop(t); }));
    CLIENTELE_ASSIGN_OR_RETURN(stopped, DecodeExperiment(stored));
    return absl::OkStatus();
  }));
  return stopped;
}

absl::StatusOr<FeedbackRecorded> PgExperimentStore::Record(const RequestContext& context,
                                                           const MutationId& mutation,
                                                           const std::vector<Feedback>& feedback) {
  FeedbackRecorded recorded;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    recorded = {};
    CLIENTELE_ASSIGN_OR_RETURN(const absl::flat_hash_set<std::string> known,
                               HoldKnown(t, feedback));
    if (known.empty()) {
      // Nothing to remember, of nobody.
      recorded.unknown = static_cast<std::int64_t>(feedback.size());
      return absl::OkStatus();
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, SubjectOf(feedback), [&] {
                                 return InsertFeedback(t, feedback, known, clock_->Now());
                               }));
    CLIENTELE_ASSIGN_OR_RETURN(recorded, DecodeFeedbackRecorded(stored));
    return absl::OkStatus();
  }));
  return recorded;
}

absl::StatusOr<std::map<std::string, ConversionCounts>> PgExperimentStore::Count(
    const RequestContext& context, const Experiment& experiment) {
  std::map<std::string, ConversionCounts> counts;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        counts.clear();
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            t.Execute(kCountConversions,
                      {experiment.id, static_cast<int>(experiment.goal), experiment.conversion_days,
                       experiment.goal == FeedbackType::kBought,
                       experiment.stop_time.value_or(absl::InfiniteFuture())}));
        for (const Row row : rows) counts[row.Text(0)] = {row.Int64(1), row.Int64(2)};
        return absl::OkStatus();
      },
      {.read_only = true}));
  return counts;
}

absl::StatusOr<std::int64_t> PgExperimentStore::PruneFeedback(Transaction& transaction,
                                                              absl::Time before,
                                                              std::int64_t limit) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result pruned,
                             transaction.Execute(kPruneFeedback, {before, limit}));
  return pruned.affected_rows();
}

}  // namespace clientele::recommend
