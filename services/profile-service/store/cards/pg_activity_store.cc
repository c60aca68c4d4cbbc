#include "services/profile-service/store/cards/pg_activity_store.h"

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;

// A month is told by its first moment.
constexpr postgres::Statement kCountByMonth{
    "profile.count_events_by_month",
    "SELECT date_trunc('month', event_time AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS month, "
    "count(*), count(*) FILTER (WHERE type = $4) FROM profile.events "
    "WHERE customer_id IN (SELECT profile.members_of($1)) AND event_time >= $2 AND event_time < $3 "
    "AND left_out = 0 AND type = ANY($5::smallint[]) "
    "GROUP BY month ORDER BY "
    "month"};

}  // namespace

absl::StatusOr<std::vector<MonthOfActivity>> PgActivityStore::CountByMonth(
    const RequestContext& context, absl::string_view customer_id, absl::CivilMonth first,
    absl::CivilMonth last) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time from = absl::FromCivil(first, utc);
  const absl::Time to = absl::FromCivil(last + 1, utc);
  std::vector<std::int64_t> types;
  for (std::size_t type = 1; type < kCountedEventTypes; ++type) {
    types.push_back(static_cast<std::int64_t>(type));
  }
  std::vector<MonthOfActivity> months;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](postgres::Transaction& transaction) -> absl::Status {
        months.clear();
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            transaction.Execute(kCountByMonth, {customer_id, from, to,
                                                static_cast<int>(EventType::kPurchase), types}));
        for (const Row row : rows) {
          months.push_back({.month = absl::ToCivilMonth(row.Time(0), utc),
                            .events = row.Int64(1),
                            .purchases = row.Int64(2)});
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return months;
}

}  // namespace clientele::profile
