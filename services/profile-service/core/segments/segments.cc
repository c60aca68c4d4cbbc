#include "services/profile-service/core/segments/segments.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/profile-service/core/features/precision.h"
#include "services/profile-service/core/segments/candidate_pages.h"
#include "services/profile-service/core/segments/rule_book.h"
#include "services/profile-service/core/segments/segment_size_log.h"

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
  if (validate_only) {
    CLIENTELE_ASSIGN_OR_RETURN(const SegmentRule rule, SegmentRule::Parse(segment.rule));
    CLIENTELE_ASSIGN_OR_RETURN(segment.member_count, Count(context, rule));
    return segment;
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      segment, store_->CreateSegment(context, mutation, segment, options_.max_segments));
  if (created_) created_();
  return segment;
}

absl::StatusOr<SizedSegment> Segments::Get(const RequestContext& context, absl::string_view id) {
  FieldViolations bad;
  CheckSegmentId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::CivilDay today = absl::ToCivilDay(clock_->Now(), absl::UTCTimeZone());
  CLIENTELE_ASSIGN_OR_RETURN(SizedSegment sized, store_->GetSizedSegment(context, id));
  // Another replica's clock may be ahead.
  std::erase_if(sized.sizes, [&](const SegmentSize& size) { return size.day >= today; });
  sized.sizes.push_back({.day = today, .member_count = sized.segment.member_count});
  return sized;
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
  std::vector<std::string> ids;
  for (const SegmentMember& member : members) ids.push_back(member.customer_id);
  CLIENTELE_ASSIGN_OR_RETURN(ReasonsByCustomer reasons, Evaluate(context, rule, ids));
  for (SegmentMember& member : members) {
    const auto found = reasons.find(member.customer_id);
    if (found == reasons.end()) continue;
    member.reasons = std::move(found->second);
    page.members.push_back(std::move(member));
  }
  return page;
}

absl::StatusOr<Segments::ReasonsByCustomer> Segments::Evaluate(
    const RequestContext& context, const SegmentRule& rule,
    const std::vector<std::string>& customer_ids) {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(
      std::vector<CustomerRecord> records,
      memberships_->ReadRecords(
          context, customer_ids,
          {.reads = rule.Reads(now), .now = now, .affinity = options_.affinity}));
  ReasonsByCustomer reasons;
  for (CustomerRecord& record : records) {
    if (!MayBelong(record, options_.consent)) continue;
    const std::string id = record.customer_id;
    RuleOutcome outcome = rule.Evaluate(FactsOf(std::move(record), options_.consent, now));
    if (outcome.belongs) reasons[id] = std::move(outcome.reasons);
  }
  return reasons;
}

absl::StatusOr<std::int64_t> Segments::Count(const RequestContext& context,
                                             const SegmentRule& rule) {
  const absl::Time now = clock_->Now();
  const RecordQuery query{.reads = rule.Reads(now), .now = now, .affinity = options_.affinity};
  const RuleBook book({{.id = "counted", .rule = rule.text()}});
  CandidatePages pages(memberships_, rule.Narrowing(), "");
  // Who stands for others may come once for each of them.
  std::set<std::string> counted;
  std::int64_t count = 0;
  while (pages.more()) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(CandidatePage page, pages.Next(context, query));
    std::erase_if(page.records, [&](const CustomerRecord& record) {
      return record.has_merged && !counted.insert(record.customer_id).second;
    });
    const DecisionBatch batch = book.Decide(std::move(page.records), options_.consent, now);
    for (const CustomerDecision& decision : batch.customers) {
      if (!decision.segment_ids.empty()) ++count;
    }
  }
  return count;
}

absl::StatusOr<std::vector<std::string>> Segments::ReasonsOf(const RequestContext& context,
                                                             absl::string_view segment_id,
                                                             absl::string_view customer_id) {
  const absl::StatusOr<Segment> segment = store_->GetSegment(context, segment_id);
  if (absl::IsNotFound(segment.status())) return std::vector<std::string>();
  CLIENTELE_RETURN_IF_ERROR(segment.status());
  CLIENTELE_ASSIGN_OR_RETURN(const SegmentRule rule, SegmentRule::Parse(segment->rule));
  CLIENTELE_ASSIGN_OR_RETURN(ReasonsByCustomer reasons,
                             Evaluate(context, rule, {std::string(customer_id)}));
  return reasons[std::string(customer_id)];
}

}  // namespace clientele::profile
