#include "services/recommend-service/store/interactions/pg_interaction_store.h"

#include <cstdint>
#include <string>

#include "common/status/status_macros.h"
#include "services/recommend-service/store/items/revisions.h"
#include "services/recommend-service/store/training/factor_bytes.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// New interactions and their sums in one statement; returns how many were new.
constexpr Statement kInsertAnonymous{
    "recommend.insert_anonymous_interactions",
    "WITH made AS ("
    "  INSERT INTO recommend.anonymous_interactions "
    "    (item_id, interaction_id, type, interaction_time, quantity) "
    "  SELECT * FROM unnest($1::text[], $2::text[], $3::smallint[], $4::timestamptz[], "
    "    $5::double precision[]) ON CONFLICT DO NOTHING "
    "  RETURNING item_id, type, interaction_time"
    "), counted AS ("
    "  INSERT INTO recommend.item_counts AS c "
    "    (item_id, purchases, returns, views, carts, recent, revision) "
    "  SELECT item_id, count(*) FILTER (WHERE type = 3), count(*) FILTER (WHERE type = 4), "
    "    count(*) FILTER (WHERE type = 1), count(*) FILTER (WHERE type = 2), "
    "    sum(recommend.forward_decayed(type, interaction_time)), $6::bigint "
    "  FROM made GROUP BY item_id "
    "  ON CONFLICT (item_id) DO UPDATE SET purchases = c.purchases + excluded.purchases, "
    "    returns = c.returns + excluded.returns, views = c.views + excluded.views, "
    "    carts = c.carts + excluded.carts, recent = c.recent + excluded.recent, "
    "    revision = excluded.revision "
    ") SELECT count(*) FROM made"};
constexpr Statement kItemCounts{
    "recommend.get_item_counts",
    "SELECT purchases, returns, views FROM recommend.item_counts WHERE item_id = $1"};
constexpr Statement kCountBuyers{
    "recommend.count_item_buyers",
    "SELECT count(DISTINCT coalesce(survivor_id, customer_id)) FROM recommend.interactions "
    "LEFT JOIN recommend.survivors USING (customer_id) WHERE item_id = $1 AND type = 3"};
// One row: who stands for the customer, their revision, and factors where this training made them
// from it.
constexpr Statement kGetCustomer{
    "recommend.get_customer",
    "SELECT coalesce(r.revision, 0), f.bias, f.factors, coalesce(d.consents, 0), c.id FROM "
    "(SELECT coalesce((SELECT survivor_id FROM recommend.survivors WHERE customer_id = $1), "
    "$1::text) AS id) c "
    "LEFT JOIN recommend.customer_revisions r ON r.customer_id = c.id "
    "LEFT JOIN recommend.consents d ON d.customer_id = c.id "
    "LEFT JOIN recommend.customer_factors f ON f.customer_id = c.id AND f.model_id = $2 "
    "AND f.training_id = $3 AND f.history_revision = r.revision"};
constexpr Statement kListCustomerItems{
    "recommend.list_items_of_customer",
    "SELECT item_id, views, carts, purchases, returns, rating, first_time, last_time, "
    "dismiss_time, "
    "purchase_time FROM recommend.customer_items WHERE customer_id = $1 ORDER BY item_id"};

}  // namespace

absl::StatusOr<AnonymousCreated> PgInteractionStore::BatchCreateAnonymous(
    const RequestContext& context, const std::vector<AnonymousInteraction>& interactions) {
  std::vector<std::string> items, ids;
  std::vector<std::int32_t> types;
  std::vector<absl::Time> times;
  std::vector<double> quantities;
  for (const AnonymousInteraction& interaction : interactions) {
    items.push_back(interaction.item_id);
    ids.push_back(interaction.interaction_id);
    types.push_back(static_cast<std::int32_t>(interaction.type.value()));
    times.push_back(interaction.interaction_time);
    quantities.push_back(interaction.quantity);
  }
  AnonymousCreated created;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextCountRevision(t));
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result rows,
        t.Execute(kInsertAnonymous, {items, ids, types, times, quantities, revision}));
    created.created = rows[0].Int64(0);
    created.duplicates = static_cast<std::int64_t>(interactions.size()) - created.created;
    return absl::OkStatus();
  }));
  return created;
}

absl::StatusOr<ItemStatistics> PgInteractionStore::Statistics(const RequestContext& context,
                                                              absl::string_view item_id) {
  ItemStatistics statistics;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        statistics = {};
        CLIENTELE_ASSIGN_OR_RETURN(const Result counts, t.Execute(kItemCounts, {item_id}));
        if (!counts.empty()) {
          statistics.purchases = counts[0].Int64(0);
          statistics.returns = counts[0].Int64(1);
          statistics.views = counts[0].Int64(2);
        }
        CLIENTELE_ASSIGN_OR_RETURN(const Result buyers, t.Execute(kCountBuyers, {item_id}));
        statistics.customers = buyers[0].Int64(0);
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return statistics;
}

absl::StatusOr<CustomerHistory> PgInteractionStore::History(const RequestContext& context,
                                                            absl::string_view customer_id,
                                                            const ModelIdentity& model,
                                                            std::int64_t known_revision) {
  CustomerHistory history;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        history = {};
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result found,
            t.Execute(kGetCustomer, {customer_id, model.id, model.training_id}));
        history.revision = found[0].Int64(0);
        history.consents = consent::Consents(found[0].Int64(3));
        if (!found[0].IsNull(2)) {
          history.trained = CustomerFactors{FactorsFromBytes(found[0].Bytes(2)),
                                            static_cast<float>(found[0].Double(1))};
        }
        if (history.revision == 0 || history.revision == known_revision) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(kListCustomerItems, {found[0].Text(4)}));
        history.items.reserve(rows.size());
        for (const Row row : rows) {
          history.items.push_back({row.Text(0), row.Int64(1), row.Int64(2), row.Int64(3),
                                   row.Int64(4), row.Double(5), row.Time(6), row.Time(7),
                                   row.OptionalTime(8).value_or(absl::InfinitePast()),
                                   row.OptionalTime(9).value_or(absl::InfinitePast())});
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return history;
}

}  // namespace clientele::recommend
