#include "services/profile-service/store/events/pg_event_expiry.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

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
    "SELECT customer_id, consents FROM profile.customers WHERE customer_id > $1 "
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
    "AND e.event_id = old.event_id RETURNING e.customer_id, e.type"};

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

// One of each type: a customer's own reaches further.
RuleColumns ColumnsOf(const CustomerExpiry& expiry) {
  std::map<EventType, ExpiryRule> by_type;
  for (const ExpiryRule& rule : expiry.own) by_type.try_emplace(rule.type, rule);
  for (const ExpiryRule& rule : expiry.everybodys) by_type.try_emplace(rule.type, rule);
  RuleColumns columns;
  for (const auto& [type, rule] : by_type) columns.Add(rule);
  return columns;
}

// Customers and what is too old of them.
class CustomerPage {
 public:
  CustomerPage(const Result& rows, const std::vector<ExpiryRule>& rules,
               const consent::Policy& policy) {
    for (const Row row : rows) {
      CustomerExpiry expiry = ExpiryOf(rules, policy, consent::Consents(row.Int64(1)));
      customers_.emplace(row.Text(0), std::move(expiry));
    }
  }
  bool empty() const { return customers_.empty(); }
  const std::string& last() const { return customers_.rbegin()->first; }
  const CustomerExpiry& Of(const std::string& customer) const { return customers_.at(customer); }

  // Their customers and event ids, at most `limit`.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> FindExpired(
      Transaction& transaction, int limit) const {
    std::map<std::vector<std::int64_t>, std::pair<RuleColumns, std::vector<std::string>>> groups;
    for (const auto& [customer, expiry] : customers_) {
      RuleColumns columns = ColumnsOf(expiry);
      if (columns.types.empty()) continue;
      std::vector<std::int64_t> key = columns.types;
      for (const absl::Time before : columns.befores) key.push_back(absl::ToUnixMicros(before));
      auto& [rules, members] = groups[std::move(key)];
      rules = std::move(columns);
      members.push_back(customer);
    }
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, group] : groups) {
      const auto& [rules, members] = group;
      const absl::Time newest = *std::max_element(rules.befores.begin(), rules.befores.end());
      CLIENTELE_ASSIGN_OR_RETURN(
          const Result rows,
          transaction.Execute(kListExpired, {members, rules.types, rules.befores, newest,
                                             limit - static_cast<int>(found.size())}));
      for (const Row row : rows) found.emplace_back(row.Text(0), row.Text(1));
      if (found.size() == static_cast<std::size_t>(limit)) break;
    }
    return found;
  }

 private:
  std::map<std::string, CustomerExpiry> customers_;
};

// What was deleted, as followers are told of it.
class Told {
 public:
  explicit Told(const CustomerPage* page) : page_(page) {}

  void Add(const std::string& customer, EventType type) {
    const CustomerExpiry& expiry = page_->Of(customer);
    const auto of_type = [&](const ExpiryRule& rule) { return rule.type == type; };
    const auto own = std::find_if(expiry.own.begin(), expiry.own.end(), of_type);
    if (own != expiry.own.end()) {
      if (own_.emplace(customer, type).second) expiries_.Add(customer, *own);
      return;
    }
    const auto rule = std::find_if(expiry.everybodys.begin(), expiry.everybodys.end(), of_type);
    if (rule != expiry.everybodys.end() && types_.insert(type).second) noted_.Add(*rule);
  }
  const RuleColumns& noted() const { return noted_; }
  const NewExpiries& expiries() const { return expiries_; }

 private:
  const CustomerPage* const page_;
  std::set<EventType> types_;
  RuleColumns noted_;  // of types_
  std::set<std::pair<std::string, EventType>> own_;
  NewExpiries expiries_;  // of own_
};

// Deletes what was found, notes the types of which anything of everybody's went, and tells of the
// rest.
absl::StatusOr<ExpiryStep> DeleteFound(
    Transaction& transaction, const std::vector<std::pair<std::string, std::string>>& found,
    const CustomerPage& page, absl::Time now) {
  std::set<std::string> customers;
  std::vector<std::string> customer_ids, event_ids;
  for (const auto& [customer, event] : found) {
    customers.insert(customer);
    customer_ids.push_back(customer);
    event_ids.push_back(event);
  }
  CLIENTELE_RETURN_IF_ERROR(
      transaction
          .Execute(kLockExpiredBehaviors,
                   {std::vector<std::string>(customers.begin(), customers.end())})
          .status());
  CLIENTELE_ASSIGN_OR_RETURN(const Result deleted,
                             transaction.Execute(kDeleteExpired, {customer_ids, event_ids}));
  Told told(&page);
  for (const Row row : deleted) told.Add(row.Text(0), static_cast<EventType>(row.Int64(1)));
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(kNoteExpired, {told.noted().types, told.noted().befores}).status());
  CLIENTELE_RETURN_IF_ERROR(AppendExpiries(transaction, told.expiries(), now));
  return ExpiryStep{.deleted = static_cast<std::int64_t>(deleted.size()),
                    .told = !told.expiries().types.empty()};
}

}  // namespace

absl::StatusOr<ExpiryStep> PgEventExpiry::ExpireEvents(const RequestContext& context,
                                                       const std::vector<ExpiryRule>& rules,
                                                       absl::string_view after,
                                                       const ExpiryLimits& limits) {
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
            const Result rows, transaction.Execute(kListNextCustomers, {after, limits.customers}));
        const CustomerPage page(rows, rules, policy_);
        if (page.empty()) {
          step.done = true;
          return absl::OkStatus();
        }
        CLIENTELE_ASSIGN_OR_RETURN(const auto found, page.FindExpired(transaction, limits.events));
        if (!found.empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(step, DeleteFound(transaction, found, page, clock_->Now()));
          step.next_after = std::string(after);
        }
        // There may be more of these customers.
        if (found.size() == static_cast<std::size_t>(limits.events)) return absl::OkStatus();
        step.next_after = page.last();
        step.done = rows.size() < static_cast<std::size_t>(limits.customers);
        return absl::OkStatus();
      },
      kAppendsToFeed));
  return step;
}

absl::StatusOr<std::int64_t> PgEventExpiry::TellExpired(const RequestContext& context) {
  std::int64_t told = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        told = 0;
        CLIENTELE_ASSIGN_OR_RETURN(const Result taken, transaction.Execute(kTakeExpired));
        NewExpiries expiries;
        for (const Row row : taken) {
          expiries.Add("", {static_cast<EventType>(row.Int64(0)), row.Time(1)});
        }
        told = static_cast<std::int64_t>(expiries.types.size());
        return AppendExpiries(transaction, expiries, clock_->Now());
      },
      kAppendsToFeed));
  return told;
}

}  // namespace clientele::profile
