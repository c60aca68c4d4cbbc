#include "services/qa-service/core/handovers/handovers.h"

#include <cstddef>
#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"

namespace clientele::qa {
namespace {

constexpr std::int64_t kMaxHandoverPage = 1000;
constexpr std::int64_t kMaxReportWeeks = 104;
constexpr std::int64_t kDefaultReportWeeks = 12;
constexpr std::size_t kMaxNoteBytes = 4096;
constexpr absl::string_view kTokenPrefix = "handovers";
constexpr absl::string_view kHandoverClosed = "HANDOVER_CLOSED";

int NumberOf(std::optional<HandoverState> state) {
  return state.has_value() ? static_cast<int>(*state) : 0;
}

std::string MakeToken(std::optional<HandoverState> state, std::int64_t last) {
  return absl::WebSafeBase64Escape(absl::StrCat(kTokenPrefix, "/", NumberOf(state), "/", last));
}

// The number before which to go on.
absl::StatusOr<std::int64_t> ParseToken(std::optional<HandoverState> state,
                                        absl::string_view token) {
  if (token.empty()) return std::numeric_limits<std::int64_t>::max();
  std::string plain;
  std::int64_t last = 0;
  if (token.size() <= 128 && absl::WebSafeBase64Unescape(token, &plain)) {
    const std::vector<std::string> parts = absl::StrSplit(plain, '/');
    if (parts.size() == 3 && parts[0] == kTokenPrefix &&
        parts[1] == absl::StrCat(NumberOf(state)) && absl::SimpleAtoi(parts[2], &last) &&
        last > 0) {
      return last;
    }
  }
  return InvalidField("page_token",
                      "must be a next_page_token of ListHandovers with the same state, or empty");
}

}  // namespace

std::size_t HandoverBytes(const Handover& handover) {
  std::size_t bytes = paging::kRowBytes + handover.summary.size() + handover.note.size();
  for (const Turn& turn : handover.transcript) {
    bytes += paging::kRowBytes + turn.question.size() + turn.answer.size();
  }
  return bytes;
}

absl::StatusOr<Handover> Handovers::Get(const RequestContext& context, const std::string& id) {
  FieldViolations bad;
  CheckArticleId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->Get(context, id);
}

absl::StatusOr<HandoverPage> Handovers::List(const RequestContext& context,
                                             std::optional<HandoverState> state,
                                             std::int64_t page_size, absl::string_view page_token) {
  if (page_size < 1 || page_size > kMaxHandoverPage) {
    return InvalidField("page_size", absl::StrCat("must be 1 to ", kMaxHandoverPage));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t before, ParseToken(state, page_token));
  CLIENTELE_ASSIGN_OR_RETURN(
      HandoverSlice slice,
      store_->List(context, state, before, page_size, std::int64_t{paging::kMaxPageBytes}));
  HandoverPage page;
  page.handovers = std::move(slice.handovers);
  const bool cut =
      paging::CutPage(page.handovers, static_cast<std::size_t>(page_size), HandoverBytes);
  if ((cut || slice.more) && !page.handovers.empty()) {
    page.next_page_token = MakeToken(state, page.handovers.back().sequence);
  }
  return page;
}

absl::StatusOr<Handover> Handovers::SetTopic(const RequestContext& context,
                                             const MutationId& mutation, const std::string& id,
                                             ComplaintTopic topic) {
  FieldViolations bad;
  CheckArticleId(id, "handover.name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->Update(context, mutation, id,
                        [&](const Handover& current) -> absl::StatusOr<Handover> {
                          Handover next = current;
                          next.topic = topic;
                          return next;
                        });
}

absl::StatusOr<Handover> Handovers::Close(const RequestContext& context, const MutationId& mutation,
                                          const std::string& id, HandoverResolution resolution,
                                          const std::string& note) {
  FieldViolations bad;
  CheckArticleId(id, "name", bad);
  if (resolution == HandoverResolution::kNone) bad.Add("resolution", "must say how it ended");
  CheckText(note, "note", 0, kMaxNoteBytes, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  return store_->Update(
      context, mutation, id, [&](const Handover& current) -> absl::StatusOr<Handover> {
        if (current.state == HandoverState::kClosed) {
          return WithReason(absl::FailedPreconditionError(
                                absl::StrCat(HandoverName(current.id), " is closed already")),
                            kHandoverClosed);
        }
        Handover next = current;
        next.state = HandoverState::kClosed;
        next.close_time = now;
        next.closed_by = context.caller.name;
        next.resolution = resolution;
        next.note = note;
        return next;
      });
}

absl::StatusOr<std::vector<ComplaintCount>> Handovers::Report(const RequestContext& context,
                                                              std::int64_t weeks) {
  if (weeks < 0 || weeks > kMaxReportWeeks) {
    return InvalidField("weeks", absl::StrCat("must be 0 to ", kMaxReportWeeks));
  }
  if (weeks == 0) weeks = kDefaultReportWeeks;
  const absl::Time since = WeekStart(clock_->Now()) - absl::Hours(24) * (7 * (weeks - 1));
  return store_->CountComplaints(context, since);
}

absl::Time WeekStart(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  const absl::CivilDay monday = absl::PrevWeekday(day + 1, absl::Weekday::monday);
  return absl::FromCivil(monday, absl::UTCTimeZone());
}

}  // namespace clientele::qa
