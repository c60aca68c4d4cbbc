#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_LOOK_BACK_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_LOOK_BACK_H_

// What was known of customers on earlier days of a history, by the features that profile-service
// serves (core/features), and what they did in the days after: all of it is in the history.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PastCustomer> past,
//                              LookBack(history, {.days = 90, .origins = 3}));
//
// Pure functions, thread-safe.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior_vector.h"

namespace clientele::profile {

// What happened in one company: the events of each customer, in any order.
struct EventHistory {
  std::vector<std::vector<Event>> customers;
};

struct LookBackOptions {
  int days = 90;  // that are told, 7 to 730
  // Days that are stood on, as many as the history allows: the last one `days` before its end, the
  // others `step` days apart.
  int origins = 3;  // 1 to 24
  int step = 45;
  // Before each, at least so much of the history.
  int least_days = 45;
  std::size_t latest_texts = 50;
};

// A customer on one of these days.
struct PastCustomer {
  std::size_t customer = 0;  // of the history
  BehaviorVector behavior;
  std::vector<std::string> texts;  // the latest they wrote, newest first
  bool bought_before = false;
  // Of the days after.
  bool bought = false;
  double spent = 0;  // purchases less returns, at least 0; of the leading currency's units
  std::map<std::string, double> categories;  // weights, by what was done in each
};

// Those who had done something by then. INVALID_ARGUMENT for options out of range, and for a
// history that is too short.
absl::StatusOr<std::vector<PastCustomer>> LookBack(const EventHistory& history,
                                                   const LookBackOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_LOOK_BACK_H_
