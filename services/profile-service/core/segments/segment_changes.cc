#include "services/profile-service/core/segments/segment_changes.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxFollowedSegments = 100;
// Reasons are read one by one: a message of fewer changes comes sooner.
constexpr int kChangesWithReasons = 100;
constexpr int kChangesWithoutReasons = 1000;

absl::Status CheckFollowed(const std::vector<std::string>& segment_ids) {
  FieldViolations bad;
  if (segment_ids.size() > kMaxFollowedSegments) {
    bad.Add("segments", absl::StrCat("must have at most ", kMaxFollowedSegments, " entries"));
  }
  for (std::size_t i = 0; i < segment_ids.size(); ++i) {
    if (IsValidId(segment_ids[i])) continue;
    bad.Add(absl::StrCat("segments[", i, "]"), "must be \"segments/{segment}\"");
  }
  return bad.ToStatus();
}

}  // namespace

absl::Status SegmentChanges::Follow(const RequestContext& context, const From& from, Sink sink) {
  CLIENTELE_RETURN_IF_ERROR(CheckFollowed(from.segment_ids));
  const auto followed = [&](const std::string& segment) {
    return from.segment_ids.empty() || std::find(from.segment_ids.begin(), from.segment_ids.end(),
                                                 segment) != from.segment_ids.end();
  };
  const int size = from.include_reasons ? kChangesWithReasons : kChangesWithoutReasons;
  return feed_->Follow(
      context,
      {.cursor = from.cursor,
       .max_batch_size = size,
       .follower = from.follower,
       .part = FeedPart::kSegments},
      [&](ChangeMessage message) -> absl::Status {
        SegmentChangeMessage told{.changes = {}, .cursor = std::move(message.cursor)};
        for (Change& change : message.changes) {
          if (!followed(change.segment_id)) continue;
          SegmentChange& added = told.changes.emplace_back();
          added.joined = change.kind == ChangeKind::kSegmentJoined;
          if (added.joined && from.include_reasons) {
            CLIENTELE_ASSIGN_OR_RETURN(
                added.reasons,
                segments_->ReasonsOf(context, change.segment_id, change.customer_id));
          }
          added.segment_id = std::move(change.segment_id);
          added.customer_id = std::move(change.customer_id);
          added.change_time = change.change_time;
        }
        return sink(std::move(told));
      });
}

}  // namespace clientele::profile
