#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_UPGRADE_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_UPGRADE_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// Verdicts are one after the other.
inline constexpr Statement kLockUpgrades{"qa.lock_upgrades",
                                         "SELECT pg_advisory_xact_lock(7131, 3)"};

inline constexpr Statement kGetServingSetup{
    "qa.get_serving_setup", "SELECT encoder, min_confidence, since FROM qa.serving_setup"};

inline constexpr Statement kPutServingSetup{
    "qa.upsert_serving_setup",
    "INSERT INTO qa.serving_setup (encoder, min_confidence, since)"
    " VALUES ($1, $2::double precision, $3)"
    " ON CONFLICT (only_row) DO UPDATE SET encoder = excluded.encoder,"
    " min_confidence = excluded.min_confidence, since = excluded.since"};

inline constexpr Statement kFindUpgradeTrial{
    "qa.find_upgrade_trial",
    "SELECT encoder, min_confidence, serving_encoder, serving_min_confidence, golden_revision,"
    " margin, outcome, result, create_time FROM qa.upgrade_trials"
    " WHERE encoder = $1 AND min_confidence = $2::double precision AND serving_encoder = $3"
    " AND serving_min_confidence = $4::double precision AND golden_revision = $5::bigint"
    " AND margin = $6::double precision"};

inline constexpr Statement kInsertUpgradeTrial{
    "qa.insert_upgrade_trial",
    "INSERT INTO qa.upgrade_trials (encoder, min_confidence, serving_encoder,"
    " serving_min_confidence, golden_revision, margin, outcome, result, create_time)"
    " VALUES ($1, $2::double precision, $3, $4::double precision, $5::bigint,"
    " $6::double precision, $7::smallint, $8, $9)"};

// $1: how many are kept.
inline constexpr Statement kPruneUpgradeTrials{
    "qa.prune_upgrade_trials",
    "DELETE FROM qa.upgrade_trials WHERE trial_id <= (SELECT trial_id FROM qa.upgrade_trials"
    " ORDER BY trial_id DESC OFFSET $1::bigint LIMIT 1)"};

// $1: an encoder's name, or one of its versions; empty: any.
inline constexpr Statement kListUpgradeTrials{
    "qa.list_upgrade_trials",
    "SELECT encoder, min_confidence, serving_encoder, serving_min_confidence, golden_revision,"
    " margin, outcome, result, create_time FROM qa.upgrade_trials"
    " WHERE $1::text = '' OR encoder = $1::text OR split_part(encoder, '/', 1) = $1::text"
    " ORDER BY trial_id DESC LIMIT $2::bigint"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_UPGRADE_STATEMENTS_H_
