#include "services/profile-service/core/segments/segment_filler.h"

#include <optional>
#include <utility>

#include "common/status/status_macros.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {

absl::StatusOr<bool> SegmentFiller::RunOnce(const RequestContext& context) {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<SegmentFill> fill,
                             memberships_->TakeFill(context, now, options_.lease));
  if (!fill) return false;
  const absl::StatusOr<SegmentRule> rule = SegmentRule::Parse(fill->rule);
  // Of a later version, whose replicas fill it; here it holds for nobody.
  if (!rule.ok()) return false;
  if (!pages_ || begin_id_ != fill->begin_id || pages_->after_id() != fill->after_id) {
    begin_id_ = fill->begin_id;
    pages_.emplace(memberships_, rule->Narrowing(), fill->after_id);
  }
  const RecordQuery query{.reads = rule->Reads(now), .now = now, .affinity = options_.affinity};
  absl::StatusOr<CandidatePage> page = pages_->Next(context, query);
  if (!page.ok() || !page->next_after) pages_.reset();
  CLIENTELE_RETURN_IF_ERROR(page.status());
  const RuleBook book({{.id = fill->segment_id, .rule = fill->rule}});
  CLIENTELE_ASSIGN_OR_RETURN(
      const int joined,
      memberships_->SettleFill(context, *fill, page->next_after,
                               book.Decide(std::move(page->records), options_.consent, now)));
  if (joined > 0 && notifier_ != nullptr) notifier_->Published();
  return true;
}

absl::Status SegmentFiller::Run(const RequestContext& context) {
  while (context.Check(clock_->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, RunOnce(context));
    if (!more) break;
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
