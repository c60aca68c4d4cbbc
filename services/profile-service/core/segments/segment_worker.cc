#include "services/profile-service/core/segments/segment_worker.h"

#include <vector>

#include "common/status/status_macros.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {

absl::StatusOr<bool> SegmentWorker::RunOnce(const RequestContext& context) {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<DueCustomer> due,
                             store_->TakeDue(context, options_.batch, now, options_.lease));
  if (due.empty()) return false;
  // After the customers were taken: a segment that comes now makes them due again.
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Segment> segments, store_->ListSegments(context));
  const RuleBook book(segments);
  for (const DueCustomer& customer : due) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    const absl::StatusOr<CustomerRecord> record = store_->ReadRecord(
        context, customer.customer_id, now, options_.affinity, book.EventsSince(now));
    if (absl::IsNotFound(record.status())) continue;
    CLIENTELE_RETURN_IF_ERROR(record.status());
    RuleBook::Memberships memberships;
    // Who was merged belongs where their survivor does.
    if (record->customer.survivor_id.empty() && MayBeProfiled(*record, options_.consent)) {
      memberships = book.Decide(FactsOf(*record, options_.consent, now));
    }
    CLIENTELE_RETURN_IF_ERROR(
        store_->Settle(context, customer, memberships.segment_ids, memberships.next_change, now));
  }
  return true;
}

absl::Status SegmentWorker::Run(const RequestContext& context) {
  while (context.Check(clock_->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, RunOnce(context));
    if (!more) break;
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
