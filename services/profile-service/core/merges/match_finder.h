#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MATCH_FINDER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MATCH_FINDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/time/clock.h"
#include "services/profile-service/core/customers/customer_store.h"
#include "services/profile-service/core/merges/merges.h"

namespace clientele::profile {

// Looks for customers who are one person, among all of them at once, where somebody changed since
// the last search, and proposes the pairs that it finds. Several replicas take turns.
//
//   MatchFinder finder(&customers, &merge_store, &merges, clock, {});   // all borrowed
//   process.Repeat("matches", absl::Hours(1),
//                  [&](const RequestContext& context) { return finder.Run(context); });
//
// Fields are the name, e-mail address, phone, region and those attributes whose key is the name of
// a type (core/identity/field_type.h): date_of_birth, address, postcode. What agreement in them
// says is learned from the customers, without labels (core/identity/deduplication.h). Candidates
// come from blocking, so the work grows with the customers. Of several customers of one person the
// likeliest pairs that connect them are proposed, one fewer than there are customers. A pair whose
// persons were dismissed is not. Holds the fields of all customers in memory meanwhile. One thread.
class MatchFinder {
 public:
  struct Options {
    // Matches at least this likely are merged; 0: none is.
    double auto_merge_probability = 0;
    // With more customers nobody is looked for.
    std::int64_t max_customers = 2'000'000;
    // How long a search is left to this replica.
    absl::Duration lease = absl::Minutes(15);
  };

  MatchFinder(CustomerStore* customers, MergeStore* store, Merges* merges, const Clock* clock,
              Options options)
      : customers_(customers), store_(store), merges_(merges), clock_(clock), options_(options) {}

  // One search. RESOURCE_EXHAUSTED above max_customers.
  absl::Status Run(const RequestContext& context);

 private:
  absl::StatusOr<std::vector<Customer>> ReadAll(const RequestContext& context) const;
  absl::Status MergeCertain(const RequestContext& context, const std::vector<Match>& matches,
                            const std::vector<std::int64_t>& ids);

  CustomerStore* const customers_;
  MergeStore* const store_;
  Merges* const merges_;
  const Clock* const clock_;
  const Options options_;
};

// The pairs of `customers` (by id, ascending) that may be one person, likeliest first. `dismissed`
// are pairs of survivors, the smaller id first, in ascending order. Pure.
std::vector<Match> FindMatches(const std::vector<Customer>& customers,
                               const std::vector<std::pair<std::string, std::string>>& dismissed);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MERGES_MATCH_FINDER_H_
