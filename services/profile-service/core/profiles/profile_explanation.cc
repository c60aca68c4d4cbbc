#include "services/profile-service/core/profiles/profile_explanation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace clientele::profile {
namespace {

template <typename T>
void SortByStrength(std::vector<T>& contributions) {
  std::stable_sort(contributions.begin(), contributions.end(),
                   [](const T& a, const T& b) { return std::abs(a.weight) > std::abs(b.weight); });
}

// As AffinityModel says.
double WeightOf(const Event& event, const AffinityModel& affinity, absl::Time now) {
  const double half_lives =
      std::clamp(absl::FDivDuration(now - event.event_time, affinity.half_life), 0.0, 1000.0);
  return affinity.weight[static_cast<std::size_t>(event.type)] * std::exp2(-half_lives);
}

CategoryExplanation ExplainCategory(const std::vector<const Event*>& events,
                                    const AffinityModel& affinity, absl::Time now,
                                    std::size_t most_evidence) {
  CategoryExplanation explanation;
  std::array<TypeContribution, kEventTypes> by_type;
  for (const Event* event : events) {
    const double weight = WeightOf(*event, affinity, now);
    TypeContribution& contribution = by_type[static_cast<std::size_t>(event->type)];
    contribution.type = event->type;
    // The newest come first.
    if (contribution.events++ == 0) contribution.last_event_time = event->event_time;
    contribution.weight += weight;
    if (weight != 0) {
      explanation.evidence.push_back(
          {event->customer_id, event->event_id, event->type, event->event_time, weight});
    }
  }
  for (const TypeContribution& contribution : by_type) {
    if (contribution.events > 0) explanation.contributions.push_back(contribution);
  }
  SortByStrength(explanation.contributions);
  SortByStrength(explanation.evidence);
  if (explanation.evidence.size() > most_evidence) explanation.evidence.resize(most_evidence);
  return explanation;
}

bool CountsIn(ResponseFeature feature, EventType type) {
  switch (feature) {
    case ResponseFeature::kCampaignsReceived:
      return IsOfCampaign(type) && type != EventType::kCampaignUnsubscribed;
    case ResponseFeature::kCampaignOpenRate:
      return IsOpening(type);
    case ResponseFeature::kCampaignClickRate:
      return type == EventType::kCampaignClicked;
    case ResponseFeature::kCampaignUnsubscribes:
      return type == EventType::kCampaignUnsubscribed;
    case ResponseFeature::kCouponsIssued:
      return type == EventType::kCouponIssued;
    case ResponseFeature::kCouponsRedeemed:
    case ResponseFeature::kCouponRedemptionRate:
      return type == EventType::kCouponRedeemed;
    case ResponseFeature::kResponseRecencyDays:
      return IsResponse(type);
  }
  return false;
}

}  // namespace

std::vector<CategoryExplanation> ExplainCategories(const Profile& profile,
                                                   const std::vector<Event>& events,
                                                   bool all_events, const AffinityModel& affinity,
                                                   const CategoryRules& rules) {
  absl::flat_hash_map<absl::string_view, std::vector<const Event*>> by_category;
  for (const Event& event : events) {
    if (IsBehavior(event)) by_category[event.category].push_back(&event);
  }
  absl::flat_hash_map<absl::string_view, double> weights;
  for (const KeyWeight& category : profile.summary.category_affinity) {
    weights[category.key] = category.weight;
  }
  std::vector<CategoryExplanation> explanations;
  for (const Share& share : profile.category_affinity) {
    if (explanations.size() == rules.most_categories) break;
    CategoryExplanation explanation = ExplainCategory(by_category[share.key], affinity,
                                                      profile.compute_time, rules.most_evidence);
    explanation.category = share.key;
    explanation.share = share.share;
    explanation.weight = weights[share.key];
    if (!all_events) {
      explanation.older_weight = explanation.weight;
      for (const TypeContribution& contribution : explanation.contributions) {
        explanation.older_weight -= contribution.weight;
      }
    }
    explanations.push_back(std::move(explanation));
  }
  return explanations;
}

std::vector<ResponseExplanation> ExplainResponses(const Profile& profile,
                                                  const std::vector<Event>& events,
                                                  std::size_t most_evidence) {
  if (!profile.summary.responses.first_event_time) return {};
  std::vector<ResponseExplanation> explanations;
  for (const ResponseFeatureInfo& info : kResponseFeatureList) {
    ResponseExplanation& explanation = explanations.emplace_back();
    explanation.feature = info.feature;
    explanation.value = profile.responses[info.feature];
    for (const Event& event : events) {
      if (explanation.evidence.size() == most_evidence) break;
      if (event.left_out == LeftOut::kNo && CountsIn(info.feature, event.type)) {
        explanation.evidence.push_back(event);
      }
    }
  }
  return explanations;
}

std::vector<double> SharesOfDirection(absl::Span<const std::vector<float>> rows) {
  if (rows.empty()) return {};
  std::vector<double> sum(rows.front().size(), 0.0);
  for (const std::vector<float>& row : rows) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
  }
  double squares = 0;
  for (const double value : sum) squares += value * value;
  if (!(std::sqrt(squares) > kNoDirection * static_cast<double>(rows.size()))) return {};
  std::vector<double> shares;
  shares.reserve(rows.size());
  for (const std::vector<float>& row : rows) {
    double product = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) product += row[i] * sum[i];
    shares.push_back(product / squares);
  }
  return shares;
}

std::vector<InterestExplanation> ExplainInterests(const std::vector<Interest>& interests,
                                                  const std::vector<Media>& pictures) {
  std::map<std::pair<std::string, std::string>, const Media*> by_name;
  for (const Media& picture : pictures) {
    by_name[{picture.customer_id, picture.media_id}] = &picture;
  }
  std::vector<InterestExplanation> explanations;
  for (const Interest& interest : interests) {
    InterestExplanation& explanation = explanations.emplace_back();
    explanation.interest = interest;
    for (const auto& name : interest.evidence) {
      const Media& picture = *by_name.at(name);
      PictureEvidence evidence{.customer_id = picture.customer_id,
                               .media_id = picture.media_id,
                               .model_id = {},
                               .capture_time = picture.capture_time};
      for (const Sighting& sighting : picture.sightings) {
        for (const SeenObject& object : sighting.objects) {
          if (object.label != interest.label || object.score <= evidence.score) continue;
          evidence.score = object.score;
          evidence.model_id = sighting.model_id;
        }
      }
      explanation.evidence.push_back(std::move(evidence));
    }
  }
  return explanations;
}

}  // namespace clientele::profile
