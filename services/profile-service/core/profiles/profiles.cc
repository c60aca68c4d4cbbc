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

std::vector<float> MeanDirection(const std::vector<std::vector<float>>& rows) {
  if (rows.empty()) return {};
  std::vector<double> sum(rows.front().size(), 0.0);
  for (const std::vector<float>& row : rows) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
  }
  double squares = 0;
  for (const double value : sum) squares += value * value;
  const double norm = std::sqrt(squares);
  // What rounding leaves of rows that cancel out is no direction.
  if (!(norm > 1e-6 * static_cast<double>(rows.size()))) return {};
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
  const TextQuery texts = Texts();
  CLIENTELE_ASSIGN_OR_RETURN(CustomerBehavior behavior,
                             store_->Read(context, customer_id, now, options_.affinity, texts));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  return Fuse(context, std::move(behavior), texts, now);
}

absl::StatusOr<Profile> Profiles::Fuse(const RequestContext& context, CustomerBehavior behavior,
                                       const TextQuery& texts, absl::Time now) const {
  const bool profiled = options_.consent.Allows(consent::Purpose::kProfiling, behavior.consents);
  if (!profiled) behavior = {.customer_id = std::move(behavior.customer_id)};
  if (texts.model_id.empty() && behavior.texts.pending > 0) {
    return UnavailableError(reason::kModelUnavailable, "no text encoder serves: try again soon",
                            kTextModelRetryDelay);
  }
  Profile profile;
  profile.customer_id = std::move(behavior.customer_id);
  profile.compute_time = now;
  if (!profiled) profile.withheld_purposes.push_back(consent::Purpose::kProfiling);
  profile.summary = std::move(behavior.summary);
  profile.features = ComputeBehavior(profile.summary, now);
  profile.category_affinity = SharesOf(profile.summary.category_affinity);
  profile.channel_mix = SharesOf(profile.summary.channels);
  profile.device_mix = SharesOf(profile.summary.devices);
  profile.pending_texts = behavior.texts.pending;

  const std::vector<float> text = MeanDirection(behavior.texts.vectors);
  if (!behavior.texts.vectors.empty()) profile.models.push_back(texts.model_id);
  if (profile.summary.event_count() > 0) profile.modalities.emplace_back("behavior");
  if (!text.empty()) profile.modalities.emplace_back("text");
  const BehaviorVector vector = ToVector(profile.features);
  KnownParts parts{.behavior = nullptr, .text = text};
  if (profile.summary.event_count() > 0) parts.behavior = &vector;
  CLIENTELE_ASSIGN_OR_RETURN(FusedVector fused, fuser_->Fuse(context, parts));
  profile.vector = std::move(fused.vector);
  profile.models.push_back(std::move(fused.model_id));
  return profile;
}

}  // namespace clientele::profile
