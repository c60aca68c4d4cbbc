#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/recommend-service/store/training/pg_training_store.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr int kPastCustomersAtOnce = 1000;
constexpr absl::Duration kPastTimeout = absl::Minutes(10);

constexpr Statement kNewestInteraction{"recommend.get_newest_interaction",
                                       "SELECT max(last_time) FROM recommend.customer_items"};
constexpr Statement kListCustomersWithConsents{
    "recommend.list_customers_with_consents",
    "SELECT r.customer_id, coalesce(d.consents, 0) FROM recommend.customer_revisions r "
    "LEFT JOIN recommend.consents d USING (customer_id) WHERE r.customer_id > $1 "
    "ORDER BY r.customer_id LIMIT $2"};
// The sums of recommend.interaction_sums before $3.
constexpr Statement kListPast{
    "recommend.list_past_interactions",
    "SELECT person, item_id, count(*) FILTER (WHERE event_time < $3), "
    "count(*) FILTER (WHERE type = 1 AND event_time < $3), "
    "count(*) FILTER (WHERE type = 2 AND event_time < $3), "
    "count(*) FILTER (WHERE type = 3 AND event_time < $3), "
    "count(*) FILTER (WHERE type = 4 AND event_time < $3), "
    "coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC) "
    "  FILTER (WHERE type = 5 AND event_time < $3))[1], 0), "
    "min(event_time) FILTER (WHERE event_time < $3), max(event_time) FILTER (WHERE event_time < "
    "$3), "
    "max(event_time) FILTER (WHERE type = 6 AND event_time < $3), "
    "max(event_time) FILTER (WHERE type = 3 AND event_time < $3), "
    "bool_or(type IN (2, 3) AND event_time >= $3), "
    "coalesce(sum(recommend.forward_decayed(type, event_time)) FILTER (WHERE event_time < $3), 0) "
    "FROM (SELECT i.customer_id AS person, i.* FROM recommend.interactions i "
    "  WHERE i.customer_id > $1 AND i.customer_id <= $2 AND NOT EXISTS "
    "  (SELECT FROM recommend.survivors s WHERE s.customer_id = i.customer_id) "
    "  UNION ALL SELECT s.survivor_id, i.* FROM recommend.survivors s "
    "  JOIN recommend.interactions i USING (customer_id) "
    "  WHERE s.survivor_id > $1 AND s.survivor_id <= $2) AS theirs "
    "GROUP BY person, item_id ORDER BY person, item_id"};

PastInteractions ToPastInteractions(const Row& row) {
  PastInteractions past;
  past.before_count = row.Int64(2);
  past.before = {row.Text(1),
                 row.Int64(3),
                 row.Int64(4),
                 row.Int64(5),
                 row.Int64(6),
                 row.Double(7),
                 row.OptionalTime(8).value_or(absl::InfinitePast()),
                 row.OptionalTime(9).value_or(absl::InfinitePast()),
                 row.OptionalTime(10).value_or(absl::InfinitePast()),
                 row.OptionalTime(11).value_or(absl::InfinitePast())};
  past.chosen_later = row.Bool(12);
  past.before_recent = row.Double(13);
  return past;
}

// A page of customers behind `after`, which becomes the last of them. False: there are none.
absl::StatusOr<bool> ReadPage(Transaction& t, absl::Time cut, std::string& after,
                              absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)> take) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result customers,
                             t.Execute(kListCustomersWithConsents, {after, kPastCustomersAtOnce}));
  if (customers.empty()) return false;
  const std::string last = customers[customers.size() - 1].Text(0);
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kListPast, {after, last, cut}));
  std::size_t next = 0;
  for (const Row customer : customers) {
    PastInteractionsOfCustomer past{.customer_id = customer.Text(0),
                                    .consents = consent::Consents(customer.Int64(1)),
                                    .items = {}};
    // Both are by id.
    while (next < rows.size() && rows[next].TextView(0) < past.customer_id) ++next;
    for (; next < rows.size() && rows[next].TextView(0) == past.customer_id; ++next) {
      past.items.push_back(ToPastInteractions(rows[next]));
    }
    CLIENTELE_RETURN_IF_ERROR(take(std::move(past)));
  }
  after = last;
  return true;
}

}  // namespace

absl::StatusOr<std::optional<absl::Time>> PgTrainingStore::NewestInteraction(
    const RequestContext& context) {
  std::optional<absl::Time> newest;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kNewestInteraction));
        newest = rows[0].OptionalTime(0);
        return absl::OkStatus();
      },
      {.read_only = true, .statement_timeout = kPastTimeout}));
  return newest;
}

absl::Status PgTrainingStore::ReadPast(
    const RequestContext& context, absl::Time cut,
    absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)> take) {
  std::string after;
  bool has_begun = false;
  return pool_->Transact(context,
                         [&](Transaction& t) -> absl::Status {
                           // What was told cannot be taken back.
                           if (std::exchange(has_begun, true)) {
                             return absl::AbortedError("the reading was interrupted; begin again");
                           }
                           while (true) {
                             CLIENTELE_ASSIGN_OR_RETURN(const bool more,
                                                        ReadPage(t, cut, after, take));
                             if (!more) return absl::OkStatus();
                           }
                         },
                         {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead,
                          .read_only = true,
                          .statement_timeout = kPastTimeout});
}

}  // namespace clientele::recommend
