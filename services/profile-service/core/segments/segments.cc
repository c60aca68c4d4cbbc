#include "services/profile-service/core/segments/segments.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/profile-service/core/features/precision.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxSegmentName = 128;
constexpr int kMaxMemberPage = 200;  // each member's facts are read

void CheckSegmentId(absl::string_view id, absl::string_view field, FieldViolations& bad) {
  if (!IsValidId(id)) {
    bad.Add(field, "must name a segment; an id is 1 to 64 of letters, digits, '.', '_', '-'");
  }
}

absl::Status CheckSegment(const Segment& segment) {
  FieldViolations bad;
  CheckSegmentId(segment.id, "segment_id", bad);
  if (segment.display_name.size() > kMaxSegmentName ||
      segment.display_name.find('\0') != std::string::npos ||
      !text::IsValidUtf8(segment.display_name)) {
    bad.Add("segment.display_name", "must be at most 128 bytes of UTF-8 without NUL");
  }
  if (const absl::Status rule = SegmentRule::Parse(segment.rule).status(); !rule.ok()) {
    bad.Add("segment.rule", rule.message());
  }
  return bad.ToStatus();
}

}  // namespace

std::string SegmentName(absl::string_view segment_id) {
  return absl::StrCat("segments/", segment_id);
}

absl::StatusOr<Segment> Segments::Create(const RequestContext& context, const MutationId& mutation,
                                         Segment segment, bool validate_only) {
  CLIENTELE_RETURN_IF_ERROR(CheckSegment(segment));
  segment.create_time = ToMicroseconds(clock_->Now());
  segment.member_count = 0;
  if (validate_only) return segment;
  return store_->CreateSegment(context, mutation, segment, options_.max_segments);
}

absl::StatusOr<Segment> Segments::Get(const RequestContext& context, absl::string_view id) {
  FieldViolations bad;
  CheckSegmentId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->GetSegment(context, id);
}

absl::StatusOr<std::vector<Segment>> Segments::List(const RequestContext& context) {
  return store_->ListSegments(context);
}

absl::Status Segments::Delete(const RequestContext& context, const MutationId& mutation,
                              absl::string_view id) {
  FieldViolations bad;
  CheckSegmentId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->DeleteSegment(context, mutation, id);
}

absl::StatusOr<SegmentMemberPage> Segments::ListMembers(const RequestContext& context,
                                                        absl::string_view id, int page_size,
                                                        absl::string_view page_token) {
  FieldViolations bad;
  CheckSegmentId(id, "parent", bad);
  if (page_size < 1 || page_size > kMaxMemberPage) bad.Add("page_size", "must be 0 to 200");
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string after, ParseCustomerPageToken(page_token));
  CLIENTELE_ASSIGN_OR_RETURN(const Segment segment, store_->GetSegment(context, id));
  CLIENTELE_ASSIGN_OR_RETURN(const SegmentRule rule, SegmentRule::Parse(segment.rule));
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<SegmentMember> members,
                             store_->ListMembers(context, id, after, page_size + 1));
  SegmentMemberPage page;
  if (members.size() > static_cast<std::size_t>(page_size)) {
    members.pop_back();
    page.next_page_token = CustomerPageToken(members.back().customer_id);
  }
  for (SegmentMember& member : members) {
    CLIENTELE_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> reasons,
                               Evaluate(context, rule, member.customer_id));
    if (!reasons) continue;
    member.reasons = *std::move(reasons);
    page.members.push_back(std::move(member));
  }
  return page;
}

absl::StatusOr<std::optional<std::vector<std::string>>> Segments::Evaluate(
    const RequestContext& context, const SegmentRule& rule, absl::string_view customer_id) {
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  const absl::StatusOr<CustomerRecord> record =
      store_->ReadRecord(context, customer_id, now, options_.affinity, rule.EventsSince(now));
  if (absl::IsNotFound(record.status())) return std::nullopt;
  CLIENTELE_RETURN_IF_ERROR(record.status());
  if (!record->customer.survivor_id.empty() || !MayBeProfiled(*record, options_.consent)) {
    return std::nullopt;
  }
  RuleOutcome outcome = rule.Evaluate(FactsOf(*record, options_.consent, now));
  if (!outcome.belongs) return std::nullopt;
  return std::move(outcome.reasons);
}

absl::StatusOr<std::vector<std::string>> Segments::ReasonsOf(const RequestContext& context,
                                                             absl::string_view segment_id,
                                                             absl::string_view customer_id) {
  const absl::StatusOr<Segment> segment = store_->GetSegment(context, segment_id);
  if (absl::IsNotFound(segment.status())) return std::vector<std::string>();
  CLIENTELE_RETURN_IF_ERROR(segment.status());
  CLIENTELE_ASSIGN_OR_RETURN(const SegmentRule rule, SegmentRule::Parse(segment->rule));
  CLIENTELE_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> reasons,
                             Evaluate(context, rule, customer_id));
  return std::move(reasons).value_or(std::vector<std::string>());
}

}  // namespace clientele::profile
