#include "services/profile-service/store/segments/pg_segment_sample_store.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kSampleMembers{
    "profile.list_sampled_segment_members",
    "SELECT customer_id FROM profile.segment_members WHERE segment_id = $1 "
    "ORDER BY hashtextextended(customer_id, 0), customer_id LIMIT $2"};

constexpr Statement kSampleCustomers{
    "profile.list_sampled_customers",
    "SELECT customer_id FROM profile.customers "
    "ORDER BY hashtextextended(customer_id, 0), customer_id LIMIT $1"};

// Days are told as in profile.behavior_members: d19675 of an event, p19675 of a purchase. What is
// cast is looked at first.
constexpr Statement kCountActive{
    "profile.count_active_persons_by_month",
    "WITH member AS (SELECT asked.id AS person, m.id FROM unnest($1::text[]) AS asked(id) "
    "CROSS JOIN LATERAL (SELECT asked.id UNION ALL SELECT c.customer_id "
    "FROM profile.customers AS c WHERE c.survivor_id = asked.id) AS m(id)), "
    "listed AS (SELECT member.person, unnest(string_to_array(b.members, ' ')) AS what "
    "FROM member JOIN profile.behavior AS b ON b.customer_id = member.id WHERE b.members <> '' "
    "UNION ALL SELECT member.person, m.member FROM member JOIN profile.behavior_members AS m "
    "ON m.customer_id = member.id AND ((m.member >= 'd' AND m.member < 'e') "
    "OR (m.member >= 'p' AND m.member < 'q'))), "
    "days AS (SELECT person, left(what, 1) AS kind, CASE WHEN left(what, 1) IN ('d', 'p') "
    "THEN substr(what, 2)::integer END AS day FROM listed) "
    "SELECT date_trunc('month', (date '1970-01-01' + day)::timestamp) AT TIME ZONE 'UTC' AS month, "
    "count(DISTINCT person) FILTER (WHERE kind = 'd'), "
    "count(DISTINCT person) FILTER (WHERE kind = 'p') "
    "FROM days WHERE day >= $2 AND day < $3 GROUP BY month ORDER BY month"};

constexpr postgres::TransactionOptions kReadsSamples{.read_only = true};

std::int64_t DaysSince1970(absl::CivilMonth month) {
  return absl::CivilDay(month) - absl::CivilDay(1970, 1, 1);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PgSegmentSampleStore::Sample(
    const RequestContext& context, const std::optional<std::string>& segment_id, int limit) {
  std::vector<std::string> ids;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        ids.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   segment_id
                                       ? transaction.Execute(kSampleMembers, {*segment_id, limit})
                                       : transaction.Execute(kSampleCustomers, {limit}));
        ids.reserve(rows.size());
        for (const Row row : rows) ids.push_back(row.Text(0));
        return absl::OkStatus();
      },
      kReadsSamples));
  return ids;
}

absl::StatusOr<std::vector<MonthOfPersons>> PgSegmentSampleStore::CountActive(
    const RequestContext& context, const std::vector<std::string>& customer_ids,
    absl::CivilMonth first, absl::CivilMonth last) {
  std::vector<MonthOfPersons> months;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        months.clear();
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            transaction.Execute(kCountActive,
                                {customer_ids, DaysSince1970(first), DaysSince1970(last + 1)}));
        for (const Row row : rows) {
          months.push_back({.month = absl::ToCivilMonth(row.Time(0), absl::UTCTimeZone()),
                            .active = row.Int64(1),
                            .bought = row.Int64(2)});
        }
        return absl::OkStatus();
      },
      kReadsSamples));
  return months;
}

}  // namespace clientele::profile
