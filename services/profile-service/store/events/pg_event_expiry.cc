#include "services/profile-service/store/events/pg_event_expiry.h"

#include <algorithm>
#include <set>
#include <string>

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kListNextCustomers{
    "profile.list_customers_to_expire",
    "SELECT customer_id FROM profile.customers WHERE customer_id > $1 "
    "ORDER BY customer_id LIMIT $2"};

constexpr Statement kListExpired{
    "profile.list_expired_events",
    "SELECT e.customer_id, e.event_id FROM unnest($1::text[]) AS c(customer_id) CROSS JOIN LATERAL "
    "(SELECT customer_id, event_id FROM profile.events "
    "JOIN unnest($2::smallint[], $3::timestamptz[]) AS rule(type, before) "
    "ON events.type = rule.type AND events.event_time < rule.before "
    "WHERE events.customer_id = c.customer_id AND events.event_time < $4) AS e LIMIT $5"};

// As whoever adds to sums does it, and before the events: so neither waits for the other in turn.
constexpr Statement kLockExpiredBehaviors{
    "profile.lock_expired_behaviors",
    "SELECT customer_id FROM profile.behavior WHERE customer_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR NO KEY UPDATE"};

constexpr Statement kDeleteExpired{
    "profile.delete_expired_events",
    "DELETE FROM profile.events AS e USING unnest($1::text[], $2::text[]) "
    "AS old(customer_id, event_id) WHERE e.customer_id = old.customer_id "
    "AND e.event_id = old.event_id RETURNING e.type"};

constexpr Statement kNoteExpired{
    "profile.upsert_expired_types",
    "INSERT INTO profile.expired_types AS t (type, before) "
    "SELECT * FROM unnest($1::smallint[], $2::timestamptz[]) AS rule(type, before) ORDER BY type "
    "ON CONFLICT (type) DO UPDATE SET before = greatest(t.before, excluded.before)"};

constexpr Statement kTakeExpired{"profile.delete_expired_types",
                                 "DELETE FROM profile.expired_types RETURNING type, before"};

struct RuleColumns {
  std::vector<std::int64_t> types;
  std::vector<absl::Time> befores;

  void Add(const ExpiryRule& rule) {
    types.push_back(static_cast<std::int64_t>(rule.type));
    befores.push_back(rule.before);
  }
};

// Deletes what was found, and notes the types of which anything went. Returns how much that was.
absl::StatusOr<std::int64_t> DeleteFound(Transaction& transaction, const Result& found,
                                         const std::vector<ExpiryRule>& rules) {
  std::set<std::string> customers;
  std::vector<std::string> customer_ids, event_ids;
  for (const Row row : found) {
    customers.insert(row.Text(0));
    customer_ids.push_back(row.Text(0));
    event_ids.push_back(row.Text(1));
  }
  CLIENTELE_RETURN_IF_ERROR(
      transaction
          .Execute(kLockExpiredBehaviors,
                   {std::vector<std::string>(customers.begin(), customers.end())})
          .status());
  CLIENTELE_ASSIGN_OR_RETURN(const Result deleted,
                             transaction.Execute(kDeleteExpired, {customer_ids, event_ids}));
  std::set<std::int64_t> types;
  for (const Row row : deleted) types.insert(row.Int64(0));
  RuleColumns noted;
  for (const ExpiryRule& rule : rules) {
    if (types.contains(static_cast<std::int64_t>(rule.type))) noted.Add(rule);
  }
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(kNoteExpired, {noted.types, noted.befores}).status());
  return static_cast<std::int64_t>(deleted.size());
}

}  // namespace

absl::StatusOr<ExpiryStep> PgEventExpiry::ExpireEvents(const RequestContext& context,
                                                       const std::vector<ExpiryRule>& rules,
                                                       absl::string_view after,
                                                       const ExpiryLimits& limits) {
  RuleColumns columns;
  absl::Time newest = absl::InfinitePast();
  for (const ExpiryRule& rule : rules) {
    columns.Add(rule);
    newest = std::max(newest, rule.before);
  }
  ExpiryStep step;
  if (rules.empty()) {
    step.done = true;
    return step;
  }
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        step = {.next_after = std::string(after)};
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result page, transaction.Execute(kListNextCustomers, {after, limits.customers}));
        std::vector<std::string> customers;
        for (const Row row : page) customers.push_back(row.Text(0));
        if (customers.empty()) {
          step.done = true;
          return absl::OkStatus();
        }
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result found,
            transaction.Execute(
                kListExpired, {customers, columns.types, columns.befores, newest, limits.events}));
        if (!found.empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(step.deleted, DeleteFound(transaction, found, rules));
        }
        // There may be more of these customers.
        if (found.size() == static_cast<std::size_t>(limits.events)) return absl::OkStatus();
        step.next_after = customers.back();
        step.done = page.size() < static_cast<std::size_t>(limits.customers);
        return absl::OkStatus();
      },
      {.lock_timeout = kAppendsToFeed.lock_timeout}));
  return step;
}

absl::StatusOr<std::int64_t> PgEventExpiry::TellExpired(const RequestContext& context) {
  std::int64_t told = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        told = 0;
        CLIENTELE_ASSIGN_OR_RETURN(const Result taken, transaction.Execute(kTakeExpired));
        std::vector<ExpiryRule> rules;
        for (const Row row : taken) {
          rules.push_back({static_cast<EventType>(row.Int64(0)), row.Time(1)});
        }
        told = static_cast<std::int64_t>(rules.size());
        return AppendExpiries(transaction, rules, clock_->Now());
      },
      kAppendsToFeed));
  return told;
}

}  // namespace clientele::profile
