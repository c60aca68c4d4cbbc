#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_VERSIONS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_VERSIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"

namespace clientele::profile {

// What tells one profile of a person from a later one, without making it.
struct ProfileVersion {
  std::string customer_id;         // who stands for the person
  std::int64_t last_change = 0;    // in the feed, of any of the person's customers
  std::int64_t pending_texts = 0;  // without a vector yet
  std::int64_t sightings = 0;      // by models in the person's pictures
  std::int64_t last_sighting = 0;  // microseconds since 1970; 0: none

  bool operator==(const ProfileVersion&) const = default;
};

// Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class ProfileVersions {
 public:
  virtual ~ProfileVersions() = default;

  // NOT_FOUND without the customer. Changes with every event, text vector, picture that was looked
  // at, decision about consent and merge of the person; it may change without one of them.
  virtual absl::StatusOr<ProfileVersion> Version(const RequestContext& context,
                                                 absl::string_view customer_id) = 0;
  // Whether a profile that is made now contains everything of the person up to `change` of the
  // feed: none of the texts stored until then waits for its vector. NOT_FOUND without the customer;
  // INVALID_ARGUMENT about "min_change" for one that has not been yet.
  virtual absl::StatusOr<bool> Contains(const RequestContext& context,
                                        absl::string_view customer_id, std::int64_t change) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_VERSIONS_H_
