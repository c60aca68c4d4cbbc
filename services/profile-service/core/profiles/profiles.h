#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/time/clock.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile {

// What the suite knows about a customer.
struct Profile {
  std::string customer_id;    // the survivor, of merged customers
  std::vector<float> vector;  // unit L2 norm; zeros when nothing is known
  BehaviorValues features;
  BehaviorSummary summary;
  std::vector<Share> category_affinity;
  std::vector<Share> channel_mix;
  std::vector<Share> device_mix;
  int pending_texts = 0;                // of the latest texts, without a vector yet
  std::vector<std::string> modalities;  // whose signals took part: "behavior", "text"
  // What would have taken part with the customer's consent: then nothing else is set.
  std::vector<consent::Purpose> withheld_purposes;
  std::vector<std::string> models;  // that took part, as "name/version"
  absl::Time compute_time;
};

// The direction that vectors have in common: their mean, brought to unit L2
// norm. Empty when there is none (no rows, or they cancel out).
std::vector<float> MeanDirection(const std::vector<std::vector<float>>& rows);

// Makes profiles as of now of what is stored: sums of events, and vectors of texts. Nothing is
// embedded here; TextVectorWorker does that in the background.
//
//   Profiles profiles(&store, &embedder, &fuser, clock, {});   // all borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(Profile profile, profiles.Get(context, "42"));
//
// The text part is the MeanDirection of the vectors of the customer's latest texts, as far as
// they are there. Of who may not be profiled nothing is used: the profile is one of zeros and says
// so. Thread-safe.
class Profiles {
 public:
  struct Options {
    AffinityModel affinity;
    // Texts of a customer that a profile uses; 0: none.
    int latest_texts = 50;
    consent::Policy consent = {};
  };

  Profiles(BehaviorStore* store, const TextEmbedder* embedder, ProfileFuser* fuser,
           const Clock* clock, Options options)
      : store_(store), embedder_(embedder), fuser_(fuser), clock_(clock), options_(options) {}

  // NOT_FOUND without the customer; UNAVAILABLE while the store
  // (DATABASE_UNAVAILABLE) or a model (MODEL_UNAVAILABLE) is unavailable.
  absl::StatusOr<Profile> Get(const RequestContext& context, absl::string_view customer_id);

  // The texts that a profile is made of.
  TextQuery Texts() const {
    return {.model_id = embedder_->model_id(), .limit = options_.latest_texts};
  }
  // The profile of behavior that was read as of `now`. UNAVAILABLE (MODEL_UNAVAILABLE) without a
  // model that it needs.
  absl::StatusOr<Profile> Fuse(const RequestContext& context, CustomerBehavior behavior,
                               const TextQuery& texts, absl::Time now) const;
  const AffinityModel& affinity() const { return options_.affinity; }

 private:
  BehaviorStore* const store_;
  const TextEmbedder* const embedder_;
  ProfileFuser* const fuser_;
  const Clock* const clock_;
  const Options options_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILES_H_
