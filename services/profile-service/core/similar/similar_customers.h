#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_SIMILAR_CUSTOMERS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_SIMILAR_CUSTOMERS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/profiles/profiles.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/segment_store.h"
#include "services/profile-service/core/similar/profile_vector_maker.h"
#include "services/profile-service/core/similar/profile_vector_store.h"
#include "services/profile-service/core/similar/vector_index.h"

namespace clientele::profile {

// Reasons of FAILED_PRECONDITION.
inline constexpr char kNothingKnown[] = "NOTHING_KNOWN";
inline constexpr char kNoSimilarity[] = "NO_SIMILARITY";

struct SimilarQuery {
  std::string customer_id = {};
  int limit = 10;               // 1 to 100
  std::string region = {};      // "": any
  std::string segment_id = {};  // "": any
};

struct SimilarList {
  std::string customer_id = {};          // who stands for the person
  std::vector<Neighbor> neighbors = {};  // most similar first
  std::string model_id = {};             // of the vectors that were compared
  std::int64_t compared = 0;             // customers who have such a vector
};

// Who is most like a customer, by the cosine of their profiles' vectors: exactly, among all vectors
// that there are by the model that serves. Who is told of was looked up in that moment: they are
// there, stand for themselves, may be profiled, and match. Borrows everything; thread-safe.
class SimilarCustomers {
 public:
  // `index` null: the service keeps no vectors.
  SimilarCustomers(const VectorIndex* index, const ProfileVectorMaker* maker,
                   ProfileVectorStore* vectors, Profiles* profiles, SegmentStore* segments,
                   MembershipStore* memberships, const consent::Policy& policy, const Clock* clock)
      : index_(index),
        maker_(maker),
        vectors_(vectors),
        profiles_(profiles),
        segments_(segments),
        memberships_(memberships),
        policy_(policy),
        clock_(clock) {}

  // INVALID_ARGUMENT with every wrong field; NOT_FOUND without the customer or the segment.
  // FAILED_PRECONDITION with reason CONSENT_WITHHELD when the customer may not be profiled,
  // NOTHING_KNOWN when there is nothing to be similar in, NO_SIMILARITY when the service keeps no
  // vectors, TOO_MANY_CUSTOMERS when they find no room. UNAVAILABLE while they are being read.
  absl::StatusOr<SimilarList> List(const RequestContext& context, const SimilarQuery& query) const;

 private:
  // Those of `found`, in their order, who may be told of now.
  absl::StatusOr<std::vector<Neighbor>> Standing(const RequestContext& context,
                                                 std::vector<Neighbor> found,
                                                 absl::string_view region) const;

  const VectorIndex* const index_;
  const ProfileVectorMaker* const maker_;
  ProfileVectorStore* const vectors_;
  Profiles* const profiles_;
  SegmentStore* const segments_;
  MembershipStore* const memberships_;
  const consent::Policy policy_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_SIMILAR_CUSTOMERS_H_
