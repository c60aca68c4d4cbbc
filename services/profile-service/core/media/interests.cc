#include "services/profile-service/core/media/interests.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace clientele::profile {

std::vector<Interest> InterestsOf(absl::Span<const Media> pictures, const InterestRules& rules) {
  std::map<std::string, Interest> by_label;
  for (const Media& picture : pictures) {
    std::map<std::string, double> shown;  // the highest score of each label
    for (const Sighting& sighting : picture.sightings) {
      for (const SeenObject& object : sighting.objects) {
        if (object.score < rules.min_score) continue;
        double& highest = shown[object.label];
        highest = std::max(highest, object.score);
      }
    }
    for (const auto& [label, score] : shown) {
      Interest& interest = by_label[label];
      if (interest.pictures == 0) {
        interest.label = label;
        interest.last_seen = picture.capture_time;
      }
      ++interest.pictures;
      interest.score = std::max(interest.score, score);
      if (interest.evidence.size() < rules.most_evidence) {
        interest.evidence.emplace_back(picture.customer_id, picture.media_id);
      }
    }
  }
  std::vector<Interest> interests;
  interests.reserve(by_label.size());
  for (auto& [label, interest] : by_label) interests.push_back(std::move(interest));
  std::stable_sort(interests.begin(), interests.end(), [](const Interest& a, const Interest& b) {
    return std::tie(a.pictures, a.last_seen) > std::tie(b.pictures, b.last_seen);
  });
  if (interests.size() > rules.most_interests) interests.resize(rules.most_interests);
  return interests;
}

}  // namespace clientele::profile
