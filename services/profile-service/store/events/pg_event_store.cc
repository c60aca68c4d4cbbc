#include "services/profile-service/store/events/pg_event_store.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/features/behavior_sums_table.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// Keeps the customers from being deleted until the events are committed.
constexpr Statement kLockCustomers{
    "profile.lock_event_customers",
    "SELECT customer_id FROM profile.customers WHERE customer_id = ANY($1::text[]) "
    "AND deleted_time IS NULL ORDER BY customer_id FOR KEY SHARE"};

// Says that this transaction keeps the sums: see AddToSums.
constexpr Statement kInsert{
    "profile.insert_events",
    "INSERT INTO profile.events (customer_id, event_id, type, event_time, item_id, category, "
    "quantity, amount_micros, currency_code, text, channel, device, rating, source) "
    "SELECT e.* FROM (SELECT set_config('profile.sums', 'kept', true)) AS declared, "
    "unnest($1::text[], $2::text[], $3::smallint[], $4::timestamptz[], $5::text[], "
    "$6::text[], $7::double precision[], $8::bigint[], $9::text[], $10::bytea[], $11::text[], "
    "$12::text[], $13::double precision[], $14::text[]) AS e "
    "ON CONFLICT (customer_id, event_id) DO NOTHING RETURNING customer_id, event_id"};

constexpr Statement kFindCustomerOfEvent{
    "profile.find_event_customer",
    "SELECT 1 FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL"};

constexpr Statement kListEvents{
    "profile.list_events",
    "SELECT event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, channel, device, rating, source, text FROM profile.events "
    "WHERE customer_id = $1 AND (event_time, event_id) < ($2::timestamptz, $3::text) "
    "ORDER BY event_time DESC, event_id DESC LIMIT $4"};

using Key = std::pair<absl::string_view, absl::string_view>;

Key KeyOf(const Event& event) { return {event.customer_id, event.event_id}; }

// Columns of the insert, in the order of the keys.
struct Columns {
  explicit Columns(std::size_t size) {
    for (auto* column : {&customer_ids, &event_ids, &items, &categories, &currencies, &channels,
                         &devices, &sources}) {
      column->reserve(size);
    }
  }

  std::vector<std::string> customer_ids, event_ids, items, categories, currencies, channels,
      devices, sources;
  std::vector<int64_t> types, amounts;
  std::vector<double> quantities, ratings;
  std::vector<absl::Time> times;
  std::vector<std::optional<Bytes>> texts;
};

Columns MakeColumns(const crypto::Cipher& cipher, const std::vector<Event>& events,
                    const std::vector<std::size_t>& order) {
  Columns columns(order.size());
  for (const std::size_t i : order) {
    const Event& event = events[i];
    columns.customer_ids.push_back(event.customer_id);
    columns.event_ids.push_back(event.event_id);
    columns.types.push_back(static_cast<int64_t>(event.type));
    columns.times.push_back(event.event_time);
    columns.items.push_back(event.item_id);
    columns.categories.push_back(event.category);
    columns.quantities.push_back(event.quantity);
    columns.amounts.push_back(event.amount_micros);
    columns.currencies.push_back(event.currency_code);
    columns.texts.push_back(SealText(cipher, event));
    columns.channels.push_back(event.channel);
    columns.devices.push_back(event.device);
    columns.ratings.push_back(event.rating);
    columns.sources.push_back(event.source);
  }
  return columns;
}

// Positions of the events in the order of their keys; equal keys in the order of
// the batch, so that the first one counts.
std::vector<std::size_t> KeyOrder(const std::vector<Event>& events) {
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return KeyOf(events[a]) < KeyOf(events[b]);
  });
  return order;
}

// Locks the customers that exist, and drops the other customers' events from
// `order` into `outcome`; an error when they may not be skipped.
absl::Status DropUnknownCustomers(Transaction& transaction, const EventBatch& batch,
                                  std::vector<std::size_t>& order, EventBatchOutcome& outcome) {
  std::vector<std::string> wanted;
  for (const std::size_t i : order) {
    const std::string& id = batch.events[i].customer_id;
    if (wanted.empty() || wanted.back() != id) wanted.push_back(id);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kLockCustomers, {wanted}));
  if (rows.size() == wanted.size()) return absl::OkStatus();
  absl::flat_hash_set<std::string> known;
  for (const Row row : rows) known.insert(row.Text(0));

  std::vector<int64_t> unknown;
  std::erase_if(order, [&](std::size_t i) {
    if (known.contains(batch.events[i].customer_id)) return false;
    unknown.push_back(batch.indices[i]);
    return true;
  });
  std::sort(unknown.begin(), unknown.end());
  if (!batch.skip_unknown_customers) return UnknownCustomers(unknown);
  for (const int64_t index : unknown) outcome.Reject(index, UnknownCustomer(index));
  outcome.Sort();
  return absl::OkStatus();
}

absl::StatusOr<EventBatchOutcome> InsertBatch(Transaction& transaction,
                                              const crypto::Cipher& cipher,
                                              const AffinityModel& affinity,
                                              const EventBatch& batch, absl::Time now) {
  EventBatchOutcome outcome = batch.outcome;
  std::vector<std::size_t> order = KeyOrder(batch.events);
  if (!order.empty()) {
    CLIENTELE_RETURN_IF_ERROR(DropUnknownCustomers(transaction, batch, order, outcome));
  }
  if (order.empty()) return outcome;

  const Columns columns = MakeColumns(cipher, batch.events, order);
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(
          kInsert,
          {columns.customer_ids, columns.event_ids, columns.types, columns.times, columns.items,
           columns.categories, columns.quantities, columns.amounts, columns.currencies,
           columns.texts, columns.channels, columns.devices, columns.ratings, columns.sources}));
  outcome.created = static_cast<int64_t>(rows.size());
  outcome.duplicates = static_cast<int64_t>(order.size() - rows.size());

  absl::flat_hash_set<Key> created;
  created.reserve(rows.size());
  for (const Row row : rows) created.insert({row.TextView(0), row.TextView(1)});
  // The feed has them in the order in which they were sent.
  NewChanges changes{.kind = ChangeKind::kEvent};
  std::vector<const Event*> stored;
  std::sort(order.begin(), order.end());
  for (const std::size_t i : order) {
    if (created.erase(KeyOf(batch.events[i])) == 0) continue;
    changes.customer_ids.push_back(batch.events[i].customer_id);
    changes.event_ids.push_back(batch.events[i].event_id);
    stored.push_back(&batch.events[i]);
  }
  CLIENTELE_RETURN_IF_ERROR(AddToSums(transaction, stored, affinity));
  CLIENTELE_RETURN_IF_ERROR(AppendChanges(transaction, changes, now));
  return outcome;
}

}  // namespace

absl::StatusOr<std::vector<Event>> ListEvents(Transaction& transaction,
                                              const crypto::Cipher& cipher,
                                              absl::string_view customer_id,
                                              const std::optional<EventPosition>& after,
                                              int limit) {
  const EventPosition first{.event_time = absl::InfiniteFuture(), .event_id = ""};
  const EventPosition& position = after ? *after : first;
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kListEvents, {customer_id, position.event_time,
                                                               position.event_id, limit}));
  std::vector<Event> events;
  for (const Row row : rows) {
    CLIENTELE_ASSIGN_OR_RETURN(Event event, ToEvent(&cipher, std::string(customer_id), row, 0));
    events.push_back(std::move(event));
  }
  return events;
}

absl::StatusOr<EventBatchOutcome> PgEventStore::Insert(const RequestContext& context,
                                                       const MutationId& mutation,
                                                       const EventBatch& batch) {
  EventBatchOutcome outcome;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    if (!mutation.idempotent()) {
      CLIENTELE_ASSIGN_OR_RETURN(
          outcome, InsertBatch(transaction, *cipher_, affinity_, batch, clock_->Now()));
      return absl::OkStatus();
    }
    // No subject: the result holds positions and no customer's data.
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::string encoded,
        ledger_->Once(transaction, mutation, "", [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(
              const EventBatchOutcome fresh,
              InsertBatch(transaction, *cipher_, affinity_, batch, clock_->Now()));
          return EncodeOutcome(fresh);
        }));
    CLIENTELE_ASSIGN_OR_RETURN(outcome, DecodeOutcome(encoded));
    return absl::OkStatus();
  }));
  return outcome;
}

absl::StatusOr<std::vector<Event>> PgEventStore::List(const RequestContext& context,
                                                      absl::string_view customer_id,
                                                      const std::optional<EventPosition>& after,
                                                      int limit) {
  std::vector<Event> events;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result found,
                                   transaction.Execute(kFindCustomerOfEvent, {customer_id}));
        if (found.empty()) return NotFound(CustomerName(customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(events,
                                   ListEvents(transaction, *cipher_, customer_id, after, limit));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return events;
}

}  // namespace clientele::profile
