#include "services/recommend-service/store/pg_change_sink.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/status/status_macros.h"
#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/store/items/revisions.h"

namespace clientele::recommend {
namespace {

using changefeed::Change;
using changefeed::SnapshotKey;
using changefeed::SnapshotRange;
using postgres::Result;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kLoadCursor{"recommend.get_feed_cursor",
                                "SELECT cursor FROM recommend.change_cursor"};
constexpr Statement kMoveCursor{"recommend.update_feed_cursor",
                                "UPDATE recommend.change_cursor SET cursor = $2 WHERE cursor = $1"};
constexpr Statement kHoldCursor{"recommend.lock_expiry_cursor",
                                "SELECT FROM recommend.change_cursor WHERE cursor = $1 FOR UPDATE"};
constexpr Statement kInsertInteractions{
    "recommend.insert_interactions",
    "WITH made AS ("
    "  INSERT INTO recommend.interactions "
    "    (customer_id, event_id, item_id, type, event_time, quantity, rating) "
    "  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], "
    "    $5::timestamptz[], $6::double precision[], $7::double precision[]) "
    "  ON CONFLICT DO NOTHING RETURNING item_id, type, event_time"
    ") INSERT INTO recommend.item_counts AS c "
    "  (item_id, purchases, returns, views, carts, recent, revision) "
    "SELECT item_id, count(*) FILTER (WHERE type = 3), count(*) FILTER (WHERE type = 4), "
    "  count(*) FILTER (WHERE type = 1), count(*) FILTER (WHERE type = 2), "
    "  sum(recommend.forward_decayed(type, event_time)), $8::bigint "
    "FROM made WHERE type <= 4 GROUP BY item_id "
    "ON CONFLICT (item_id) DO UPDATE SET purchases = c.purchases + excluded.purchases, "
    "  returns = c.returns + excluded.returns, views = c.views + excluded.views, "
    "  carts = c.carts + excluded.carts, recent = c.recent + excluded.recent, "
    "  revision = excluded.revision"};
// Of a type, 0: of all; that happened before a moment.
constexpr Statement kEraseInteractions{
    "recommend.delete_customer_interactions",
    "WITH gone AS ("
    "  DELETE FROM recommend.interactions WHERE customer_id = $1 "
    "  AND ($3::smallint = 0 OR type = $3) AND event_time < $4::timestamptz "
    "  RETURNING item_id, type, event_time"
    "), sums AS ("
    "  SELECT item_id, count(*) FILTER (WHERE type = 3) AS purchases, "
    "    count(*) FILTER (WHERE type = 4) AS returns, count(*) FILTER (WHERE type = 1) AS views, "
    "    count(*) FILTER (WHERE type = 2) AS carts, "
    "    sum(recommend.forward_decayed(type, event_time)) AS recent FROM gone GROUP BY item_id"
    ") UPDATE recommend.item_counts c SET purchases = c.purchases - s.purchases, "
    "  returns = c.returns - s.returns, views = c.views - s.views, carts = c.carts - s.carts, "
    "  recent = c.recent - s.recent, "
    "  revision = $2::bigint FROM sums s WHERE c.item_id = s.item_id"};
// Of a page of interactions those that are too old. Returns the page's last key.
constexpr Statement kExpireInteractions{
    "recommend.prune_expired_interactions",
    "WITH page AS MATERIALIZED ("
    "  SELECT customer_id, event_id, type, event_time FROM recommend.interactions "
    "  WHERE (customer_id, event_id) > ($1::text, $2::text) ORDER BY customer_id, event_id LIMIT $3"
    "), gone AS ("
    "  DELETE FROM recommend.interactions AS old "
    "  USING page JOIN unnest($4::smallint[], $5::timestamptz[]) AS rule (type, before) "
    "    ON page.type = rule.type AND page.event_time < rule.before "
    "  WHERE old.customer_id = page.customer_id AND old.event_id = page.event_id "
    "  RETURNING old.item_id, old.type, old.event_time"
    "), sums AS ("
    "  SELECT item_id, count(*) FILTER (WHERE type = 3) AS purchases, "
    "    count(*) FILTER (WHERE type = 4) AS returns, count(*) FILTER (WHERE type = 1) AS views, "
    "    count(*) FILTER (WHERE type = 2) AS carts, "
    "    sum(recommend.forward_decayed(type, event_time)) AS recent FROM gone GROUP BY item_id"
    "), counted AS ("
    "  UPDATE recommend.item_counts c SET purchases = c.purchases - s.purchases, "
    "    returns = c.returns - s.returns, views = c.views - s.views, carts = c.carts - s.carts, "
    "    recent = c.recent - s.recent, revision = $6::bigint FROM sums s "
    "  WHERE c.item_id = s.item_id"
    ") SELECT customer_id, event_id FROM page ORDER BY customer_id DESC, event_id DESC LIMIT 1"};
constexpr Statement kEraseFactors{"recommend.delete_customer_factors",
                                  "DELETE FROM recommend.customer_factors WHERE customer_id = $1"};
constexpr Statement kNoteCustomers{
    "recommend.insert_known_customers",
    "INSERT INTO recommend.known_customers (customer_id) SELECT DISTINCT unnest($1::text[]) "
    "ON CONFLICT DO NOTHING"};
// Before the customer's feedback and predictions: whoever is storing some holds the row.
constexpr Statement kForgetCustomer{"recommend.delete_known_customer",
                                    "DELETE FROM recommend.known_customers WHERE customer_id = $1"};
constexpr Statement kEraseFeedback{"recommend.delete_customer_feedback",
                                   "DELETE FROM recommend.feedback WHERE customer_id = $1"};

constexpr Statement kErasePredictions{"recommend.delete_customer_predictions",
                                      "DELETE FROM recommend.predictions WHERE customer_id = $1"};

constexpr Statement kUpsertConsents{
    "recommend.upsert_consents",
    "INSERT INTO recommend.consents (customer_id, consents) "
    "SELECT * FROM unnest($1::text[], $2::bigint[]) "
    "ON CONFLICT (customer_id) DO UPDATE SET consents = excluded.consents"};
constexpr Statement kEraseConsents{"recommend.delete_customer_consents",
                                   "DELETE FROM recommend.consents WHERE customer_id = $1"};
// Of customers in the range who, by the snapshot, decided nothing or are not there.
constexpr Statement kEraseStaleConsents{
    "recommend.delete_stale_consents",
    "DELETE FROM recommend.consents WHERE customer_id > $1 AND customer_id <= $2 "
    "AND customer_id <> ALL ($3::text[])"};

// Triggers bring the sums in line. A survivor who is told again changes nothing.
constexpr Statement kDropSurvivors{
    "recommend.delete_changed_survivors",
    "DELETE FROM recommend.survivors AS s USING unnest($1::text[], $2::text[]) "
    "AS t(customer_id, survivor_id) WHERE s.customer_id = t.customer_id "
    "AND s.survivor_id <> t.survivor_id"};
constexpr Statement kInsertSurvivors{
    "recommend.insert_survivors",
    "INSERT INTO recommend.survivors (customer_id, survivor_id) "
    "SELECT * FROM unnest($1::text[], $2::text[]) AS t(customer_id, survivor_id) "
    "WHERE survivor_id <> '' ON CONFLICT DO NOTHING"};
constexpr Statement kEraseSurvivors{
    "recommend.delete_customer_survivors",
    "DELETE FROM recommend.survivors WHERE customer_id = $1 OR survivor_id = $1"};
// Of customers in the range who, by the snapshot, stand for themselves or are not there.
constexpr Statement kEraseStaleSurvivors{
    "recommend.delete_stale_survivors",
    "DELETE FROM recommend.survivors WHERE customer_id > $1 AND customer_id <= $2 "
    "AND customer_id <> ALL ($3::text[])"};

// What a part of a snapshot leaves of its range: the interactions that it has, as they are in it.
constexpr Statement kEraseStaleInteractions{
    "recommend.delete_stale_interactions",
    "WITH gone AS ("
    "  DELETE FROM recommend.interactions AS old "
    "  WHERE (customer_id, event_id) > ($9::text, $10::text) "
    "  AND (customer_id, event_id) <= ($11::text, $12::text) "
    "  AND NOT EXISTS (SELECT FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], "
    "    $5::timestamptz[], $6::double precision[], $7::double precision[]) AS new "
    "    (customer_id, event_id, item_id, type, event_time, quantity, rating) "
    "    WHERE new.customer_id = old.customer_id AND new.event_id = old.event_id "
    "    AND new.item_id = old.item_id AND new.type = old.type "
    "    AND new.event_time = old.event_time AND new.quantity = old.quantity "
    "    AND new.rating = old.rating) RETURNING item_id, type, event_time"
    "), sums AS ("
    "  SELECT item_id, count(*) FILTER (WHERE type = 3) AS purchases, "
    "    count(*) FILTER (WHERE type = 4) AS returns, count(*) FILTER (WHERE type = 1) AS views, "
    "    count(*) FILTER (WHERE type = 2) AS carts, "
    "    sum(recommend.forward_decayed(type, event_time)) AS recent FROM gone GROUP BY item_id"
    ") UPDATE recommend.item_counts c SET purchases = c.purchases - s.purchases, "
    "  returns = c.returns - s.returns, views = c.views - s.views, carts = c.carts - s.carts, "
    "  recent = c.recent - s.recent, "
    "  revision = $8::bigint FROM sums s WHERE c.item_id = s.item_id"};
// Factors, feedback and predictions of customers who are in the range and not in the snapshot.
constexpr Statement kEraseStaleFactors{
    "recommend.delete_stale_customer_factors",
    "DELETE FROM recommend.customer_factors WHERE customer_id > $1 AND customer_id <= $2 "
    "AND customer_id <> ALL ($3::text[])"};
constexpr Statement kForgetStaleCustomers{
    "recommend.delete_stale_known_customers",
    "DELETE FROM recommend.known_customers WHERE customer_id > $1 AND customer_id <= $2 "
    "AND customer_id <> ALL ($3::text[])"};
constexpr Statement kEraseStaleFeedback{
    "recommend.delete_stale_customer_feedback",
    "DELETE FROM recommend.feedback WHERE customer_id > $1 AND customer_id <= $2 "
    "AND customer_id <> ALL ($3::text[])"};
constexpr Statement kEraseStalePredictions{
    "recommend.delete_stale_customer_predictions",
    "DELETE FROM recommend.predictions WHERE customer_id > $1 AND customer_id <= $2 "
    "AND customer_id <> ALL ($3::text[])"};
// Comes after every id, by bytes.
constexpr char kAfterAllIds[] = "\U0010FFFF";

// Interactions that one transaction of an expiry reads.
constexpr int kExpiredAtOnce = 5000;

RequestContext FeedContext() {
  RequestContext context;
  context.caller.name = "change-feed";
  return context;
}

SnapshotKey ThroughOf(const SnapshotRange& range) {
  return range.through.value_or(SnapshotKey{.customer_id = kAfterAllIds, .event_id = ""});
}

// Interactions of consecutive changes, as columns.
struct PendingInteractions {
  std::vector<std::string> customers, events, items;
  std::vector<std::int32_t> types;
  std::vector<absl::Time> times;
  std::vector<double> quantities, ratings;

  void Add(const Change& change, InteractionType type) {
    customers.push_back(change.customer_id);
    events.push_back(change.event.event_id);
    items.push_back(change.event.item_id);
    types.push_back(static_cast<std::int32_t>(type));
    times.push_back(change.event.event_time);
    quantities.push_back(change.event.quantity);
    ratings.push_back(change.event.rating);
  }

  // Makes a range of a snapshot hold these and nothing else; they are to be inserted next.
  absl::Status EraseOthers(Transaction& t, const SnapshotRange& range,
                           std::int64_t revision) const {
    const SnapshotKey after = range.after.value_or(SnapshotKey());
    const SnapshotKey through = ThroughOf(range);
    return t
        .Execute(kEraseStaleInteractions,
                 {customers, events, items, types, times, quantities, ratings, revision,
                  after.customer_id, after.event_id, through.customer_id, through.event_id})
        .status();
  }

  absl::Status Flush(Transaction& t, std::int64_t revision) {
    if (customers.empty()) return absl::OkStatus();
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsertInteractions, {customers, events, items, types,
                                                              times, quantities, ratings, revision})
                                  .status());
    *this = {};
    return absl::OkStatus();
  }
};

// What customers decided last, by customer.
class PendingConsents {
 public:
  void Add(const Change& change) { consents_[change.customer_id] = change.consents.bits(); }
  void Forget(const std::string& customer_id) { consents_.erase(customer_id); }

  std::vector<std::string> Customers() const {
    std::vector<std::string> customers;
    customers.reserve(consents_.size());
    for (const auto& [customer, bits] : consents_) customers.push_back(customer);
    return customers;
  }
  absl::Status Flush(Transaction& t) const {
    if (consents_.empty()) return absl::OkStatus();
    std::vector<std::int64_t> all;
    all.reserve(consents_.size());
    for (const auto& [customer, bits] : consents_) all.push_back(bits);
    return t.Execute(kUpsertConsents, {Customers(), all}).status();
  }

 private:
  std::map<std::string, std::int64_t> consents_;
};

// Who stands for whom, by customer; "" is themselves.
class PendingSurvivors {
 public:
  void Add(const Change& change) { survivors_[change.customer_id] = change.survivor_id; }

  std::vector<std::string> Merged() const {
    std::vector<std::string> merged;
    for (const auto& [customer, survivor] : survivors_) {
      if (!survivor.empty()) merged.push_back(customer);
    }
    return merged;
  }
  absl::Status Flush(Transaction& t) {
    if (survivors_.empty()) return absl::OkStatus();
    std::vector<std::string> customers, survivors;
    for (const auto& [customer, survivor] : survivors_) {
      customers.push_back(customer);
      survivors.push_back(survivor);
    }
    survivors_.clear();
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kDropSurvivors, {customers, survivors}).status());
    return t.Execute(kInsertSurvivors, {customers, survivors}).status();
  }

 private:
  std::map<std::string, std::string> survivors_;
};

// What is too old of one customer alone goes in its place of the batch.
bool IsEverybodysExpiry(const Change& change) {
  return change.kind == Change::Kind::kEventsExpired && change.customer_id.empty();
}

// Interactions that a batch says are too old, by their type: those that happened before a moment.
class Expiries {
 public:
  void Add(const Change& change) {
    const std::optional<InteractionType> type = InteractionTypeOf(change.expired_type);
    if (!type.has_value()) return;
    absl::Time& before = before_.try_emplace(*type, absl::InfinitePast()).first->second;
    before = std::max(before, change.expired_before);
  }
  bool empty() const { return before_.empty(); }
  bool Cover(InteractionType type, absl::Time event_time) const {
    const auto found = before_.find(type);
    return found != before_.end() && event_time < found->second;
  }
  std::vector<std::int64_t> types() const {
    std::vector<std::int64_t> types;
    for (const auto& [type, before] : before_) types.push_back(static_cast<std::int64_t>(type));
    return types;
  }
  std::vector<absl::Time> befores() const {
    std::vector<absl::Time> befores;
    for (const auto& [type, before] : before_) befores.push_back(before);
    return befores;
  }

 private:
  std::map<InteractionType, absl::Time> before_;
};

// The events of a batch that are interactions, by their place; nullopt for all else, and for those
// that the batch itself says are too old, behind them.
std::vector<std::optional<InteractionType>> InteractionsOf(const changefeed::ChangeBatch& batch) {
  std::vector<std::optional<InteractionType>> types(batch.changes.size());
  Expiries later;
  for (std::size_t i = batch.changes.size(); i-- > 0;) {
    const Change& change = batch.changes[i];
    if (IsEverybodysExpiry(change)) later.Add(change);
    if (change.kind != Change::Kind::kEvent) continue;
    types[i] = InteractionTypeOf(change.event);
    if (types[i] && later.Cover(*types[i], change.event.event_time)) types[i] = std::nullopt;
  }
  return types;
}

// Makes the batch's range hold what the batch holds.
absl::Status ReplaceRange(Transaction& t, const changefeed::ChangeBatch& batch,
                          std::int64_t revision) {
  const SnapshotRange& range = *batch.snapshot;
  PendingInteractions interactions;
  PendingConsents consents;
  PendingSurvivors survivors;
  std::vector<std::string> customers;
  for (const Change& change : batch.changes) {
    if (change.kind == Change::Kind::kCustomerCreated) {
      customers.push_back(change.customer_id);
      survivors.Add(change);
    }
    if (change.consents != consent::Consents()) consents.Add(change);
    if (change.kind != Change::Kind::kEvent) continue;
    const std::optional<InteractionType> type = InteractionTypeOf(change.event);
    if (type.has_value()) interactions.Add(change, *type);
  }
  CLIENTELE_RETURN_IF_ERROR(interactions.EraseOthers(t, range, revision));
  for (const Statement& erase :
       {kEraseStaleFactors, kForgetStaleCustomers, kEraseStaleFeedback, kEraseStalePredictions}) {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(erase, {range.after.value_or(SnapshotKey()).customer_id,
                                                ThroughOf(range).customer_id, customers})
                                  .status());
  }
  CLIENTELE_RETURN_IF_ERROR(
      t.Execute(kEraseStaleConsents, {range.after.value_or(SnapshotKey()).customer_id,
                                      ThroughOf(range).customer_id, consents.Customers()})
          .status());
  CLIENTELE_RETURN_IF_ERROR(consents.Flush(t));
  CLIENTELE_RETURN_IF_ERROR(
      t.Execute(kEraseStaleSurvivors, {range.after.value_or(SnapshotKey()).customer_id,
                                       ThroughOf(range).customer_id, survivors.Merged()})
          .status());
  CLIENTELE_RETURN_IF_ERROR(survivors.Flush(t));
  CLIENTELE_RETURN_IF_ERROR(t.Execute(kNoteCustomers, {customers}).status());
  return interactions.Flush(t, revision);
}

}  // namespace

absl::StatusOr<std::string> PgChangeSink::LoadCursor() {
  std::string cursor;
  CLIENTELE_RETURN_IF_ERROR(
      pool_->Transact(FeedContext(),
                      [&](Transaction& t) -> absl::Status {
                        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kLoadCursor));
                        if (rows.empty())
                          return absl::DataLossError("recommend.change_cursor has lost its row");
                        cursor = rows[0].Text(0);
                        return absl::OkStatus();
                      },
                      {.read_only = true}));
  return cursor;
}

absl::Status PgChangeSink::ExpireStored(absl::string_view expected_cursor,
                                        const changefeed::ChangeBatch& batch) {
  Expiries expiries;
  for (const Change& change : batch.changes) {
    if (IsEverybodysExpiry(change)) expiries.Add(change);
  }
  if (expiries.empty()) return absl::OkStatus();
  SnapshotKey after;
  bool more = true;
  while (more) {
    CLIENTELE_RETURN_IF_ERROR(pool_->Transact(FeedContext(), [&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(const Result held, t.Execute(kHoldCursor, {expected_cursor}));
      if (held.empty()) return absl::AbortedError("another replica moved the change cursor");
      CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextCountRevision(t));
      CLIENTELE_ASSIGN_OR_RETURN(
          const Result last,
          t.Execute(kExpireInteractions, {after.customer_id, after.event_id, kExpiredAtOnce,
                                          expiries.types(), expiries.befores(), revision}));
      more = !last.empty();
      if (more) after = {.customer_id = last[0].Text(0), .event_id = last[0].Text(1)};
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::Status PgChangeSink::Apply(absl::string_view expected_cursor,
                                 const changefeed::ChangeBatch& batch) {
  CLIENTELE_RETURN_IF_ERROR(ExpireStored(expected_cursor, batch));
  return pool_->Transact(FeedContext(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result moved,
                               t.Execute(kMoveCursor, {expected_cursor, batch.cursor}));
    if (moved.affected_rows() == 0) {
      return absl::AbortedError("another replica moved the change cursor");
    }
    if (batch.changes.empty() && !batch.snapshot.has_value()) return absl::OkStatus();
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextCountRevision(t));
    if (batch.snapshot.has_value()) return ReplaceRange(t, batch, revision);
    PendingInteractions pending;
    PendingConsents consents;
    PendingSurvivors survivors;
    const std::vector<std::optional<InteractionType>> types = InteractionsOf(batch);
    for (std::size_t i = 0; i < batch.changes.size(); ++i) {
      const Change& change = batch.changes[i];
      if (change.kind == Change::Kind::kCustomerCreated) {
        CLIENTELE_RETURN_IF_ERROR(
            t.Execute(kNoteCustomers, {std::vector<std::string>{change.customer_id}}).status());
      } else if (change.kind == Change::Kind::kEvent) {
        if (types[i].has_value()) pending.Add(change, *types[i]);
      } else if (change.kind == Change::Kind::kConsentsChanged) {
        consents.Add(change);
      } else if (change.kind == Change::Kind::kSurvivorChanged) {
        survivors.Add(change);
      } else if (change.kind == Change::Kind::kEventsExpired) {
        const std::optional<InteractionType> type = InteractionTypeOf(change.expired_type);
        if (change.customer_id.empty() || !type.has_value()) continue;
        CLIENTELE_RETURN_IF_ERROR(pending.Flush(t, revision));
        CLIENTELE_RETURN_IF_ERROR(
            t.Execute(kEraseInteractions, {change.customer_id, revision, static_cast<int>(*type),
                                           change.expired_before})
                .status());
      } else if (change.kind == Change::Kind::kCustomerDeleted) {
        consents.Forget(change.customer_id);
        CLIENTELE_RETURN_IF_ERROR(survivors.Flush(t));
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kEraseSurvivors, {change.customer_id}).status());
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kEraseConsents, {change.customer_id}).status());
        CLIENTELE_RETURN_IF_ERROR(pending.Flush(t, revision));
        CLIENTELE_RETURN_IF_ERROR(
            t.Execute(kEraseInteractions, {change.customer_id, revision, 0, absl::InfiniteFuture()})
                .status());
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kEraseFactors, {change.customer_id}).status());
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kForgetCustomer, {change.customer_id}).status());
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kEraseFeedback, {change.customer_id}).status());
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kErasePredictions, {change.customer_id}).status());
        CLIENTELE_RETURN_IF_ERROR(ledger_->Forget(t, change.customer_id));
      }
    }
    CLIENTELE_RETURN_IF_ERROR(consents.Flush(t));
    CLIENTELE_RETURN_IF_ERROR(survivors.Flush(t));
    return pending.Flush(t, revision);
  });
}

}  // namespace clientele::recommend
