#include "services/profile-service/core/segments/segment_worker.h"

#include <string>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {

absl::StatusOr<bool> SegmentWorker::RunOnce(const RequestContext& context) {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<DueCustomer> due,
      memberships_->TakeDue(context, page_size_.customers(), now, options_.lease));
  if (due.empty()) return false;
  // After the customers were taken: what happens to them from now on makes them due again.
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Segment> segments, segments_->ListSegments(context));
  has_segments_ = !segments.empty();
  if (!book_.IsOf(segments)) book_ = RuleBook(segments);
  std::vector<std::string> ids;
  ids.reserve(due.size());
  for (const DueCustomer& customer : due) ids.push_back(customer.customer_id);
  CLIENTELE_ASSIGN_OR_RETURN(
      std::vector<CustomerRecord> records,
      memberships_->ReadRecords(
          context, ids, {.reads = book_.Reads(now), .now = now, .affinity = options_.affinity}));
  page_size_.Note(records);
  CLIENTELE_ASSIGN_OR_RETURN(
      const int changed,
      memberships_->Settle(context, book_.Decide(std::move(records), options_.consent, now)));
  if (changed > 0 && notifier_ != nullptr) notifier_->Published();
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
