#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/time/clock.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/features/response_features.h"
#include "services/profile-service/core/media/interests.h"
#include "services/profile-service/core/media/picture_models.h"
#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile {

// What the suite knows about a customer.
struct Profile {
  std::string customer_id;    // the survivor, of merged customers
  std::vector<float> vector;  // unit L2 norm; zeros when nothing is known
  BehaviorValues features;
  ResponseValues responses;
  BehaviorSummary summary;
  std::vector<Share> category_affinity;
  std::vector<Share> channel_mix;
  std::vector<Share> device_mix;
  int pending_texts = 0;            // of the latest texts, without a vector yet
  std::vector<Interest> interests;  // what is seen in the latest pictures
  int pending_pictures = 0;         // of these, that models have still to look at
  // Whose signals took part in the vector: "behavior", "text", "image".
  std::vector<std::string> modalities;
  // For lack of whose consent signals took no part. Without profiling nothing else is set.
  std::vector<consent::Purpose> withheld_purposes;
  std::vector<std::string> models;  // that took part, as "name/version"
  // What the fuser expects of the customer; none where it has no scores, or without events.
  std::vector<ProfileScore> scores;
  absl::Time compute_time;
};

// The length below which the mean of vectors is what rounding leaves of vectors that cancel out.
inline constexpr double kNoDirection = 1e-6;

// The direction that vectors have in common: their mean, brought to unit L2
// norm. Empty when there is none (no rows, or they cancel out).
std::vector<float> MeanDirection(const std::vector<std::vector<float>>& rows);

// Where the vector of a picture points; unit L2 norm.
struct PictureDirection {
  const Media* picture;  // of those that were given
  std::vector<float> direction;
};
std::vector<PictureDirection> DirectionsOf(const std::vector<Media>& pictures);

// What goes into a profile's vector, of what may be used.
struct ProfileParts {
  std::optional<BehaviorVector> behavior;  // nullopt: no events
  std::vector<float> text;                 // the MeanDirection of the texts; empty: none
  std::vector<float> image;                // of the pictures' directions, which count alike

  // Borrows them.
  KnownParts Known() const {
    return {.behavior = behavior ? &*behavior : nullptr, .text = text, .image = image};
  }
};
ProfileParts PartsOf(const CustomerBehavior& behavior, const BehaviorValues& features);

// Makes profiles as of now of what is stored: sums of events, and vectors of texts. Nothing is
// embedded here; TextVectorWorker does that in the background.
//
//   Profiles profiles(&store, &embedder, &fuser, clock, {});   // all borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(Profile profile, profiles.Get(context, "42"));
//
// The text part is the MeanDirection of the vectors of the customer's latest texts, as far as
// they are there; the image part that of their latest pictures, each of unit length. Of who may not
// be profiled nothing is used: the profile is one of zeros and says so. Thread-safe.
class Profiles {
 public:
  struct Options {
    AffinityModel affinity = {};
    // Texts of a customer that a profile uses; 0: none.
    int latest_texts = 50;
    // Pictures of a customer that a profile uses; 0: none.
    int latest_pictures = 0;
    InterestRules interests = {};
    consent::Policy consent = {};
  };

  // `encoder` looks at pictures and gives vectors; null: there is none.
  Profiles(BehaviorStore* store, const TextEmbedder* embedder, ProfileFuser* fuser,
           const Clock* clock, Options options, const PictureModel* encoder = nullptr)
      : store_(store),
        embedder_(embedder),
        fuser_(fuser),
        clock_(clock),
        options_(options),
        encoder_(encoder) {}

  // NOT_FOUND without the customer; UNAVAILABLE while the store
  // (DATABASE_UNAVAILABLE) or a model (MODEL_UNAVAILABLE) is unavailable.
  absl::StatusOr<Profile> Get(const RequestContext& context, absl::string_view customer_id);

  // The texts and pictures that a profile is made of.
  SignalQuery Signals() const {
    return {.model_id = embedder_->model_id(),
            .limit = options_.latest_texts,
            .pictures = {.encoder_id = encoder_ == nullptr ? "" : encoder_->model_id(),
                         .limit = options_.latest_pictures}};
  }
  // Of a customer's behavior what may be used.
  struct Permitted {
    CustomerBehavior behavior;
    // For lack of whose consent the rest may not.
    std::vector<consent::Purpose> withheld;
  };
  Permitted Permit(CustomerBehavior behavior) const;
  bool Allows(consent::Purpose purpose, const consent::Consents& consents) const {
    return options_.consent.Allows(purpose, consents);
  }
  // The profile of behavior that was read as of `now`. UNAVAILABLE (MODEL_UNAVAILABLE) without a
  // model that it needs.
  absl::StatusOr<Profile> Fuse(const RequestContext& context, CustomerBehavior behavior,
                               const SignalQuery& signals, absl::Time now) const;
  const AffinityModel& affinity() const { return options_.affinity; }

 private:
  BehaviorStore* const store_;
  const TextEmbedder* const embedder_;
  ProfileFuser* const fuser_;
  const Clock* const clock_;
  const Options options_;
  const PictureModel* const encoder_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILES_H_
