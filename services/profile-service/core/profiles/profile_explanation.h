#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_EXPLANATION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/features/response_features.h"
#include "services/profile-service/core/media/interests.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// What events of one type gave to a category's affinity.
struct TypeContribution {
  EventType type = EventType::kView;
  std::int64_t events = 0;
  absl::Time last_event_time = {};
  double weight = 0;  // decayed; below 0 of returns
};

struct EventContribution {
  std::string customer_id = {};
  std::string event_id = {};
  EventType type = EventType::kView;
  absl::Time event_time = {};
  double weight = 0;
};

// A category's affinity is the sum of what each event gives to it, so that these are exact.
struct CategoryExplanation {
  std::string category = {};
  double share = 0;   // of the profile's interest
  double weight = 0;  // the sum of all contributions
  std::vector<TypeContribution> contributions =
      {};                                        // of the events that were read, strongest first
  double older_weight = 0;                       // of those before them
  std::vector<EventContribution> evidence = {};  // strongest first
};

// What one text or picture gave to its part of the vector.
struct PartContribution {
  std::string customer_id = {};
  std::string id = {};  // of the event or the picture
  absl::Time time = {};
  double share = 0;  // those of a part sum to 1; below 0 where it points against the others
};

// Why signals of a kind are in the vector, or are not.
enum class PartState { kUsed, kNothingKnown, kPending, kWithheld, kNotTaken };

struct ModalityExplanation {
  std::string modality = {};  // "behavior", "text" or "image"
  PartState state = PartState::kNothingKnown;
  std::int64_t signals = 0;  // that are in it: events, texts or pictures
  std::int64_t pending = 0;  // that have no vector yet
  std::optional<absl::Time> first_time = std::nullopt, last_time = std::nullopt;
  std::string model_id = {};  // that made the signals' vectors; empty: none was needed
  double influence = 0;       // see ProfileExplanations
  std::vector<PartContribution> evidence = {};  // strongest first
};

struct FeatureExplanation {
  BehaviorFeature feature = BehaviorFeature::kRecencyDays;
  double value = 0;
  double influence = 0;  // see ProfileExplanations
};

// What a feature does to a score.
struct ScoreMove {
  BehaviorFeature feature = BehaviorFeature::kRecencyDays;
  // How much higher the score is than it would be if this feature alone were a typical customer's.
  double change = 0;
};

struct ScoreExplanation {
  std::string id = {};
  double value = 0;
  std::vector<ScoreMove> features = {};  // strongest first; without those that change nothing
};

struct ResponseExplanation {
  ResponseFeature feature = ResponseFeature::kCampaignsReceived;
  double value = 0;
  std::vector<Event> evidence = {};  // that count in it, newest first
};

struct PictureEvidence {
  std::string customer_id = {};
  std::string media_id = {};
  std::string model_id = {};
  absl::Time capture_time = {};
  double score = 0;
};

struct InterestExplanation {
  Interest interest = {};
  std::vector<PictureEvidence> evidence = {};  // newest first
};

struct PurposeUse {
  consent::Purpose purpose = consent::Purpose::kProfiling;
  consent::Decision decision = consent::Decision::kNone;
  bool allowed = false;
};

struct ProfileExplanation {
  std::string customer_id = {};  // who stands for the person
  absl::Time compute_time = {};
  std::vector<std::string> models = {};
  std::vector<PurposeUse> purposes = {};
  std::vector<ModalityExplanation> modalities = {};
  std::vector<FeatureExplanation> features = {};     // most influential first
  std::vector<ScoreExplanation> scores = {};         // in the model's order
  std::vector<CategoryExplanation> categories = {};  // strongest first
  std::vector<InterestExplanation> interests = {};
  std::vector<ResponseExplanation> responses = {};  // in their order; none without campaigns
  std::int64_t read_events = 0;  // the newest, by which categories and responses are explained
  bool all_events = false;       // there are no others
};

struct CategoryRules {
  std::size_t most_categories = 20;
  std::size_t most_evidence = 5;  // of one
};

// The categories of `profile` by `events`, its newest, which are all that there are where
// `all_events`. Pure.
std::vector<CategoryExplanation> ExplainCategories(const Profile& profile,
                                                   const std::vector<Event>& events,
                                                   bool all_events, const AffinityModel& affinity,
                                                   const CategoryRules& rules = {});

// The responses of `profile` with what counts in them of `events`, newest first; none where the
// profile knows of no campaign and no coupon. Pure.
std::vector<ResponseExplanation> ExplainResponses(const Profile& profile,
                                                  const std::vector<Event>& events,
                                                  std::size_t most_evidence);

// What each row gave to the direction of their sum: how far it reaches in it, of how far all do.
// Sums to 1; empty where the rows cancel each other out. Pure.
std::vector<double> SharesOfDirection(absl::Span<const std::vector<float>> rows);

// The interests of a profile with the pictures that show them. Pure.
std::vector<InterestExplanation> ExplainInterests(const std::vector<Interest>& interests,
                                                  const std::vector<Media>& pictures);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_EXPLANATION_H_
