#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_FEEDBACK_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_FEEDBACK_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"

namespace clientele::recommend {

inline constexpr int kMaxFeedbackBatch = 1000;

// How a customer reacted to a recommendation. The numbers are stored: never change them.
enum class FeedbackType : std::int16_t {
  kNone = 0,  // refused
  kShown = 1,
  kClicked = 2,
  kDismissed = 3,
  kBought = 4,
};

// One reaction. Immutable once stored.
struct Feedback {
  std::string customer_id;
  std::string feedback_id;  // unique for the customer
  std::string item_id;
  FeedbackType type = FeedbackType::kNone;
  absl::Time time;
  std::string experiment_id;  // that the recommendation was part of, or empty
  std::string variant_id;     // of the customer in it; set by Experiments
};

// Adds every violation of the proto's limits; paths start with `prefix`, such as "feedback[3].".
// `now` is the service's clock.
void CheckFeedback(const Feedback& feedback, absl::string_view prefix, absl::Time now,
                   FieldViolations& violations);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_FEEDBACK_H_
