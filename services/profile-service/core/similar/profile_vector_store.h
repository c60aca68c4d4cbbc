#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_PROFILE_VECTOR_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_PROFILE_VECTOR_STORE_H_

#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"

namespace clientele::profile {

// A customer whose vector is to be made, taken until `lease_end`.
struct DueVector {
  std::string customer_id = {};
  absl::Time lease_end = {};
};

struct MadeVector {
  std::string customer_id = {};
  absl::Time lease_end = {};  // as it was taken
  std::string model_id = {};
  std::vector<float> vector = {};  // empty: the customer has none
  absl::Time next_due = {};
};

struct StoredVector {
  std::string customer_id = {};
  std::string model_id = {};
  std::vector<float> vector = {};  // empty: the customer has none
};

// How far the vectors were read that were made, by the store's clock.
struct VectorPosition {
  absl::Time make_time = absl::InfinitePast();
  std::string customer_id = {};
};

struct VectorPage {
  std::vector<StoredVector> vectors = {};
  VectorPosition next;
  bool last = false;
};

// Vectors of profiles, one of each customer who stands for a person, by whatever fuser made it
// last. Which customers are to be made, told by time. Thread-safe. UNAVAILABLE
// (DATABASE_UNAVAILABLE) while the store cannot be reached.
class ProfileVectorStore {
 public:
  virtual ~ProfileVectorStore() = default;

  // Customers that the store does not know of yet are due; up to `limit`. Returns how many.
  virtual absl::StatusOr<int> AdoptVectors(const RequestContext& context, int limit) = 0;
  // The customers, and those whom they are or were merged into, are due at `when`, where they are
  // not before. Those that there are not are passed over.
  virtual absl::Status MakeVectorsDue(const RequestContext& context,
                                      const std::vector<std::string>& customer_ids,
                                      absl::Time when) = 0;
  // Up to `limit` who are due at `now`; nobody else takes them until `now` + `lease`.
  virtual absl::StatusOr<std::vector<DueVector>> TakeDueVectors(const RequestContext& context,
                                                                int limit, absl::Time now,
                                                                absl::Duration lease) = 0;
  // Keeps vectors. Who was made due meanwhile stays so. Of who was deleted, was merged or withdrew
  // their consent to profiling none is kept.
  virtual absl::Status PutVectors(const RequestContext& context,
                                  absl::Span<const MadeVector> vectors) = 0;
  // Up to `limit` that were made after `after`, those without a vector among them. What was made
  // within the last seconds may not be there yet.
  virtual absl::StatusOr<VectorPage> ReadVectors(const RequestContext& context,
                                                 const VectorPosition& after, int limit) = 0;

  // Who lives in the region and belongs to the segment; "": any. Not both may be "".
  virtual absl::StatusOr<std::unordered_set<std::string>> ListMatching(
      const RequestContext& context, absl::string_view region, absl::string_view segment_id) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_PROFILE_VECTOR_STORE_H_
