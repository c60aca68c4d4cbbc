#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENTS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/consent/consent.h"
#include "common/time/clock.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/rules/segment_rule.h"
#include "services/profile-service/core/segments/segment_store.h"

namespace clientele::profile {

struct SegmentMemberPage {
  std::vector<SegmentMember> members;  // by id
  std::string next_page_token;         // empty on the last page
};

// The rules about segments. Borrows stores and clock; thread-safe. A request that breaks
// a limit is INVALID_ARGUMENT with every wrong field; of a rule the column of the mistake is named.
class Segments {
 public:
  struct Options {
    AffinityModel affinity = {};
    consent::Policy consent = {};
    int max_segments = 1000;
  };

  // `created` is called after a segment was made, so that somebody begins to fill it; it may be
  // null, and returns at once.
  Segments(SegmentStore* store, MembershipStore* memberships, std::function<void()> created,
           const Clock* clock, Options options)
      : store_(store),
        memberships_(memberships),
        created_(std::move(created)),
        clock_(clock),
        options_(options) {}

  // Who belongs shows in the background, from this moment on. With `validate_only` nothing is made,
  // and member_count says how many would belong: all whom the rule can hold for are looked at, up
  // to the context's deadline.
  absl::StatusOr<Segment> Create(const RequestContext& context, const MutationId& mutation,
                                 Segment segment, bool validate_only);
  absl::StatusOr<SizedSegment> Get(const RequestContext& context, absl::string_view id);
  absl::StatusOr<std::vector<Segment>> List(const RequestContext& context);
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      absl::string_view id);
  // `page_size` is 1 to 200. Each member comes with the reasons of this moment; who has left since
  // they were looked at is passed over.
  absl::StatusOr<SegmentMemberPage> ListMembers(const RequestContext& context, absl::string_view id,
                                                int page_size, absl::string_view page_token);
  // Why a customer belongs at this moment; none when they do not, or one of both is gone.
  absl::StatusOr<std::vector<std::string>> ReasonsOf(const RequestContext& context,
                                                     absl::string_view segment_id,
                                                     absl::string_view customer_id);

 private:
  using ReasonsByCustomer = std::map<std::string, std::vector<std::string>>;
  // Of the customers who belong now.
  absl::StatusOr<ReasonsByCustomer> Evaluate(const RequestContext& context, const SegmentRule& rule,
                                             const std::vector<std::string>& customer_ids);
  // How many belong now.
  absl::StatusOr<std::int64_t> Count(const RequestContext& context, const SegmentRule& rule);

  SegmentStore* const store_;
  MembershipStore* const memberships_;
  const std::function<void()> created_;
  const Clock* const clock_;
  const Options options_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENTS_H_
