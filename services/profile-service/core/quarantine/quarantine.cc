#include "services/profile-service/core/quarantine/quarantine.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/core/events/event_validation.h"
#include "services/profile-service/core/features/precision.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxNames = 1000;
constexpr int kDroppedAtOnce = 1000;
// Of the events that one transaction tries.
constexpr std::int64_t kReplayedBytes = std::int64_t{4} << 20;
constexpr std::size_t kMaxQuotedPath = 64;
constexpr absl::string_view kEventPrefix = "event.";

bool IsEventField(absl::string_view name) {
  return std::find(kEventFields.begin(), kEventFields.end(), name) != kEventFields.end();
}

absl::Status WrongQuarantineToken() {
  return InvalidField("page_token", "must come from the response before, of the same list");
}

// `list` tells tokens of different lists apart.
std::string TokenAfter(absl::string_view list, std::int64_t id) {
  return absl::WebSafeBase64Escape(absl::StrCat(list, " ", id));
}

absl::StatusOr<std::int64_t> ParseToken(absl::string_view list, absl::string_view token) {
  if (token.empty()) return 0;
  std::string plain;
  if (!absl::WebSafeBase64Unescape(token, &plain)) return WrongQuarantineToken();
  absl::string_view rest = plain;
  std::int64_t id = 0;
  if (!absl::ConsumePrefix(&rest, list) || !absl::ConsumePrefix(&rest, " ") ||
      !absl::SimpleAtoi(rest, &id) || id < 1) {
    return WrongQuarantineToken();
  }
  return id;
}

std::string ListName(const QuarantineFilter& filter) {
  return absl::StrCat("q ", filter.customer_id, " ", filter.field);
}

std::size_t SizeOf(const QuarantinedEvent& event) {
  std::size_t bytes = paging::kRowBytes + BytesOf(event.event) + event.status.message().size();
  for (const FieldViolation& violation : GetFieldViolations(event.status)) {
    bytes += 8 + violation.field.size() + violation.description.size();
  }
  return bytes;
}

absl::Status CheckMask(const std::vector<std::string>& mask) {
  FieldViolations bad;
  if (mask.empty()) bad.Add("update_mask", "must name what to change, such as event.text");
  for (absl::string_view path : mask) {
    absl::string_view field = path;
    if (absl::ConsumePrefix(&field, kEventPrefix) && IsEventField(field)) continue;
    bad.Add("update_mask", absl::StrCat("\"", path.substr(0, kMaxQuotedPath),
                                        "\" is nothing that can be changed; use event. and one of ",
                                        absl::StrJoin(kEventFields, ", ")));
  }
  return bad.ToStatus();
}

absl::StatusOr<Event> JudgeEvent(const SentEvent& sent, absl::Time now,
                                 const EventRetention& retention) {
  Event event = ToEvent(sent);
  FieldViolations bad;
  ValidateEvent(event, now, kQuarantinePath, bad);
  retention.Check(event, now, kQuarantinePath, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  event.event_time = ToMicroseconds(event.event_time);
  return event;
}

// Puts into `wrong` what is wrong with the event, its customer included.
absl::Status FindWhatIsWrong(const SentEvent& sent, absl::Time now, const EventRetention& retention,
                             QuarantineStore::FindCustomer find, absl::Status& wrong) {
  wrong = JudgeEvent(sent, now, retention).status();
  const std::string claimed = ClaimedCustomer(sent.customer);
  if (claimed.empty()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const CustomerState state, find(claimed));
  if (state == CustomerState::kDeleted) {
    return InvalidField("quarantined_event.event.customer",
                        "names a customer who was deleted: nothing of them may be kept");
  }
  if (state == CustomerState::kUnknown && wrong.ok()) wrong = UnknownCustomerAt(kQuarantinePath);
  return absl::OkStatus();
}

}  // namespace

std::string QuarantinedEventName(std::int64_t id) { return absl::StrCat("quarantinedEvents/", id); }

std::string EtagOf(const QuarantinedEvent& event) { return absl::StrCat(event.revision); }

absl::Time Quarantine::ExpiryOf(const QuarantinedEvent& event) const {
  return options_.retention > absl::ZeroDuration() ? event.create_time + options_.retention
                                                   : absl::InfiniteFuture();
}

absl::StatusOr<QuarantinePage> Quarantine::List(const RequestContext& context,
                                                QuarantineFilter filter, int page_size,
                                                absl::string_view page_token) {
  FieldViolations bad;
  if (!filter.customer_id.empty()) ValidateCustomerId(filter.customer_id, "customer", bad);
  if (!filter.field.empty()) {
    const absl::string_view name = absl::StripPrefix(filter.field, kEventPrefix);
    if (!IsEventField(name)) {
      bad.Add("field", absl::StrCat("must be one of ", absl::StrJoin(kEventFields, ", ")));
    }
    filter.field = absl::StrCat(kEventPrefix, name);
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const std::string list = ListName(filter);
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t after, ParseToken(list, page_token));
  QuarantinePage page;
  CLIENTELE_ASSIGN_OR_RETURN(
      page.events,
      store_->ListQuarantined(context, filter,
                              {.after = after,
                               .events = page_size + 1,
                               .bytes = static_cast<std::int64_t>(paging::kMaxPageBytes)}));
  if (paging::CutPage(page.events, page_size, SizeOf)) {
    page.next_page_token = TokenAfter(list, page.events.back().id);
  }
  for (QuarantinedEvent& event : page.events) event.expire_time = ExpiryOf(event);
  return page;
}

absl::StatusOr<QuarantinedEvent> Quarantine::Update(const RequestContext& context,
                                                    const MutationId& mutation,
                                                    const QuarantineUpdate& update) {
  CLIENTELE_RETURN_IF_ERROR(CheckMask(update.mask));
  const absl::Time now = ToMicroseconds(clock_->Now());
  const auto mend = [&](QuarantinedEvent current,
                        QuarantineStore::FindCustomer find) -> absl::StatusOr<QuarantinedEvent> {
    if (!update.etag.empty() && update.etag != EtagOf(current)) {
      return EtagMismatch(QuarantinedEventName(update.id));
    }
    for (absl::string_view path : update.mask) {
      CopyEventField(absl::StripPrefix(path, kEventPrefix), update.values, current.event);
    }
    if (BytesOf(current.event) > kMaxQuarantinedBytes) {
      return InvalidField("quarantined_event.event",
                          absl::StrCat("must have at most ", kMaxQuarantinedBytes, " bytes"));
    }
    CLIENTELE_RETURN_IF_ERROR(
        FindWhatIsWrong(current.event, now, event_retention_, find, current.status));
    current.update_time = now;
    ++current.revision;
    return current;
  };
  std::optional<std::string> claimed;
  if (std::find(update.mask.begin(), update.mask.end(), "event.customer") != update.mask.end()) {
    claimed = ClaimedCustomer(update.values.customer);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      QuarantinedEvent mended,
      store_->MendQuarantined(context, mutation, update.id, claimed, options_.limits, mend));
  mended.expire_time = ExpiryOf(mended);
  return mended;
}

absl::StatusOr<ReplayOutcome> Quarantine::ReplayRange(
    const RequestContext& context, const std::optional<std::vector<std::int64_t>>& ids,
    const QuarantineRange& range) {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(
      const ReplayOutcome outcome,
      store_->ReplayQuarantined(context, ids, range, [&](const SentEvent& sent) {
        return JudgeEvent(sent, now, event_retention_);
      }));
  if (outcome.created > 0) notifier_->Published();
  return outcome;
}

absl::StatusOr<ReplayOutcome> Quarantine::Replay(const RequestContext& context,
                                                 const std::vector<std::int64_t>& ids) {
  if (ids.empty() || ids.size() > kMaxNames) {
    return InvalidField("names", absl::StrCat("must have 1 to ", kMaxNames, " entries"));
  }
  ReplayOutcome all{.more = true};
  while (all.more) {
    CLIENTELE_ASSIGN_OR_RETURN(const ReplayOutcome part,
                               ReplayRange(context, ids,
                                           {.after = all.last_id,
                                            .events = static_cast<int>(kMaxNames),
                                            .bytes = kReplayedBytes}));
    all.created += part.created;
    all.duplicates += part.duplicates;
    all.rejected += part.rejected;
    all.change = std::max(all.change, part.change);
    all.last_id = part.last_id;
    all.more = part.more;
  }
  return all;
}

absl::StatusOr<ReplayPage> Quarantine::ReplayNext(const RequestContext& context, int page_size,
                                                  absl::string_view page_token) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t after, ParseToken("r", page_token));
  ReplayPage page;
  CLIENTELE_ASSIGN_OR_RETURN(
      page.outcome, ReplayRange(context, std::nullopt,
                                {.after = after, .events = page_size, .bytes = kReplayedBytes}));
  if (page.outcome.more) page.next_page_token = TokenAfter("r", page.outcome.last_id);
  return page;
}

absl::Status Quarantine::Delete(const RequestContext& context, const MutationId& mutation,
                                std::int64_t id) {
  return store_->DeleteQuarantined(context, mutation, id);
}

absl::Status Quarantine::DropOld(const RequestContext& context) {
  if (options_.retention <= absl::ZeroDuration()) return absl::OkStatus();
  const absl::Time before = clock_->Now() - options_.retention;
  while (context.Check(clock_->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t dropped,
                               store_->DropQuarantined(context, before, kDroppedAtOnce));
    if (dropped < kDroppedAtOnce) break;
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
