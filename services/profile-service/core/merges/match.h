#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MATCH_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace clientele::profile {

// How two values of a field agree. No value is in it: it may be kept in the clear.
struct MatchReason {
  std::string field = {};      // "name", "email", "phone", "region" or an attribute's key
  std::string agreement = {};  // NameOf(Agreement), see core/identity/agreement.h
  double weight = 0;           // that it adds to the log odds; below 0 it speaks against the match

  bool operator==(const MatchReason&) const = default;
};

// The numbers are stored: never change one.
enum class MatchState : int { kWaiting = 1, kDismissed = 2, kMerged = 3 };

// Two customers who may be one person. Plain value.
struct Match {
  std::int64_t id = 0;  // given by the store
  std::string customer_id = {};
  std::string other_id = {};  // above customer_id
  double probability = 0;
  std::vector<MatchReason> reasons = {};  // what speaks most for it first
  MatchState state = MatchState::kWaiting;
  absl::Time create_time = absl::InfinitePast();

  bool operator==(const Match&) const = default;
};

// About how many bytes a match, or a merge of one, takes in a message.
std::size_t BytesOf(const std::vector<MatchReason>& reasons);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MATCH_H_
