#include "services/profile-service/core/similar/similar_customers.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/media/media.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {
namespace {

constexpr int kMostSimilar = 100;
constexpr std::size_t kLongestRegion = 64;
// How many more are found than were asked for, because some may not be told of any more.
constexpr std::size_t kSpare = 16;
constexpr absl::Duration kVectorsRetryDelay = absl::Seconds(5);

absl::Status CheckQuery(const SimilarQuery& query) {
  FieldViolations bad;
  ValidateCustomerId(query.customer_id, "parent", bad);
  if (query.limit < 1 || query.limit > kMostSimilar) {
    bad.Add("page_size", absl::StrCat("must be 0 to ", kMostSimilar));
  }
  if (query.region.size() > kLongestRegion) {
    bad.Add("region", absl::StrCat("must be at most ", kLongestRegion, " bytes"));
  }
  if (!query.segment_id.empty() && !IsValidId(query.segment_id)) {
    bad.Add("segment", "must name a segment; an id is 1 to 64 of letters, digits, '.', '_', '-'");
  }
  return bad.ToStatus();
}

absl::Status CheckComparable(const Profile& profile) {
  if (std::find(profile.withheld_purposes.begin(), profile.withheld_purposes.end(),
                consent::Purpose::kProfiling) != profile.withheld_purposes.end()) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          CustomerName(profile.customer_id),
                          " has not consented to profiling: they are compared with nobody")),
                      kConsentWithheld);
  }
  if (profile.modalities.empty()) {
    return WithReason(absl::FailedPreconditionError(
                          absl::StrCat("nothing is known of ", CustomerName(profile.customer_id),
                                       " in which others could be similar")),
                      kNothingKnown);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SimilarList> SimilarCustomers::List(const RequestContext& context,
                                                   const SimilarQuery& query) const {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  if (index_ == nullptr) {
    return WithReason(absl::FailedPreconditionError(
                          "the service was started without memory for similar customers "
                          "(--similarity_memory)"),
                      kNoSimilarity);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Profile profile, profiles_->Get(context, query.customer_id));
  CLIENTELE_RETURN_IF_ERROR(CheckComparable(profile));
  if (!maker_->ready()) {
    return UnavailableError(reason::kModelUnavailable,
                            "the vectors of customers are being read: try again soon",
                            kVectorsRetryDelay);
  }
  std::optional<std::unordered_set<std::string>> matching;
  if (!query.segment_id.empty()) {
    CLIENTELE_RETURN_IF_ERROR(segments_->GetSegment(context, query.segment_id).status());
  }
  if (!query.region.empty() || !query.segment_id.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(matching,
                               vectors_->ListMatching(context, query.region, query.segment_id));
  }
  SimilarList list{.customer_id = profile.customer_id,
                   .neighbors = {},
                   .model_id = profile.models.back(),
                   .compared = index_->rows(profile.models.back())};
  const auto limit = static_cast<std::size_t>(query.limit);
  const auto keep = [&](const std::string& id) {
    return id != profile.customer_id && (!matching || matching->contains(id));
  };
  for (std::size_t wanted = limit + kSpare;; wanted *= 4) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<Neighbor> found,
                               index_->Nearest(list.model_id, profile.vector, wanted, keep));
    const bool all = found.size() < wanted;
    CLIENTELE_ASSIGN_OR_RETURN(list.neighbors, Standing(context, std::move(found), query.region));
    if (list.neighbors.size() >= limit || all) break;
  }
  if (list.neighbors.size() > limit) list.neighbors.resize(limit);
  return list;
}

absl::StatusOr<std::vector<Neighbor>> SimilarCustomers::Standing(const RequestContext& context,
                                                                 std::vector<Neighbor> found,
                                                                 absl::string_view region) const {
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (const Neighbor& neighbor : found) ids.push_back(neighbor.customer_id);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<CustomerRecord> records,
      memberships_->ReadRecords(context, ids, {.reads = {}, .now = clock_->Now(), .affinity = {}}));
  std::unordered_set<std::string> standing;
  for (const CustomerRecord& record : records) {
    const bool matches = region.empty() || record.region == region;
    if (matches && MayBelong(record, policy_)) standing.insert(record.customer_id);
  }
  std::erase_if(found,
                [&](const Neighbor& neighbor) { return !standing.contains(neighbor.customer_id); });
  return found;
}

}  // namespace clientele::profile
