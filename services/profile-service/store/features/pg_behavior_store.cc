#include "services/profile-service/store/features/pg_behavior_store.h"

#include <algorithm>
#include <utility>

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/events/event_codec.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// Types, as stored: 2 search, 4 purchase, 5 return, 6 message, 7 social, 8 rating.

constexpr Statement kFindCustomer{
    "profile.find_behavior_customer",
    "SELECT 1 FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL"};

constexpr Statement kTypes{
    "profile.count_event_types",
    "SELECT type, count(*), min(event_time), max(event_time) FROM profile.events "
    "WHERE customer_id = $1 GROUP BY type"};

constexpr Statement kHabits{
    "profile.count_event_habits",
    "SELECT count(DISTINCT local::date), count(DISTINCT local::date) FILTER (WHERE type = 4), "
    "count(*) FILTER (WHERE extract(isodow FROM local) >= 6), "
    "count(*) FILTER (WHERE extract(hour FROM local) >= 22 OR extract(hour FROM local) < 6), "
    "count(DISTINCT nullif(item_id, '')), count(DISTINCT nullif(category, '')), "
    "coalesce(sum(rating) FILTER (WHERE type = 8 AND rating > 0), 0), "
    "count(*) FILTER (WHERE type = 8 AND rating > 0) "
    "FROM (SELECT type, item_id, category, rating, event_time AT TIME ZONE 'UTC' AS local "
    "FROM profile.events WHERE customer_id = $1) AS mine"};

// Sums of bigint are numeric, so they are exact; the largest bigint stands for more.
constexpr Statement kCurrencies{
    "profile.sum_event_amounts",
    "SELECT currency_code, "
    "least(coalesce(sum(amount_micros) FILTER (WHERE type = 4), 0), 9223372036854775807)::bigint, "
    "least(coalesce(sum(amount_micros) FILTER (WHERE type = 5), 0), 9223372036854775807)::bigint, "
    "count(*) FILTER (WHERE type = 4), count(*) FILTER (WHERE type = 5) "
    "FROM profile.events WHERE customer_id = $1 AND type IN (4, 5) "
    "GROUP BY currency_code ORDER BY currency_code"};

// AffinityModel: $2 now, $3 weights by type from 0 on, $4 half-life in seconds.
// PostgreSQL refuses an underflow, so the exponent stops at 1000.
constexpr Statement kCategories{
    "profile.sum_event_categories",
    "SELECT category, sum(($3::double precision[])[type + 1] * power(2::double precision, "
    "-least(1000, greatest(0, extract(epoch FROM ($2::timestamptz - event_time))"
    "::double precision) / $4::double precision))) "
    "FROM profile.events WHERE customer_id = $1 AND category <> '' "
    "GROUP BY category ORDER BY category"};

constexpr Statement kChannels{
    "profile.count_event_channels",
    "SELECT channel, count(*) FROM profile.events WHERE customer_id = $1 AND channel <> '' "
    "GROUP BY channel ORDER BY channel"};

constexpr Statement kDevices{
    "profile.count_event_devices",
    "SELECT device, count(*) FROM profile.events WHERE customer_id = $1 AND device <> '' "
    "GROUP BY device ORDER BY device"};

constexpr Statement kTexts{
    "profile.list_event_texts",
    "SELECT event_id, text FROM profile.events WHERE customer_id = $1 AND type IN (2, 6, 7) "
    "AND text IS NOT NULL ORDER BY event_time DESC, event_id DESC LIMIT $2"};

void ReadTypes(const Result& rows, BehaviorSummary& summary) {
  for (const Row row : rows) {
    const auto type = static_cast<std::size_t>(row.Int64(0));
    if (type >= kEventTypes) continue;
    summary.count_by_type[type] = row.Int64(1);
    const absl::Time first = row.Time(2);
    const absl::Time last = row.Time(3);
    summary.first_event_time = std::min(summary.first_event_time.value_or(first), first);
    summary.last_event_time = std::max(summary.last_event_time.value_or(last), last);
    if (type == static_cast<std::size_t>(EventType::kPurchase)) summary.last_purchase_time = last;
  }
}

void ReadHabits(const Row& row, BehaviorSummary& summary) {
  summary.active_days = row.Int64(0);
  summary.purchase_days = row.Int64(1);
  summary.weekend_events = row.Int64(2);
  summary.night_events = row.Int64(3);
  summary.distinct_items = row.Int64(4);
  summary.distinct_categories = row.Int64(5);
  summary.rating_sum = row.Double(6);
  summary.rating_count = row.Int64(7);
}

std::vector<KeyCount> ReadCounts(const Result& rows) {
  std::vector<KeyCount> counts;
  for (const Row row : rows) counts.push_back({row.Text(0), row.Int64(1)});
  return counts;
}

absl::Status Read(Transaction& transaction, absl::string_view customer_id, absl::Time now,
                  const AffinityModel& affinity, BehaviorSummary& summary) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result found, transaction.Execute(kFindCustomer, {customer_id}));
  if (found.empty()) return NotFound(CustomerName(customer_id));
  CLIENTELE_ASSIGN_OR_RETURN(const Result types, transaction.Execute(kTypes, {customer_id}));
  ReadTypes(types, summary);
  if (types.empty()) return absl::OkStatus();

  CLIENTELE_ASSIGN_OR_RETURN(const Result habits, transaction.Execute(kHabits, {customer_id}));
  ReadHabits(habits[0], summary);
  CLIENTELE_ASSIGN_OR_RETURN(const Result currencies,
                             transaction.Execute(kCurrencies, {customer_id}));
  for (const Row row : currencies) {
    summary.currencies.push_back(
        {row.Text(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4)});
  }
  const std::vector<double> weights(affinity.weight.begin(), affinity.weight.end());
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result categories,
      transaction.Execute(kCategories,
                          {customer_id, now, weights, absl::ToDoubleSeconds(affinity.half_life)}));
  for (const Row row : categories) {
    summary.category_affinity.push_back({row.Text(0), row.Double(1)});
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Result channels, transaction.Execute(kChannels, {customer_id}));
  summary.channels = ReadCounts(channels);
  CLIENTELE_ASSIGN_OR_RETURN(const Result devices, transaction.Execute(kDevices, {customer_id}));
  summary.devices = ReadCounts(devices);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BehaviorSummary> PgBehaviorStore::Summarize(const RequestContext& context,
                                                           absl::string_view customer_id,
                                                           absl::Time now,
                                                           const AffinityModel& affinity) {
  BehaviorSummary summary;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) {
        summary = {};
        return Read(transaction, customer_id, now, affinity, summary);
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return summary;
}

absl::StatusOr<std::vector<std::string>> PgBehaviorStore::LatestTexts(const RequestContext& context,
                                                                      absl::string_view customer_id,
                                                                      int limit) {
  std::vector<std::string> texts;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        texts.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(kTexts, {customer_id, limit}));
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(
              std::string text, OpenText(*cipher_, customer_id, row.TextView(0), row.Bytes(1)));
          texts.push_back(std::move(text));
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return texts;
}

}  // namespace clientele::profile
