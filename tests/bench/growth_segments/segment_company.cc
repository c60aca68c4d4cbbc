#include "tests/bench/growth_segments/segment_company.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/customers/customer_codec.h"
#include "services/profile-service/store/migrations.h"
#include "tests/bench/models/benchmark.h"

namespace clientele::profile {
namespace {

using postgres::Statement;

constexpr int kCustomersAtOnce = 20'000;

constexpr Statement kMakeCustomers{
    "bench.insert_customers",
    "INSERT INTO profile.customers (customer_id, attributes, language_code, region, revision, "
    "create_time, update_time) SELECT customer_id, attributes, "
    "(ARRAY['en','zh','en','de'])[1 + position % 4], "
    "(ARRAY['GB','US','FR','DE','CN','JP','ES','IT','NL','BR'])[1 + position % 10], 1, now(), "
    "now() FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY "
    "AS t(customer_id, attributes, position)"};

constexpr Statement kKeepSums{"bench.keep_sums", "SELECT set_config('profile.sums', 'kept', true)"};

constexpr Statement kMakeEvents{
    "bench.insert_events",
    "INSERT INTO profile.events (customer_id, event_id, type, event_time, item_id, category, "
    "quantity, amount_micros, currency_code, text, channel, device, rating, source) "
    "SELECT customer_id, 'e' || n, type, now() - (h % 63072000) * interval '1 second', "
    "'i' || h % 4000, 'category ' || h / 7 % 40, 1, "
    "CASE WHEN type IN (4, 5) THEN 1000000 + h % 90000000 ELSE 0 END, "
    "CASE WHEN type IN (4, 5) THEN 'GBP' ELSE '' END, NULL, "
    "(ARRAY['web','app','store'])[1 + h / 11 % 3], "
    "(ARRAY['ios','android','desktop',''])[1 + h / 13 % 4], 0, 'bench' "
    "FROM (SELECT customer_id, n, h, (ARRAY[1,1,1,1,3,4,4,2,1,5])[1 + h / 17 % 10] AS type FROM ("
    "SELECT customer_id, n, abs(hashtext(customer_id || n)::bigint) AS h "
    "FROM unnest($1::text[]) WITH ORDINALITY AS t(customer_id, position) "
    "CROSS JOIN LATERAL generate_series(1, 1 + position * 7 % 15) AS n) AS hashed) AS typed"};

constexpr Statement kMakeSums{
    "bench.update_behavior",
    "UPDATE profile.behavior AS b SET affinity_half_life = 7776000, views = s.views, "
    "searches = s.searches, carts = s.carts, purchases = s.purchases, returns = s.returns, "
    "first_event_time = s.first, last_event_time = s.last, last_purchase_time = s.last_purchase, "
    "active_days = s.days, purchase_days = s.purchase_days, items = s.items FROM ("
    "SELECT customer_id, count(*) FILTER (WHERE type = 1) AS views, "
    "count(*) FILTER (WHERE type = 2) AS searches, count(*) FILTER (WHERE type = 3) AS carts, "
    "count(*) FILTER (WHERE type = 4) AS purchases, count(*) FILTER (WHERE type = 5) AS returns, "
    "min(event_time) AS first, max(event_time) AS last, "
    "max(event_time) FILTER (WHERE type = 4) AS last_purchase, "
    "count(DISTINCT event_time::date) AS days, "
    "count(DISTINCT event_time::date) FILTER (WHERE type = 4) AS purchase_days, "
    "count(DISTINCT item_id) AS items FROM profile.events WHERE customer_id = ANY($1::text[]) "
    "GROUP BY customer_id) AS s WHERE s.customer_id = b.customer_id"};

constexpr Statement kMakeKeys{
    "bench.insert_behavior_keys",
    "WITH e AS (SELECT * FROM profile.events WHERE customer_id = ANY($1::text[])), "
    "keys AS (SELECT customer_id, 1 AS kind, category AS key, type, amount_micros, event_time "
    "FROM e UNION ALL SELECT customer_id, 2, currency_code, type, amount_micros, event_time "
    "FROM e WHERE type IN (4, 5) UNION ALL SELECT customer_id, 3, channel, type, 0, event_time "
    "FROM e UNION ALL SELECT customer_id, 4, device, type, 0, event_time FROM e WHERE device <> '')"
    "INSERT INTO profile.behavior_keys (customer_id, kind, key, events, weight, weight_micros, "
    "purchase_count, return_count, purchase_amount_micros, return_amount_micros) "
    "SELECT customer_id, kind, key, count(*), CASE WHEN kind = 1 THEN count(*) ELSE 0 END, "
    "extract(epoch FROM max(event_time)) * 1e6, "
    "count(*) FILTER (WHERE kind = 2 AND type = 4), count(*) FILTER (WHERE kind = 2 AND type = 5), "
    "coalesce(sum(amount_micros) FILTER (WHERE kind = 2 AND type = 4), 0), "
    "coalesce(sum(amount_micros) FILTER (WHERE kind = 2 AND type = 5), 0) "
    "FROM keys GROUP BY customer_id, kind, key"};

constexpr Statement kMakeSegments{
    "bench.insert_segments",
    "INSERT INTO profile.segments (segment_id, display_name, rule, create_time) "
    "SELECT 'rule-' || i, '', CASE i % 4 "
    "WHEN 0 THEN 'purchases(' || 10 + i || 'd, category = \"category ' || i % 40 || '\") >= 2' "
    "WHEN 1 THEN 'views(30d) > ' || i || ' and region = \"GB\"' "
    "WHEN 2 THEN 'affinity(\"category ' || i % 40 || '\") > 0.4 and monetary_net > ' || i "
    "ELSE 'attribute(\"tier\") = \"gold\" and spent(365d, currency = \"GBP\") > ' || i END, now() "
    "FROM generate_series(1, $1::integer) AS i"};

constexpr Statement kAnalyze{"bench.analyze", "ANALYZE"};

}  // namespace

postgres::Result RunLong(postgres::ConnectionPool& pool, const Statement& statement,
                         const std::vector<postgres::Value>& params, bool keep) {
  postgres::Result result;
  const absl::Status status =
      pool.Transact({},
                    [&](postgres::Transaction& transaction) -> absl::Status {
                      auto made = transaction.Execute(statement, params);
                      if (!made.ok()) return made.status();
                      result = *std::move(made);
                      return keep ? absl::OkStatus() : absl::AlreadyExistsError("not kept");
                    },
                    {.statement_timeout = absl::Minutes(20)});
  if (keep || !absl::IsAlreadyExists(status)) bench::Require(status);
  return result;
}

std::string SegmentCustomerId(int i) {
  // A permutation of 32 bits, so that the ids come in no order.
  std::uint32_t mixed = static_cast<std::uint32_t>(i) * 2654435761U;
  mixed ^= mixed >> 15U;
  return absl::StrFormat("c%08x", mixed * 2246822519U);
}

void MakeSegmentCompany(postgres::ConnectionPool& pool, const crypto::Cipher& cipher, int customers,
                        int segments) {
  bench::Require(MigrateSchema(pool));
  for (int first = 0; first < customers; first += kCustomersAtOnce) {
    std::vector<std::string> ids;
    std::vector<postgres::Bytes> attributes;
    for (int i = first; i < std::min(customers, first + kCustomersAtOnce); ++i) {
      Customer customer{.id = SegmentCustomerId(i)};
      customer.attributes = {{"tier", i % 20 == 0 ? "gold" : "none"}};
      attributes.push_back(*Seal(cipher, customer).attributes);
      ids.push_back(std::move(customer.id));
    }
    bench::Require(
        pool.Transact({},
                      [&](postgres::Transaction& transaction) -> absl::Status {
                        for (const auto& status :
                             {transaction.Execute(kMakeCustomers, {ids, attributes}).status(),
                              transaction.Execute(kKeepSums).status(),
                              transaction.Execute(kMakeEvents, {ids}).status(),
                              transaction.Execute(kMakeSums, {ids}).status(),
                              transaction.Execute(kMakeKeys, {ids}).status()}) {
                          if (!status.ok()) return status;
                        }
                        return absl::OkStatus();
                      },
                      {.statement_timeout = absl::Minutes(20)}));
  }
  RunLong(pool, kMakeSegments, {segments});
  RunLong(pool, kAnalyze);
}

}  // namespace clientele::profile
