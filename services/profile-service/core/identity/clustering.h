#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_CLUSTERING_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_CLUSTERING_H_

// Makes persons of linked records: any number of records a person.
//
//   const std::vector<std::uint32_t> persons = ClusterRecords(rows, links, score);
//
// Links are taken from the strongest down. Two clusters become one unless their other pairs speak
// against it on the whole: a chain of alike neighbors does not tie its ends together. (Greedy
// agglomeration over log odds; see correlation clustering, Bansal, Blum and Chawla 2004.)
//
// Thread-safe as far as `score` is.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"

namespace clientele::profile {

struct RecordLink {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  double log_odds = 0;  // that both are of one person
};

// The cluster of each record, numbered from 0 in the order of their first records. Links of log
// odds 0 or less are left out. `score` gives the log odds of a pair that has no link.
std::vector<std::uint32_t> ClusterRecords(
    std::size_t records, std::vector<RecordLink> links,
    absl::FunctionRef<double(std::uint32_t, std::uint32_t)> score);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_CLUSTERING_H_
