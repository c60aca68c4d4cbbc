#include "services/recommend-service/store/training/pg_training_store.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/store/training/factor_bytes.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr std::size_t kCustomersAtOnce = 1000;
constexpr absl::Duration kLoadTimeout = absl::Minutes(10);

constexpr Statement kLoadPreferences{
    "recommend.list_preferences",
    "SELECT n.customer_id, n.item_id, count(*) FILTER (WHERE type = 1), "
    "count(*) FILTER (WHERE type = 2), count(*) FILTER (WHERE type = 3), "
    "count(*) FILTER (WHERE type = 4), "
    "coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC) "
    "FILTER (WHERE type = 5))[1], 0), min(event_time), count(*) "
    "FROM recommend.interactions n JOIN recommend.items i ON i.item_id = n.item_id "
    "GROUP BY n.customer_id, n.item_id ORDER BY n.customer_id, n.item_id"};
// An erasure moves the cursor in its transaction, so it waits until the factors are
// committed and then deletes them, or has deleted the interactions before.
constexpr Statement kHoldOffErasures{"recommend.lock_feed_cursor",
                                     "SELECT cursor FROM recommend.change_cursor FOR SHARE"};
constexpr Statement kInsertFactors{
    "recommend.insert_customer_factors",
    "INSERT INTO recommend.customer_factors (customer_id, model_id, bias, factors) "
    "SELECT t.customer_id, $2, t.bias, t.factors "
    "FROM unnest($1::text[], $3::real[], $4::bytea[]) AS t (customer_id, bias, factors) "
    "WHERE EXISTS (SELECT 1 FROM recommend.interactions n WHERE n.customer_id = t.customer_id) "
    "ON CONFLICT (customer_id, model_id) DO UPDATE "
    "SET bias = excluded.bias, factors = excluded.factors"};
constexpr Statement kDropModelFactors{"recommend.delete_model_factors",
                                      "DELETE FROM recommend.customer_factors WHERE model_id = $1"};
constexpr Statement kDropOldFactors{
    "recommend.prune_customer_factors",
    "DELETE FROM recommend.customer_factors WHERE model_id <> $1 AND model_id <> $2"};

}  // namespace

absl::StatusOr<TrainingSet> PgTrainingStore::LoadTrainingSet(const RequestContext& context) {
  TrainingSet set;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        set = {};
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kLoadPreferences));
        set.examples.reserve(rows.size());
        set.item_ids.reserve(rows.size());
        for (const Row row : rows) set.item_ids.push_back(row.Text(1));
        std::vector<std::string> item_of_row = set.item_ids;
        std::sort(set.item_ids.begin(), set.item_ids.end());
        set.item_ids.erase(std::unique(set.item_ids.begin(), set.item_ids.end()),
                           set.item_ids.end());
        std::size_t at = 0;
        for (const Row row : rows) {
          const absl::string_view customer = row.TextView(0);
          if (set.customer_ids.empty() || set.customer_ids.back() != customer) {
            set.customer_ids.emplace_back(customer);
          }
          const std::string& item = item_of_row[at++];
          const ItemHistory history{item,         row.Int64(2),  row.Int64(3), row.Int64(4),
                                    row.Int64(5), row.Double(6), row.Time(7),  row.Time(7)};
          const auto index = std::lower_bound(set.item_ids.begin(), set.item_ids.end(), item) -
                             set.item_ids.begin();
          set.examples.push_back({static_cast<std::int32_t>(set.customer_ids.size() - 1),
                                  static_cast<std::int32_t>(index),
                                  static_cast<float>(Preference(history)),
                                  absl::ToUnixMicros(history.first_time)});
          set.interaction_count += row.Int64(8);
        }
        return absl::OkStatus();
      },
      {.read_only = true, .statement_timeout = kLoadTimeout}));
  return set;
}

absl::Status PgTrainingStore::SaveCustomerFactors(const RequestContext& context,
                                                  absl::string_view model_id,
                                                  absl::string_view serving, const TrainingSet& set,
                                                  const Factorization& factorization) {
  const std::size_t k = static_cast<std::size_t>(factorization.dimension);
  return pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kHoldOffErasures).status());
    // Of a model folder that was emptied: the same id, another model.
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kDropModelFactors, {model_id}).status());
    for (std::size_t begin = 0; begin < set.customer_ids.size(); begin += kCustomersAtOnce) {
      const std::size_t end = std::min(set.customer_ids.size(), begin + kCustomersAtOnce);
      std::vector<std::string> customers;
      std::vector<float> biases;
      std::vector<postgres::Bytes> factors;
      for (std::size_t u = begin; u < end; ++u) {
        customers.push_back(set.customer_ids[u]);
        biases.push_back(factorization.customer_biases[u]);
        factors.push_back({FactorsToBytes(
            absl::MakeConstSpan(factorization.customer_factors).subspan(u * k, k))});
      }
      CLIENTELE_RETURN_IF_ERROR(
          t.Execute(kInsertFactors, {customers, model_id, biases, factors}).status());
    }
    return t.Execute(kDropOldFactors, {model_id, serving}).status();
  });
}

}  // namespace clientele::recommend
