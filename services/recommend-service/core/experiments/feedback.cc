#include "services/recommend-service/core/experiments/feedback.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {

void CheckFeedback(const Feedback& feedback, absl::string_view prefix, absl::Time now,
                   FieldViolations& violations) {
  const auto add = [&](absl::string_view field, absl::string_view description) {
    violations.Add(absl::StrCat(prefix, field), description);
  };
  // Ids of customers, items and experiments have one form.
  if (!IsItemId(feedback.customer_id)) add("customer", "must be customers/{customer}");
  if (!IsItemId(feedback.item_id)) add("item", "must be items/{item}");
  if (!feedback.experiment_id.empty() && !IsItemId(feedback.experiment_id)) {
    add("experiment", "must be empty or experiments/{experiment}");
  }
  const std::string& id = feedback.feedback_id;
  if (id.empty() || id.size() > 64 ||
      !std::all_of(id.begin(), id.end(), [](unsigned char c) { return absl::ascii_isgraph(c); })) {
    add("feedback_id", "must be 1 to 64 bytes of ASCII without spaces");
  }
  if (feedback.type == FeedbackType::kNone) {
    add("type", "must be SHOWN, CLICKED, DISMISSED or BOUGHT");
  }
  if (feedback.time <= absl::UnixEpoch() || feedback.time > now + absl::Hours(24)) {
    add("feedback_time", "must be after 1970 and at most one day ahead");
  }
}

}  // namespace clientele::recommend
