#include "services/profile-service/store/changes/pg_change_store.h"

#include <utility>

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/events/event_codec.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// The LIMIT in the lateral query keeps the plan at one key look-up for each
// change, also where the planner does not know how small the page is.
constexpr Statement kRead{
    "profile.list_changes",
    "SELECT c.seq, c.kind, c.customer_id, c.change_time, e.event_id, e.type, e.event_time, "
    "e.item_id, e.category, e.quantity, e.amount_micros, e.currency_code, e.channel, e.device, "
    "e.rating, e.source, CASE WHEN $3::boolean THEN e.text END "
    "FROM (SELECT * FROM profile.changes WHERE seq > $1 ORDER BY seq LIMIT $2) AS c "
    "LEFT JOIN LATERAL (SELECT * FROM profile.events WHERE events.customer_id = c.customer_id "
    "AND events.event_id = c.event_id LIMIT 1) AS e ON true ORDER BY c.seq"};

constexpr Statement kLastSeq{"profile.get_last_change_seq",
                             "SELECT coalesce(max(seq), 0) FROM profile.changes"};

}  // namespace

absl::StatusOr<ChangePage> PgChangeStore::Read(const RequestContext& context, int64_t after,
                                               int limit, bool include_text) {
  ChangePage page;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        page = {.changes = {}, .last_seq = after};
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(kRead, {after, limit, include_text}));
        page.changes.reserve(rows.size());
        for (const Row row : rows) {
          page.last_seq = row.Int64(0);
          Change change;
          change.kind = static_cast<ChangeKind>(row.Int64(1));
          change.customer_id = row.Text(2);
          change.change_time = row.Time(3);
          if (change.kind == ChangeKind::kEvent) {
            if (row.IsNull(4)) continue;
            CLIENTELE_ASSIGN_OR_RETURN(change.event, ToEvent(cipher_, change.customer_id, row, 4));
          }
          page.changes.push_back(std::move(change));
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return page;
}

absl::StatusOr<int64_t> PgChangeStore::LastSeq(const RequestContext& context) {
  int64_t last = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context,
                                            [&](Transaction& transaction) -> absl::Status {
                                              CLIENTELE_ASSIGN_OR_RETURN(
                                                  const Result rows, transaction.Execute(kLastSeq));
                                              last = rows[0].Int64(0);
                                              return absl::OkStatus();
                                            },
                                            {.read_only = true}));
  return last;
}

}  // namespace clientele::profile
