#include "services/qa-service/store/upgrades/pg_upgrade_store.h"

#include <utility>

#include "common/status/status_macros.h"
#include "services/qa-service/store/upgrades/trial_json.h"
#include "services/qa-service/store/upgrades/upgrade_statements.h"

namespace clientele::qa {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

const postgres::TransactionOptions kReadOnlyUpgrades{.read_only = true};
// A confidence that was fitted to the encoder.
constexpr double kFitted = -1;

double Stored(const std::optional<double>& min_confidence) {
  return min_confidence.value_or(kFitted);
}

AnsweringSetup SetupOf(std::string encoder, double min_confidence) {
  AnsweringSetup setup{std::move(encoder)};
  if (min_confidence != kFitted) setup.min_confidence = min_confidence;
  return setup;
}

absl::StatusOr<UpgradeTrial> TrialOf(const Row& row) {
  UpgradeTrial trial;
  trial.key = {SetupOf(row.Text(0), row.Double(1)), SetupOf(row.Text(2), row.Double(3)),
               row.Int64(4), row.Double(5)};
  trial.outcome = static_cast<UpgradeOutcome>(row.Int64(6));
  CLIENTELE_ASSIGN_OR_RETURN(trial.result, TrialResultFromJson(row.Text(7)));
  trial.create_time = row.Time(8);
  return trial;
}

absl::StatusOr<std::optional<UpgradeTrial>> FindTrial(Transaction& t, const UpgradeKey& key) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      t.Execute(statements::kFindUpgradeTrial,
                {key.candidate.encoder, Stored(key.candidate.min_confidence), key.serving.encoder,
                 Stored(key.serving.min_confidence), key.golden_revision, key.margin}));
  if (rows.empty()) return std::nullopt;
  CLIENTELE_ASSIGN_OR_RETURN(UpgradeTrial trial, TrialOf(rows[0]));
  return trial;
}

absl::StatusOr<std::optional<ServingSetup>> ReadServing(Transaction& t) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kGetServingSetup));
  if (rows.empty()) return std::nullopt;
  return ServingSetup{SetupOf(rows[0].Text(0), rows[0].Double(1)), rows[0].Time(2)};
}

absl::Status InsertTrial(Transaction& t, const UpgradeTrial& trial) {
  const UpgradeKey& key = trial.key;
  CLIENTELE_RETURN_IF_ERROR(
      t.Execute(
           statements::kInsertUpgradeTrial,
           {key.candidate.encoder, Stored(key.candidate.min_confidence), key.serving.encoder,
            Stored(key.serving.min_confidence), key.golden_revision, key.margin,
            static_cast<int>(trial.outcome), TrialResultToJson(trial.result), trial.create_time})
          .status());
  return t.Execute(statements::kPruneUpgradeTrials, {UpgradeStore::kKeptTrials}).status();
}

}  // namespace

absl::StatusOr<std::optional<ServingSetup>> PgUpgradeStore::Serving(const RequestContext& context) {
  std::optional<ServingSetup> serving;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(serving, ReadServing(t));
        return absl::OkStatus();
      },
      kReadOnlyUpgrades));
  return serving;
}

absl::StatusOr<std::optional<UpgradeTrial>> PgUpgradeStore::Find(const RequestContext& context,
                                                                 const UpgradeKey& key) {
  std::optional<UpgradeTrial> found;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(found, FindTrial(t, key));
        return absl::OkStatus();
      },
      kReadOnlyUpgrades));
  return found;
}

absl::StatusOr<UpgradeTrial> PgUpgradeStore::Record(const RequestContext& context,
                                                    const UpgradeTrial& trial) {
  UpgradeTrial verdict;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockUpgrades).status());
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<ServingSetup> serving, ReadServing(t));
    const AnsweringSetup now = serving.has_value() ? serving->setup : AnsweringSetup();
    const bool expected = serving.has_value()
                              ? now == trial.key.serving || now == trial.key.candidate
                              : trial.key.serving.encoder.empty();
    if (!expected) return absl::AbortedError("something else serves by now");
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<UpgradeTrial> earlier, FindTrial(t, trial.key));
    if (!earlier.has_value()) CLIENTELE_RETURN_IF_ERROR(InsertTrial(t, trial));
    verdict = earlier.value_or(trial);
    if (!Serves(verdict.outcome) || now == trial.key.candidate) return absl::OkStatus();
    return t
        .Execute(statements::kPutServingSetup,
                 {trial.key.candidate.encoder, Stored(trial.key.candidate.min_confidence),
                  trial.create_time})
        .status();
  }));
  return verdict;
}

absl::StatusOr<std::vector<UpgradeTrial>> PgUpgradeStore::List(const RequestContext& context,
                                                               const std::string& encoder,
                                                               std::int64_t limit) {
  std::vector<UpgradeTrial> trials;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        trials.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(statements::kListUpgradeTrials, {encoder, limit}));
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(trials.emplace_back(), TrialOf(row));
        }
        return absl::OkStatus();
      },
      kReadOnlyUpgrades));
  return trials;
}

}  // namespace clientele::qa
