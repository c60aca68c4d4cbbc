#include "services/profile-service/core/events/events.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/profile-service/core/events/event_validation.h"
#include "services/profile-service/core/features/precision.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxBatchEvents = 5000;

std::size_t EventBytes(const Event& event) {
  return paging::kRowBytes + event.customer_id.size() + event.event_id.size() +
         event.item_id.size() + event.category.size() + event.currency_code.size() +
         event.text.size() + event.channel.size() + event.device.size() + event.source.size() +
         event.campaign_id.size() + event.coupon_id.size();
}

// Moves the valid events into a batch; the others become rejections, or one
// error when they may not be skipped.
absl::StatusOr<EventBatch> TakeValid(std::vector<Event> events, absl::Time now,
                                     const EventRetention& retention,
                                     const Events::BatchOptions& options) {
  EventBatch batch;
  batch.skip_unknown_customers = options.skip_invalid;
  batch.events.reserve(events.size());
  batch.indices.reserve(events.size());
  FieldViolations all;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const int64_t index = options.first_index + static_cast<int64_t>(i);
    const std::string path = absl::StrCat("events[", index, "]");
    FieldViolations own;
    FieldViolations& bad = options.skip_invalid ? own : all;
    const std::size_t before = bad.size();
    ValidateEvent(events[i], now, path, bad);
    retention.Check(events[i], now, path, bad);
    if (!own.empty()) {
      batch.outcome.Reject(index, own.ToStatus());
      if (options.quarantined_as) {
        FieldViolations kept;
        ValidateEvent(events[i], now, kQuarantinePath, kept);
        retention.Check(events[i], now, kQuarantinePath, kept);
        batch.candidates.push_back({options.quarantined_as(i), kept.ToStatus()});
      }
    }
    if (bad.size() != before) continue;
    events[i].event_time = ToMicroseconds(events[i].event_time);
    batch.events.push_back(std::move(events[i]));
    batch.indices.push_back(index);
  }
  CLIENTELE_RETURN_IF_ERROR(all.ToStatus());
  return batch;
}

}  // namespace

absl::StatusOr<EventBatchOutcome> Events::CreateBatch(const RequestContext& context,
                                                      const MutationId& mutation,
                                                      std::vector<Event> events,
                                                      BatchOptions options) {
  if (events.empty() || events.size() > kMaxBatchEvents) {
    return InvalidField("events", absl::StrCat("must have 1 to ", kMaxBatchEvents, " entries"));
  }
  if (options.quarantined_as && !options.skip_invalid) {
    return InvalidField("quarantine_invalid", "may be set only with skip_invalid");
  }
  CLIENTELE_ASSIGN_OR_RETURN(EventBatch batch,
                             TakeValid(std::move(events), clock_->Now(), retention_, options));
  if (options.quarantined_as) batch.quarantine = quarantine_;
  if (batch.events.empty() && batch.candidates.empty() && !mutation.idempotent()) {
    return std::move(batch.outcome);
  }
  CLIENTELE_ASSIGN_OR_RETURN(EventBatchOutcome outcome, store_->Insert(context, mutation, batch));
  if (outcome.created > 0) notifier_->Published();
  return outcome;
}

absl::StatusOr<EventPage> Events::List(const RequestContext& context, absl::string_view customer_id,
                                       int page_size, absl::string_view page_token) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "parent", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const auto after, ParseEventPageToken(customer_id, page_token));
  EventPage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.events, store_->List(context, customer_id, after, page_size + 1));
  if (paging::CutPage(page.events, page_size, EventBytes)) {
    const Event& last = page.events.back();
    page.next_page_token =
        EventPageToken(customer_id, {last.event_time, last.event_id, last.customer_id});
  }
  return page;
}

}  // namespace clientele::profile
