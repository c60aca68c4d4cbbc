#include "services/profile-service/core/profiles/profiles.h"

#include <cmath>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {

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

absl::StatusOr<std::vector<float>> Profiles::TextPart(const RequestContext& context,
                                                      Profile& profile) {
  const BehaviorSummary& summary = profile.summary;
  const bool wrote = summary.count(EventType::kMessage) + summary.count(EventType::kSocial) +
                         summary.count(EventType::kSearch) >
                     0;
  if (!wrote || options_.latest_texts == 0) return std::vector<float>();
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<std::string> texts,
      store_->LatestTexts(context, profile.customer_id, options_.latest_texts));
  if (texts.empty()) return std::vector<float>();
  CLIENTELE_ASSIGN_OR_RETURN(TextVectors vectors, embedder_->Embed(context, texts));
  profile.models.push_back(std::move(vectors.model_id));
  return MeanDirection(vectors.rows);
}

absl::StatusOr<Profile> Profiles::Get(const RequestContext& context,
                                      absl::string_view customer_id) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());

  Profile profile;
  profile.customer_id = std::string(customer_id);
  profile.compute_time = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(
      profile.summary,
      store_->Summarize(context, customer_id, profile.compute_time, options_.affinity));
  profile.features = ComputeBehavior(profile.summary, profile.compute_time);
  profile.category_affinity = SharesOf(profile.summary.category_affinity);
  profile.channel_mix = SharesOf(profile.summary.channels);
  profile.device_mix = SharesOf(profile.summary.devices);

  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> text, TextPart(context, profile));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const BehaviorVector behavior = ToVector(profile.features);
  KnownParts parts{.behavior = nullptr, .text = text};
  if (profile.summary.event_count() > 0) parts.behavior = &behavior;
  CLIENTELE_ASSIGN_OR_RETURN(FusedVector fused, fuser_->Fuse(context, parts));
  profile.vector = std::move(fused.vector);
  profile.models.push_back(std::move(fused.model_id));
  return profile;
}

}  // namespace clientele::profile
