#include "services/profile-service/core/profiles/profiles.h"

#include <cmath>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kTextModelRetryDelay = absl::Seconds(1);

}  // namespace

std::vector<PictureDirection> DirectionsOf(const std::vector<Media>& pictures) {
  std::vector<PictureDirection> directions;
  for (const Media& picture : pictures) {
    for (const Sighting& sighting : picture.sightings) {
      if (sighting.vector.empty()) continue;
      std::vector<float> direction = MeanDirection({sighting.vector});
      if (!direction.empty()) directions.push_back({&picture, std::move(direction)});
    }
  }
  return directions;
}

ProfileParts PartsOf(const CustomerBehavior& behavior, const BehaviorValues& features) {
  ProfileParts parts;
  if (behavior.summary.event_count() > 0) parts.behavior = ToVector(features);
  parts.text = MeanDirection(behavior.texts.vectors);
  std::vector<std::vector<float>> pictures;
  for (PictureDirection& picture : DirectionsOf(behavior.pictures.pictures)) {
    pictures.push_back(std::move(picture.direction));
  }
  parts.image = MeanDirection(pictures);
  return parts;
}

std::vector<float> MeanDirection(const std::vector<std::vector<float>>& rows) {
  if (rows.empty()) return {};
  std::vector<double> sum(rows.front().size(), 0.0);
  for (const std::vector<float>& row : rows) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
  }
  double squares = 0;
  for (const double value : sum) squares += value * value;
  const double norm = std::sqrt(squares);
  if (!(norm > kNoDirection * static_cast<double>(rows.size()))) return {};
  std::vector<float> direction(sum.size());
  for (std::size_t i = 0; i < sum.size(); ++i) direction[i] = static_cast<float>(sum[i] / norm);
  return direction;
}

absl::StatusOr<Profile> Profiles::Get(const RequestContext& context,
                                      absl::string_view customer_id) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  const SignalQuery signals = Signals();
  CLIENTELE_ASSIGN_OR_RETURN(CustomerBehavior behavior,
                             store_->Read(context, customer_id, now, options_.affinity, signals));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  return Fuse(context, std::move(behavior), signals, now);
}

Profiles::Permitted Profiles::Permit(CustomerBehavior behavior) const {
  const bool profiled = Allows(consent::Purpose::kProfiling, behavior.consents);
  const bool shown = Allows(consent::Purpose::kImageAnalysis, behavior.consents);
  const bool has_pictures = !behavior.pictures.pictures.empty();
  Permitted permitted;
  if (!profiled) permitted.withheld.push_back(consent::Purpose::kProfiling);
  if (has_pictures && !shown) permitted.withheld.push_back(consent::Purpose::kImageAnalysis);
  if (!profiled) behavior = {.customer_id = std::move(behavior.customer_id)};
  if (!shown) behavior.pictures = {};
  permitted.behavior = std::move(behavior);
  return permitted;
}

absl::StatusOr<Profile> Profiles::Fuse(const RequestContext& context, CustomerBehavior read,
                                       const SignalQuery& signals, absl::Time now) const {
  auto [behavior, withheld] = Permit(std::move(read));
  if (signals.model_id.empty() && behavior.texts.pending > 0) {
    return UnavailableError(reason::kModelUnavailable, "no text encoder serves: try again soon",
                            kTextModelRetryDelay);
  }
  Profile profile;
  profile.customer_id = std::move(behavior.customer_id);
  profile.compute_time = now;
  profile.withheld_purposes = std::move(withheld);
  profile.features = ComputeBehavior(behavior.summary, now);
  profile.responses = ComputeResponses(behavior.summary.responses, now);
  const ProfileParts parts = PartsOf(behavior, profile.features);
  profile.summary = std::move(behavior.summary);
  profile.category_affinity = SharesOf(profile.summary.category_affinity);
  profile.channel_mix = SharesOf(profile.summary.channels);
  profile.device_mix = SharesOf(profile.summary.devices);
  profile.pending_texts = behavior.texts.pending;
  profile.interests = InterestsOf(behavior.pictures.pictures, options_.interests);
  profile.pending_pictures = behavior.pictures.pending;

  if (!behavior.texts.vectors.empty()) profile.models.push_back(signals.model_id);
  if (parts.behavior) profile.modalities.emplace_back("behavior");
  if (!parts.text.empty()) profile.modalities.emplace_back("text");
  CLIENTELE_ASSIGN_OR_RETURN(FusedVector fused, fuser_->Fuse(context, parts.Known()));
  profile.vector = std::move(fused.vector);
  profile.scores = std::move(fused.scores);
  if (fused.has_image) {
    profile.modalities.emplace_back("image");
    profile.models.push_back(signals.pictures.encoder_id);
  }
  profile.models.push_back(std::move(fused.model_id));
  return profile;
}

}  // namespace clientele::profile
