#include "services/profile-service/core/profiles/leaving_out.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kSwapRetryDelay = absl::Seconds(1);
// What rounding leaves is no influence.
constexpr double kRounding = 1e-6;

// Of vectors of unit length, or of zeros.
double Turned(const std::vector<float>& vector, const std::vector<float>& other) {
  double cosine = 0;
  for (std::size_t i = 0; i < std::min(vector.size(), other.size()); ++i) {
    cosine += static_cast<double>(vector[i]) * other[i];
  }
  const double turned = std::max(0.0, 1 - cosine);
  return turned < kRounding ? 0 : turned;
}

// The rows that are fused again. Behavior that was changed lives here.
class Variants {
 public:
  explicit Variants(const ProfileParts& parts) : parts_(parts) {}

  std::size_t AddWithout(const std::string& modality) {
    KnownParts rest = parts_.Known();
    if (modality == "behavior") rest.behavior = nullptr;
    if (modality == "text") rest.text = {};
    if (modality == "image") rest.image = {};
    rows_.push_back(rest);
    return rows_.size() - 1;
  }
  // nullopt: the feature has this value already.
  std::optional<std::size_t> AddWith(BehaviorFeature feature, float value) {
    BehaviorVector changed = *parts_.behavior;
    if (changed[feature] == value) return std::nullopt;
    changed[feature] = value;
    behavior_.push_back(changed);
    KnownParts rest = parts_.Known();
    rest.behavior = &behavior_.back();
    rows_.push_back(rest);
    return rows_.size() - 1;
  }
  const std::vector<KnownParts>& rows() const { return rows_; }

 private:
  const ProfileParts& parts_;
  std::deque<BehaviorVector> behavior_;  // whose addresses stay
  std::vector<KnownParts> rows_;
};

// A row for each feature that changes, without a value and with a typical one.
struct FeatureRows {
  BehaviorFeature feature;
  std::optional<std::size_t> zero;
  std::optional<std::size_t> typical;
};

// How much higher each score is by the customer's own value of the feature.
void AddMoves(const std::vector<ProfileScore>& typical, BehaviorFeature feature,
              std::vector<ScoreExplanation>& scores) {
  for (std::size_t s = 0; s < scores.size() && s < typical.size(); ++s) {
    const double change = scores[s].value - typical[s].value;
    if (std::abs(change) > kRounding * std::max(1.0, std::abs(scores[s].value))) {
      scores[s].features.push_back({.feature = feature, .change = change});
    }
  }
}

}  // namespace

absl::StatusOr<Influences> LeaveOut(const RequestContext& context, const Profile& profile,
                                    const ProfileParts& parts,
                                    const std::vector<ModalityExplanation>& modalities,
                                    ProfileFuser& fuser) {
  Variants variants(parts);
  std::vector<std::optional<std::size_t>> without;
  for (const ModalityExplanation& modality : modalities) {
    without.push_back(modality.state == PartState::kUsed
                          ? std::optional(variants.AddWithout(modality.modality))
                          : std::nullopt);
  }
  const BehaviorVector typical = fuser.TypicalBehavior();
  std::vector<FeatureRows> features;
  if (parts.behavior) {
    for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) {
      FeatureRows rows{.feature = info.feature,
                       .zero = variants.AddWith(info.feature, 0),
                       .typical = std::nullopt};
      if (!profile.scores.empty()) {
        rows.typical = variants.AddWith(info.feature, typical[info.feature]);
      }
      features.push_back(rows);
    }
  }
  Influences left_out{
      .modalities = std::vector<double>(modalities.size()), .features = {}, .scores = {}};
  if (variants.rows().empty()) return left_out;
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<FusedVector> fused,
                             fuser.FuseAll(context, variants.rows()));
  if (fused.front().model_id != profile.models.back()) {
    return UnavailableError(reason::kModelUnavailable,
                            "another version of the profile fuser came to serve: try again",
                            kSwapRetryDelay);
  }
  for (std::size_t m = 0; m < modalities.size(); ++m) {
    if (without[m]) left_out.modalities[m] = Turned(profile.vector, fused[*without[m]].vector);
  }
  for (const ProfileScore& score : profile.scores) {
    left_out.scores.push_back({.id = score.id, .value = score.value, .features = {}});
  }
  for (const FeatureRows& rows : features) {
    if (rows.zero) {
      left_out.features[rows.feature] = Turned(profile.vector, fused[*rows.zero].vector);
    }
    if (rows.typical) AddMoves(fused[*rows.typical].scores, rows.feature, left_out.scores);
  }
  for (ScoreExplanation& score : left_out.scores) {
    std::stable_sort(score.features.begin(), score.features.end(),
                     [](const ScoreMove& a, const ScoreMove& b) {
                       return std::abs(a.change) > std::abs(b.change);
                     });
  }
  return left_out;
}

}  // namespace clientele::profile
