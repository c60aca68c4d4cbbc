#include "services/profile-service/core/changes/snapshot.h"

#include <cstddef>
#include <utility>

namespace clientele::profile {

SnapshotPage MakeSnapshotPage(std::optional<SnapshotKey> after, SnapshotRows rows,
                              const PageLimit& limit, absl::Time now) {
  SnapshotPage page;
  page.range.after = std::move(after);
  std::size_t customer = 0;
  std::size_t event = 0;
  int64_t bytes = 0;
  while (true) {
    const bool no_customer = customer == rows.customers.size();
    const bool no_event = event == rows.events.size();
    if (no_customer && no_event && !rows.more_customers && !rows.more_events) {
      page.range.through.reset();
      return page;
    }
    // What comes next is not known.
    if ((no_customer && rows.more_customers) || (no_event && rows.more_events)) return page;

    Change change;
    change.change_time = now;
    const bool take_customer =
        !no_customer && (no_event || rows.customers[customer].id <= rows.events[event].customer_id);
    if (take_customer) {
      change.kind = ChangeKind::kCustomerCreated;
      change.customer_id = rows.customers[customer].id;
      change.consents = rows.customers[customer].consents;
      change.survivor_id = rows.customers[customer].survivor_id;
    } else {
      change.customer_id = rows.events[event].customer_id;
      change.event = std::move(rows.events[event]);
    }
    bytes += BytesOf(change);
    const bool full = static_cast<int>(page.changes.size()) >= limit.changes || bytes > limit.bytes;
    if (full && !page.changes.empty()) return page;
    take_customer ? ++customer : ++event;
    page.range.through = SnapshotKey{change.customer_id, change.event.event_id};
    page.changes.push_back(std::move(change));
  }
}

}  // namespace clientele::profile
