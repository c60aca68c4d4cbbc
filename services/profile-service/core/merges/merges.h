#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/merges/merge_store.h"

namespace clientele::profile {

struct MergePage {
  std::vector<Merge> merges;    // newest first
  std::string next_page_token;  // empty on the last page
};

struct MatchPage {
  std::vector<Match> matches;   // likeliest first
  std::string next_page_token;  // empty on the last page
};

// The rules about who is one person.
//
//   Merges merges(&store, &notifier, policy);   // pointers are borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const std::vector<Merge> made,
//       merges.MergeCustomers(context, mutation, {.survivor_id = "7", .customer_ids = {"12"}}));
//   CLIENTELE_RETURN_IF_ERROR(merges.Undo(context, mutation, made.front().id).status());
//
// Thread-safe. A request that breaks a limit is INVALID_ARGUMENT with every wrong field. Other
// failures are MergeStore's.
class Merges {
 public:
  Merges(MergeStore* store, ChangeNotifier* notifier, const consent::Policy& policy)
      : store_(store), notifier_(notifier), policy_(policy) {}

  // Either 1 to 1000 customers and their survivor, or a match.
  absl::StatusOr<std::vector<Merge>> MergeCustomers(const RequestContext& context,
                                                    const MutationId& mutation, MergePlan plan);
  absl::StatusOr<Merge> Undo(const RequestContext& context, const MutationId& mutation,
                             std::int64_t id);
  // `customer_id` may be empty: all. `page_size` is 1 to 1000.
  absl::StatusOr<MergePage> List(const RequestContext& context, absl::string_view customer_id,
                                 int page_size, absl::string_view page_token);
  absl::StatusOr<MatchPage> ListMatches(const RequestContext& context, int page_size,
                                        absl::string_view page_token);
  absl::StatusOr<Match> Dismiss(const RequestContext& context, const MutationId& mutation,
                                std::int64_t id);

 private:
  MergeStore* const store_;
  ChangeNotifier* const notifier_;
  const consent::Policy policy_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MERGES_H_
