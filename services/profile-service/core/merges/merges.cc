#include "services/profile-service/core/merges/merges.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxMergedAtOnce = 1000;

absl::Status WrongPageToken() {
  return InvalidField("page_token", "must come from the response before, of the same list");
}

// Of a merge: the last id. Of a match: its position, the probability as its bits.
std::string PageTokenOf(absl::string_view list, std::int64_t id, double probability = 0) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(list, " ", id, " ", absl::Hex(std::bit_cast<std::uint64_t>(probability))));
}

absl::StatusOr<std::optional<MatchPosition>> ParsePageToken(absl::string_view list,
                                                            absl::string_view token) {
  if (token.empty()) return std::optional<MatchPosition>();
  std::string plain;
  if (!absl::WebSafeBase64Unescape(token, &plain)) return WrongPageToken();
  const std::vector<std::string> parts = absl::StrSplit(plain, ' ');
  MatchPosition position;
  std::uint64_t bits = 0;
  if (parts.size() != 3 || parts[0] != list || !absl::SimpleAtoi(parts[1], &position.id) ||
      position.id < 1 || !absl::SimpleHexAtoi(parts[2], &bits)) {
    return WrongPageToken();
  }
  position.probability = std::bit_cast<double>(bits);
  if (!(position.probability >= 0 && position.probability <= 1)) return WrongPageToken();
  return position;
}

absl::Status CheckPlan(const MergePlan& plan) {
  FieldViolations bad;
  if (plan.match_id) {
    if (!plan.customer_ids.empty()) bad.Add("customers", "must be empty with a match");
    if (!plan.survivor_id.empty()) ValidateCustomerId(plan.survivor_id, "survivor", bad);
    return bad.ToStatus();
  }
  ValidateCustomerId(plan.survivor_id, "survivor", bad);
  if (plan.customer_ids.empty() || plan.customer_ids.size() > kMaxMergedAtOnce) {
    bad.Add("customers", absl::StrCat("must have 1 to ", kMaxMergedAtOnce,
                                      " entries, or match "
                                      "must name a match"));
    return bad.ToStatus();
  }
  for (std::size_t i = 0; i < plan.customer_ids.size(); ++i) {
    const std::string field = absl::StrCat("customers[", i, "]");
    ValidateCustomerId(plan.customer_ids[i], field, bad);
    if (plan.customer_ids[i] == plan.survivor_id) {
      bad.Add(field, "must be another customer than the survivor");
    }
  }
  return bad.ToStatus();
}

std::size_t MergeBytes(const Merge& merge) {
  return paging::kRowBytes + merge.customer_id.size() + merge.into_id.size() +
         BytesOf(merge.reasons);
}

std::size_t MatchBytes(const Match& match) {
  return paging::kRowBytes + match.customer_id.size() + match.other_id.size() +
         BytesOf(match.reasons);
}

}  // namespace

std::size_t BytesOf(const std::vector<MatchReason>& reasons) {
  std::size_t bytes = 0;
  for (const MatchReason& reason : reasons) {
    bytes += 16 + reason.field.size() + reason.agreement.size();
  }
  return bytes;
}

std::string MatchName(std::int64_t id) { return absl::StrCat("matches/", id); }
std::string MergeName(std::int64_t id) { return absl::StrCat("merges/", id); }

absl::Status AlreadyMerged(absl::string_view customer, absl::string_view survivor) {
  return WithReason(absl::FailedPreconditionError(
                        absl::StrCat(CustomerName(customer), " was merged into ",
                                     CustomerName(survivor), ": name that one, or undo the merge")),
                    kMerged);
}

absl::Status TooManyCustomers(std::int64_t count) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the person would have ", count, " customers, and may have ", kMaxPersonCustomers));
}

absl::StatusOr<std::vector<Merge>> Merges::MergeCustomers(const RequestContext& context,
                                                          const MutationId& mutation,
                                                          MergePlan plan) {
  CLIENTELE_RETURN_IF_ERROR(CheckPlan(plan));
  std::vector<std::string>& ids = plan.customer_ids;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Merge> merges,
                             store_->MergeCustomers(context, mutation, plan, policy_));
  notifier_->Published();
  return merges;
}

absl::StatusOr<Merge> Merges::Undo(const RequestContext& context, const MutationId& mutation,
                                   std::int64_t id) {
  CLIENTELE_ASSIGN_OR_RETURN(Merge merge, store_->UndoMerge(context, mutation, id, policy_));
  notifier_->Published();
  return merge;
}

absl::StatusOr<MergePage> Merges::List(const RequestContext& context, absl::string_view customer_id,
                                       int page_size, absl::string_view page_token) {
  FieldViolations bad;
  if (!customer_id.empty()) ValidateCustomerId(customer_id, "customer", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  // Of the same customer.
  const std::string list = absl::StrCat("merges:", customer_id);
  CLIENTELE_ASSIGN_OR_RETURN(const auto after, ParsePageToken(list, page_token));
  const std::int64_t before = after ? after->id : std::numeric_limits<std::int64_t>::max();
  MergePage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.merges,
                             store_->ListMerges(context, customer_id, before, page_size + 1));
  if (paging::CutPage(page.merges, page_size, MergeBytes)) {
    page.next_page_token = PageTokenOf(list, page.merges.back().id);
  }
  return page;
}

absl::StatusOr<MatchPage> Merges::ListMatches(const RequestContext& context, int page_size,
                                              absl::string_view page_token) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto after, ParsePageToken("matches", page_token));
  MatchPage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.matches, store_->ListMatches(context, after, page_size + 1));
  if (paging::CutPage(page.matches, page_size, MatchBytes)) {
    const Match& last = page.matches.back();
    page.next_page_token = PageTokenOf("matches", last.id, last.probability);
  }
  return page;
}

absl::StatusOr<Match> Merges::Dismiss(const RequestContext& context, const MutationId& mutation,
                                      std::int64_t id) {
  return store_->DismissMatch(context, mutation, id);
}

}  // namespace clientele::profile
