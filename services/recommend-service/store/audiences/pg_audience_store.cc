#include "services/recommend-service/store/audiences/pg_audience_store.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

#include "common/status/status_macros.h"
#include "services/recommend-service/store/training/factor_bytes.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;
using postgres::TransactionOptions;

// One look-up of factors for each customer: a join that the planner chose would read all of them
// for each page.
constexpr Statement kListAudienceCustomers{
    "recommend.list_audience_customers",
    "SELECT r.customer_id, r.revision, f.bias, f.factors FROM "
    "  (SELECT customer_id, revision FROM recommend.customer_revisions WHERE customer_id > $1 "
    "   ORDER BY customer_id LIMIT $2) r "
    "LEFT JOIN LATERAL (SELECT bias, factors FROM recommend.customer_factors c "
    "  WHERE c.customer_id = r.customer_id AND c.model_id = $3 AND c.training_id = $4 "
    "  AND c.history_revision = r.revision LIMIT 1) f ON true ORDER BY r.customer_id"};
constexpr Statement kListExcluded{
    "recommend.list_audience_exclusions",
    "SELECT customer_id FROM recommend.interactions WHERE type = 3 AND item_id = ANY($1::text[]) "
    "  AND customer_id > $2 AND customer_id <= $3 "
    "UNION SELECT customer_id FROM recommend.interactions WHERE type = 6 "
    "  AND item_id = ANY($1::text[]) AND customer_id > $2 AND customer_id <= $3 "
    "  AND event_time > $4 "
    "UNION SELECT survivor_id FROM recommend.survivors JOIN recommend.interactions "
    "  USING (customer_id) WHERE survivor_id > $2 AND survivor_id <= $3 "
    "  AND item_id = ANY($1::text[]) AND (type = 3 OR (type = 6 AND event_time > $4))"};
constexpr Statement kListItemsOfCustomers{
    "recommend.list_items_of_customers",
    "SELECT customer_id, item_id, views, carts, purchases, returns, rating, first_time, "
    "  last_time, dismiss_time, purchase_time FROM recommend.customer_items "
    "WHERE customer_id = ANY($1::text[]) ORDER BY customer_id, item_id"};

constexpr absl::Duration kPassTimeout = absl::Minutes(10);

absl::Status ReadItems(Transaction& t, const std::vector<std::string>& customers,
                       absl::flat_hash_map<std::string, std::vector<ItemHistory>>& items) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kListItemsOfCustomers, {customers}));
  for (const Row row : rows) {
    items[row.Text(0)].push_back({row.Text(1), row.Int64(2), row.Int64(3), row.Int64(4),
                                  row.Int64(5), row.Double(6), row.Time(7), row.Time(8),
                                  row.OptionalTime(9).value_or(absl::InfinitePast()),
                                  row.OptionalTime(10).value_or(absl::InfinitePast())});
  }
  return absl::OkStatus();
}

// The customers of a page who are wanted.
absl::StatusOr<std::vector<AudienceCandidate>> Candidates(Transaction& t, const Result& page,
                                                          absl::string_view after,
                                                          const AudienceRead& read) {
  absl::flat_hash_set<std::string> excluded;
  if (!read.excluding_items.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result rows,
        t.Execute(kListExcluded, {read.excluding_items, after, page[page.size() - 1].TextView(0),
                                  read.dismissed_after}));
    for (const Row row : rows) excluded.insert(row.Text(0));
  }
  std::vector<AudienceCandidate> candidates;
  candidates.reserve(page.size());
  std::vector<std::string> untrained;
  for (const Row row : page) {
    if (read.newest_revision.has_value() && row.Int64(1) > *read.newest_revision) continue;
    AudienceCandidate candidate{.customer_id = row.Text(0), .trained = {}, .items = {}};
    if (excluded.contains(candidate.customer_id)) continue;
    if (row.IsNull(3)) {
      untrained.push_back(candidate.customer_id);
    } else {
      candidate.trained =
          CustomerFactors{FactorsFromBytes(row.Bytes(3)), static_cast<float>(row.Double(2))};
    }
    candidates.push_back(std::move(candidate));
  }
  if (untrained.empty()) return candidates;
  absl::flat_hash_map<std::string, std::vector<ItemHistory>> items;
  CLIENTELE_RETURN_IF_ERROR(ReadItems(t, untrained, items));
  for (AudienceCandidate& candidate : candidates) {
    if (candidate.trained.has_value()) continue;
    if (const auto found = items.find(candidate.customer_id); found != items.end()) {
      candidate.items = std::move(found->second);
    }
  }
  return candidates;
}

}  // namespace

absl::StatusOr<std::int64_t> PgAudienceStore::ReadCustomers(
    const RequestContext& context, const AudienceRead& read,
    absl::FunctionRef<absl::Status(std::vector<AudienceCandidate>)> take) {
  std::int64_t newest = 0;
  // What was given cannot be taken back, so nothing is run again.
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        std::string after;
        while (true) {
          CLIENTELE_ASSIGN_OR_RETURN(const Result page, t.Execute(kListAudienceCustomers,
                                                                  {after, page_rows_, read.model.id,
                                                                   read.model.training_id}));
          if (page.empty()) return absl::OkStatus();
          for (const Row row : page) newest = std::max(newest, row.Int64(1));
          CLIENTELE_ASSIGN_OR_RETURN(std::vector<AudienceCandidate> candidates,
                                     Candidates(t, page, after, read));
          CLIENTELE_RETURN_IF_ERROR(take(std::move(candidates)));
          if (page.size() < static_cast<std::size_t>(page_rows_)) return absl::OkStatus();
          after = page[page.size() - 1].Text(0);
        }
      },
      {.isolation = TransactionOptions::Isolation::kRepeatableRead,
       .read_only = true,
       .max_attempts = 1,
       .statement_timeout = kPassTimeout}));
  return newest;
}

absl::StatusOr<std::vector<std::vector<ItemHistory>>> PgAudienceStore::Histories(
    const RequestContext& context, const std::vector<std::string>& customer_ids) {
  absl::flat_hash_map<std::string, std::vector<ItemHistory>> items;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context,
                                            [&](Transaction& t) {
                                              items.clear();
                                              return ReadItems(t, customer_ids, items);
                                            },
                                            {.read_only = true}));
  std::vector<std::vector<ItemHistory>> histories;
  histories.reserve(customer_ids.size());
  for (const std::string& id : customer_ids) histories.push_back(std::move(items[id]));
  return histories;
}

}  // namespace clientele::recommend
