#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_MEMBERSHIP_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_MEMBERSHIP_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// A customer whose memberships are to be decided again.
struct DueCustomer {
  std::string customer_id;
  std::int64_t revision = 0;  // of what was known when they were taken
};

// What rules read of a customer, as it is stored; of the person, where others were merged into
// them. What the rules do not need is left out.
struct CustomerRecord {
  std::string customer_id = {};
  // One more with everything that happens to the customer.
  std::int64_t revision = 0;
  // Somebody else stands for the person: nothing below is set.
  bool merged = false;
  bool has_merged = false;  // others were merged into them
  consent::Consents consents = {};
  std::string language = {}, region = {};
  std::map<std::string, std::string> attributes = {};
  BehaviorSummary behavior = {};
  std::map<std::string, double> scores = {};  // see ScoredMemberships
  std::vector<Event> events = {};             // without texts
};

// A segment that was made: everybody whom it can hold is looked at once, by id.
struct SegmentFill {
  std::string segment_id = {};
  std::string rule = {};
  std::string after_id = {};  // who was looked at last; empty: nobody yet
  std::int64_t begin_id = 0;  // another one for each segment that is made
};

// A customer whom a rule can hold for, and who stands for them: themselves, or whom they were
// merged into.
struct Candidate {
  std::string customer_id;
  std::string person_id;
};

// What became of one customer, on what was known at `revision`.
struct CustomerDecision {
  std::string customer_id;
  std::int64_t revision = 0;
  std::vector<std::string> segment_ids = {};  // where they belong
  // When time alone may change it; nullopt: never.
  std::optional<absl::Time> next_change = std::nullopt;
};

// Decisions about some customers and the segments that were decided about: others stay as they are.
struct DecisionBatch {
  std::vector<std::string> segment_ids = {};
  std::vector<CustomerDecision> customers = {};
  absl::Time decide_time;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_MEMBERSHIP_H_
