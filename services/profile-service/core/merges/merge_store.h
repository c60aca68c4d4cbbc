#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/merges/merge.h"

namespace clientele::profile {

// "matches/{id}" and "merges/{id}".
std::string MatchName(std::int64_t id);
std::string MergeName(std::int64_t id);

// FAILED_PRECONDITION (reason MERGED): the customer was merged into `survivor`.
absl::Status AlreadyMerged(absl::string_view customer, absl::string_view survivor);
// FAILED_PRECONDITION: so many customers are no person.
absl::Status TooManyCustomers(std::int64_t count);

// Whom to merge.
struct MergePlan {
  // Who is to stand for the person, and the others. With `match_id` neither: the match tells, and
  // who was made first stands for the person unless `survivor_id` says otherwise.
  std::string survivor_id = {};
  std::vector<std::string> customer_ids = {};  // ascending, none twice
  std::optional<std::int64_t> match_id = std::nullopt;
  MergeOrigin origin = MergeOrigin::kRequest;
  bool validate_only = false;
};

// The place of a match in the list.
struct MatchPosition {
  double probability = 0;
  std::int64_t id = 0;
};

// Who is one person, and who may be. A merge moves nothing: it names the survivor in the rows of
// the customer and of everybody merged into them, and the other stores read a person's customers
// together. Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class MergeStore {
 public:
  virtual ~MergeStore() = default;

  // All of the plan in one transaction or nothing, once per MutationId; tells the followers of the
  // change feed who stands for whom and what the person decided. Returns the merges by customer id;
  // none with validate_only. NOT_FOUND names a customer or match that there is not; AlreadyMerged
  // for a customer of the plan who does not stand for themselves (a match's customers count as
  // their survivors); FAILED_PRECONDITION for a match that is one person or was dismissed;
  // TooManyCustomers above kMaxPersonCustomers.
  virtual absl::StatusOr<std::vector<Merge>> MergeCustomers(const RequestContext& context,
                                                            const MutationId& mutation,
                                                            const MergePlan& plan,
                                                            const consent::Policy& policy) = 0;
  // The customer, and everybody merged into them, stand for themselves again, with the customer in
  // front; the two become a match that was dismissed. NOT_FOUND without the merge,
  // FAILED_PRECONDITION when it was undone.
  virtual absl::StatusOr<Merge> UndoMerge(const RequestContext& context, const MutationId& mutation,
                                          std::int64_t id, const consent::Policy& policy) = 0;
  // Up to `limit` merges with ids below `before`, newest first; of a customer those that name
  // anybody of their person. NOT_FOUND without the customer; "" is all.
  virtual absl::StatusOr<std::vector<Merge>> ListMerges(const RequestContext& context,
                                                        absl::string_view customer_id,
                                                        std::int64_t before, int limit) = 0;

  // Up to `limit` waiting matches of two persons behind `after`, likeliest first.
  virtual absl::StatusOr<std::vector<Match>> ListMatches(const RequestContext& context,
                                                         const std::optional<MatchPosition>& after,
                                                         int limit) = 0;
  // Returns it as it is then. NOT_FOUND without the match, FAILED_PRECONDITION when it was merged.
  virtual absl::StatusOr<Match> DismissMatch(const RequestContext& context,
                                             const MutationId& mutation, std::int64_t id) = 0;

  // Begins a search that nobody else begins before `now` + `lease`. Its number; nullopt when
  // somebody is at it, or no customer was made, changed or deleted since the last that ended.
  virtual absl::StatusOr<std::optional<std::int64_t>> BeginSearch(const RequestContext& context,
                                                                  absl::Time now,
                                                                  absl::Duration lease) = 0;
  // Pairs of persons that are none, by their survivors, the smaller id first.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>> DismissedPersons(
      const RequestContext& context) = 0;
  // Keeps what a search found: a pair that waits is told anew, one that was decided stays decided.
  // Customers who are gone are passed over. The ids of those that wait, in the order of `matches`;
  // 0 for the others.
  virtual absl::StatusOr<std::vector<std::int64_t>> Propose(const RequestContext& context,
                                                            std::int64_t search,
                                                            const std::vector<Match>& matches,
                                                            absl::Time now) = 0;
  // What waits and was not found by it goes.
  virtual absl::Status EndSearch(const RequestContext& context, std::int64_t search) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGE_STORE_H_
