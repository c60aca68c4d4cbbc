#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/profile-service/core/merges/match.h"

namespace clientele::profile {

// The numbers are stored: never change one.
enum class MergeOrigin : int {
  kRequest = 1,    // names the customers
  kMatch = 2,      // a request accepted a match
  kAutomatic = 3,  // the match was certain enough
};

// One customer merged into another. Plain value.
struct Merge {
  std::int64_t id = 0;  // given by the store; later ones are larger
  std::string customer_id = {};
  std::string into_id = {};
  MergeOrigin origin = MergeOrigin::kRequest;
  double probability = 0;                 // of the match; 0 without one
  std::vector<MatchReason> reasons = {};  // of the match
  absl::Time merge_time = absl::InfinitePast();
  std::optional<absl::Time> undo_time = std::nullopt;  // nullopt: it holds

  bool operator==(const Merge&) const = default;
};

// Customers of one person, at most. More is no person.
inline constexpr int kMaxPersonCustomers = 10'000;

// Reason of the FAILED_PRECONDITION about a customer who was merged before.
inline constexpr char kMerged[] = "MERGED";

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGE_H_
