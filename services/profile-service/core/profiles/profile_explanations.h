#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_EXPLANATIONS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_EXPLANATIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/profiles/overview.h"
#include "services/profile-service/core/profiles/profile_explanation.h"
#include "services/profile-service/core/profiles/profile_models.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// Explains the profile of this moment, by what it is made of and by making it again without.
//
//   ProfileExplanations explanations(&overviews, &profiles, &fuser, clock, {});   // all borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(ProfileExplanation explained, explanations.Explain(context, "42"));
//
// What is a sum (interest in categories, the directions of texts and pictures) is told by its
// parts, exactly. A fuser is whatever it is: the influence of a modality, and of a feature of
// behavior, is how far the vector turns when it alone is left out (1 - cosine; 0: not at all, 1: to
// a right angle or to nothing, up to 2). A feature is left out by making it 0, as it is of who did
// nothing. Influences do not add up. Of a score it is told how much higher each feature makes it
// than a typical customer's would (ProfileFuser::TypicalBehavior). Of who may not be profiled
// nothing is told but that. Thread-safe.
class ProfileExplanations {
 public:
  struct Options {
    int most_events = 5000;          // by which categories are explained
    std::size_t most_evidence = 10;  // texts or pictures of a part
  };

  ProfileExplanations(OverviewStore* store, const Profiles* profiles, ProfileFuser* fuser,
                      const Clock* clock, Options options)
      : store_(store), profiles_(profiles), fuser_(fuser), clock_(clock), options_(options) {}

  // Errors are those of Profiles::Get. UNAVAILABLE (MODEL_UNAVAILABLE) also when another version of
  // the fuser came to serve meanwhile.
  absl::StatusOr<ProfileExplanation> Explain(const RequestContext& context,
                                             absl::string_view customer_id) const;

 private:
  // Of the modalities that took part, and of features.
  absl::Status AddInfluences(const RequestContext& context, const Profile& profile,
                             const ProfileParts& parts, ProfileExplanation& explanation) const;

  OverviewStore* const store_;
  const Profiles* const profiles_;
  ProfileFuser* const fuser_;
  const Clock* const clock_;
  const Options options_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_EXPLANATIONS_H_
