#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_WATCH_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/profiles/profile_versions.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// Profiles that wait for something to be in them.
//
//   ProfileWatch watch(&profiles, &versions, &notifier, clock, {});   // all borrowed
//   watch.Get(context, "42", min_change);                             // contains the change
//   watch.Watch(context, "42", [&](const Profile& profile) { return writer.Write(...); });
//
// Thread-safe; a call occupies its thread for as long as it waits.
class ProfileWatch {
 public:
  struct Options {
    // What nobody tells of (a vector that another replica made) is noticed within this time.
    absl::Duration poll_interval = absl::Milliseconds(250);
    // A watched profile is sent at most this often: what changes meanwhile is in the next one.
    absl::Duration min_interval = absl::Milliseconds(500);
    // How long Get waits, also where its caller would wait longer.
    absl::Duration longest_wait = absl::Seconds(10);
  };
  using Sink = absl::FunctionRef<absl::Status(const Profile&)>;

  ProfileWatch(Profiles* profiles, ProfileVersions* versions, ChangeNotifier* notifier,
               const Clock* clock, Options options)
      : profiles_(profiles),
        versions_(versions),
        notifier_(notifier),
        clock_(clock),
        options_(options) {}

  // The profile, once it contains the change that `min_change` names (ChangeToken); at once where
  // it is empty. DEADLINE_EXCEEDED when it does not in time; INVALID_ARGUMENT for a token that is
  // none; else as Profiles::Get.
  absl::StatusOr<Profile> Get(const RequestContext& context, absl::string_view customer_id,
                              absl::string_view min_change);
  // The profile as it is, then again whenever it changed. Never OK: CANCELLED or DEADLINE_EXCEEDED
  // when the caller ends it, the sink's error, NOT_FOUND when the customer is (or was) deleted, or
  // what Profiles::Get fails with at the first profile. Later a profile that cannot be made is
  // tried again.
  absl::Status Watch(const RequestContext& context, absl::string_view customer_id, Sink sink);

 private:
  Profiles* const profiles_;
  ProfileVersions* const versions_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const Options options_;
};

// The opaque text that names a change of the feed in answers to writes, and back. An empty token is
// nullopt; INVALID_ARGUMENT about "min_change" for anything that ChangeToken did not make.
std::string ChangeToken(std::int64_t change);
absl::StatusOr<std::optional<std::int64_t>> ParseChangeToken(absl::string_view token);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_WATCH_H_
