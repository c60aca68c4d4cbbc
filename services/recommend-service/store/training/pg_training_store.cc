#include "services/recommend-service/store/training/pg_training_store.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "common/status/status_macros.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/store/training/factor_bytes.h"
#include "services/recommend-service/store/training/pg_training_turn.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr std::size_t kCustomersAtOnce = 1000;
constexpr absl::Duration kLoadTimeout = absl::Minutes(10);

constexpr Statement kListItemIds{"recommend.list_item_ids",
                                 "SELECT item_id FROM recommend.items WHERE item_id > $1 "
                                 "ORDER BY item_id LIMIT $2"};
constexpr Statement kListSums{
    "recommend.list_customer_items",
    "SELECT customer_id, item_id, views, carts, purchases, returns, rating, first_time, "
    "interactions, dismiss_time, coalesce(consents, 0), last_time FROM recommend.customer_items "
    "LEFT JOIN recommend.consents USING (customer_id) WHERE (customer_id, item_id) > ($1, $2) "
    "ORDER BY customer_id, item_id LIMIT $3"};
constexpr Statement kListRevisions{
    "recommend.list_customer_revisions",
    "SELECT customer_id, revision FROM recommend.customer_revisions WHERE customer_id > $1 "
    "ORDER BY customer_id LIMIT $2"};
// An erasure moves the cursor in its transaction, so it waits until the factors are
// committed and then deletes them, or has deleted the interactions before.
constexpr Statement kHoldOffErasures{"recommend.lock_feed_cursor",
                                     "SELECT cursor FROM recommend.change_cursor FOR SHARE"};
constexpr Statement kInsertFactors{
    "recommend.insert_customer_factors",
    "INSERT INTO recommend.customer_factors "
    "  (customer_id, model_id, bias, factors, training_id, history_revision) "
    "SELECT t.customer_id, $2, t.bias, t.factors, $5, t.revision "
    "FROM unnest($1::text[], $3::real[], $4::bytea[], $6::bigint[]) "
    "  AS t (customer_id, bias, factors, revision) "
    "WHERE EXISTS (SELECT 1 FROM recommend.customer_revisions r "
    "  WHERE r.customer_id = t.customer_id) "
    "ON CONFLICT (customer_id, model_id) DO UPDATE "
    "SET bias = excluded.bias, factors = excluded.factors, training_id = excluded.training_id, "
    "history_revision = excluded.history_revision"};
constexpr Statement kDropModelFactors{"recommend.delete_model_factors",
                                      "DELETE FROM recommend.customer_factors WHERE model_id = $1"};
constexpr Statement kDropOldFactors{
    "recommend.prune_customer_factors",
    "DELETE FROM recommend.customer_factors WHERE model_id <> $1 AND model_id <> $2"};

// The ids of the catalog, ascending.
absl::StatusOr<std::vector<std::string>> ListItemIds(Transaction& t, int page_rows) {
  std::vector<std::string> ids;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(kListItemIds, {ids.empty() ? "" : ids.back(), page_rows}));
    for (const Row row : rows) ids.push_back(row.Text(0));
    if (rows.size() < static_cast<std::size_t>(page_rows)) return ids;
  }
}

// Those of the set's customers; both lists are by id.
absl::Status ReadRevisions(Transaction& t, int page_rows, TrainingSet& set) {
  set.customer_revisions.assign(set.customer_ids.size(), 0);
  std::string after;
  std::size_t next = 0;
  while (next < set.customer_ids.size()) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kListRevisions, {after, page_rows}));
    for (const Row row : rows) {
      while (next < set.customer_ids.size() && set.customer_ids[next] < row.TextView(0)) ++next;
      if (next == set.customer_ids.size()) break;
      if (set.customer_ids[next] == row.TextView(0)) set.customer_revisions[next] = row.Int64(1);
    }
    if (rows.size() < static_cast<std::size_t>(page_rows)) break;
    after = rows[rows.size() - 1].Text(0);
  }
  return absl::OkStatus();
}

// Leaves the items out that nobody touched.
void DropUnusedItems(TrainingSet& set) {
  std::vector<std::int32_t> index(set.item_ids.size(), -1);
  for (const TrainingExample& example : set.examples) {
    index[static_cast<std::size_t>(example.item)] = 0;
  }
  std::size_t used = 0;
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (index[i] < 0) continue;
    if (used != i) set.item_ids[used] = std::move(set.item_ids[i]);
    index[i] = static_cast<std::int32_t>(used++);
  }
  set.item_ids.resize(used);
  for (TrainingExample& example : set.examples) {
    example.item = index[static_cast<std::size_t>(example.item)];
  }
}

absl::Status Load(Transaction& t, int page_rows, const Dismissals& dismissals,
                  const consent::Policy& consent, absl::Time now, TrainingSet& set) {
  CLIENTELE_ASSIGN_OR_RETURN(set.item_ids, ListItemIds(t, page_rows));
  absl::flat_hash_map<absl::string_view, std::int32_t> index;
  index.reserve(set.item_ids.size());
  for (std::size_t i = 0; i < set.item_ids.size(); ++i) {
    index.emplace(set.item_ids[i], static_cast<std::int32_t>(i));
  }
  std::string customer, item;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(kListSums, {customer, item, page_rows}));
    for (const Row row : rows) {
      const auto found = index.find(row.TextView(1));
      if (found == index.end()) continue;
      const consent::Consents consents(row.Int64(10));
      if (!consent.Allows(consent::Purpose::kRecommendation, consents)) continue;
      if (set.customer_ids.empty() || set.customer_ids.back() != row.TextView(0)) {
        set.customer_ids.push_back(row.Text(0));
      }
      const ItemHistory history{
          "",           row.Int64(2), row.Int64(3),
          row.Int64(4), row.Int64(5), row.Double(6),
          row.Time(7),  row.Time(7),  row.OptionalTime(9).value_or(absl::InfinitePast())};
      set.examples.push_back({static_cast<std::int32_t>(set.customer_ids.size() - 1), found->second,
                              static_cast<float>(Preference(history, dismissals, now)),
                              absl::ToUnixMicros(history.first_time)});
      set.interaction_count += row.Int64(8);
      set.newest = std::max(set.newest, row.Time(11));
    }
    if (rows.size() < static_cast<std::size_t>(page_rows)) break;
    customer = rows[rows.size() - 1].Text(0);
    item = rows[rows.size() - 1].Text(1);
  }
  index.clear();  // refers to the ids
  DropUnusedItems(set);
  return ReadRevisions(t, page_rows, set);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrainingTurn>> PgTrainingStore::BeginTraining(
    const RequestContext& context, absl::string_view name) {
  return TakeTrainingTurn(pool_, context, name, lease_);
}

absl::StatusOr<std::optional<LastTraining>> PgTrainingStore::GetLastTraining(
    const RequestContext& context) {
  std::optional<LastTraining> last;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context,
                                            [&](Transaction& t) -> absl::Status {
                                              CLIENTELE_ASSIGN_OR_RETURN(last, ReadLastTraining(t));
                                              return absl::OkStatus();
                                            },
                                            {.read_only = true}));
  return last;
}

absl::StatusOr<TrainingSet> PgTrainingStore::LoadTrainingSet(const RequestContext& context) {
  TrainingSet set;
  CLIENTELE_RETURN_IF_ERROR(
      pool_->Transact(context,
                      [&](Transaction& t) {
                        set = {};
                        return Load(t, page_rows_, dismissals_, consent_, clock_->Now(), set);
                      },
                      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead,
                       .read_only = true,
                       .statement_timeout = kLoadTimeout}));
  return set;
}

absl::Status PgTrainingStore::SaveCustomerFactors(const RequestContext& context,
                                                  const ModelIdentity& model,
                                                  absl::string_view serving, const TrainingSet& set,
                                                  const Factorization& factorization) {
  const std::size_t k = static_cast<std::size_t>(factorization.dimension);
  return pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(HoldTrainingTurn(t, model.training_id));
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kHoldOffErasures).status());
    // Of a model folder that was emptied: the same id, another model.
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kDropModelFactors, {model.id}).status());
    for (std::size_t begin = 0; begin < set.customer_ids.size(); begin += kCustomersAtOnce) {
      const std::size_t end = std::min(set.customer_ids.size(), begin + kCustomersAtOnce);
      std::vector<std::string> customers;
      std::vector<float> biases;
      std::vector<postgres::Bytes> factors;
      std::vector<std::int64_t> revisions;
      for (std::size_t u = begin; u < end; ++u) {
        customers.push_back(set.customer_ids[u]);
        biases.push_back(factorization.customer_biases[u]);
        factors.push_back({FactorsToBytes(
            absl::MakeConstSpan(factorization.customer_factors).subspan(u * k, k))});
        revisions.push_back(set.customer_revisions[u]);
      }
      CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsertFactors, {customers, model.id, biases, factors,
                                                           model.training_id, revisions})
                                    .status());
    }
    return t.Execute(kDropOldFactors, {model.id, serving}).status();
  });
}

}  // namespace clientele::recommend
