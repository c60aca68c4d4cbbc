#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_INTERESTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_INTERESTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// Which of a customer's pictures a profile uses.
struct PictureQuery {
  std::string encoder_id;  // "name/version", whose vectors are wanted; empty: none are
  int limit = 0;           // at most so many pictures; 0: none
};

// The newest pictures of a person.
struct KnownPictures {
  std::vector<Media> pictures;  // newest first, with what was seen in them
  int pending = 0;              // of these, that models have still to look at
};

// Something that a customer's pictures show.
struct Interest {
  std::string label;
  std::int64_t pictures = 0;  // that show it
  absl::Time last_seen;       // when the newest of them was taken
  double score = 0;           // the highest
  // The newest of them, by customer and media id.
  std::vector<std::pair<std::string, std::string>> evidence;
};

struct InterestRules {
  // What a model is less sure of is not counted; 0 to 1.
  double min_score = 0.5;
  std::size_t most_interests = 100;
  std::size_t most_evidence = 10;  // of one
};

// What is seen in most pictures first, then the newest, then by label. `pictures` are newest first;
// a label counts once in each.
std::vector<Interest> InterestsOf(absl::Span<const Media> pictures, const InterestRules& rules);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_INTERESTS_H_
