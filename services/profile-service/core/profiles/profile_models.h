#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_MODELS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_MODELS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/features/behavior_vector.h"

namespace clientele::profile {

// One vector a text, all by one version of the model.
struct TextVectors {
  std::string model_id;                  // "name/version"
  std::vector<std::vector<float>> rows;  // of equal length
};

// Turns texts into vectors. Thread-safe. UNAVAILABLE (MODEL_UNAVAILABLE) while
// no version serves.
class TextEmbedder {
 public:
  virtual ~TextEmbedder() = default;
  virtual absl::StatusOr<TextVectors> Embed(const RequestContext& context,
                                            absl::Span<const std::string> texts) = 0;
  // Of the version that serves now: "name/version"; empty when none serves.
  virtual std::string model_id() const = 0;
};

// What is known about a customer.
struct KnownParts {
  const BehaviorVector* behavior = nullptr;  // null: no events
  absl::Span<const float> text;              // empty: no texts
  absl::Span<const float> image = {};        // empty: no pictures
};

// What a model expects of a customer, by their behavior alone.
struct ProfileScore {
  std::string id;  // such as "churn"
  double value = 0;

  friend bool operator==(const ProfileScore&, const ProfileScore&) = default;
};

struct FusedVector {
  std::string model_id;       // "name/version"
  std::vector<float> vector;  // unit L2 norm; zeros when no part is given
  // Whether the vector has the image part: a fuser for vectors of another length leaves it out.
  bool has_image = false;
  // In the model's order; none where it has no scores, or without behavior.
  std::vector<ProfileScore> scores = {};
};

// Makes one vector of the parts of each customer, in their order, all by one version of the model.
// Thread-safe. UNAVAILABLE (MODEL_UNAVAILABLE) while no version serves that takes parts of these
// lengths.
class ProfileFuser {
 public:
  virtual ~ProfileFuser() = default;
  virtual absl::StatusOr<std::vector<FusedVector>> FuseAll(
      const RequestContext& context, absl::Span<const KnownParts> customers) = 0;
  // What a typical customer's behavior is, as the version that serves knows it; zeros where it
  // knows none.
  virtual BehaviorVector TypicalBehavior() const { return {}; }

  absl::StatusOr<FusedVector> Fuse(const RequestContext& context, const KnownParts& parts) {
    absl::StatusOr<std::vector<FusedVector>> fused = FuseAll(context, {&parts, 1});
    if (!fused.ok()) return fused.status();
    return std::move(fused->front());
  }
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_PROFILE_MODELS_H_
