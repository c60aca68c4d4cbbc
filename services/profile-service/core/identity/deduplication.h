#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_DEDUPLICATION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_DEDUPLICATION_H_

// Finds which records are of one person, without labels.
//
//   const Deduplication found = Deduplicate(table, {});
//   found.persons[row];   // records of one number are one person
//
// Candidates come from blocking (blocking.h), weights from expectation maximization over them
// (match_model.h), the log odds of each pair from both with the frequency of its values
// (pair_scorer.h), persons from its links (clustering.h). The threshold is the model's own: a link
// is a pair that is a match more likely than not.
//
// Deterministic for a seed. Thread-safe. Time and memory grow with the candidates, which are
// bounded by a multiple of the records.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/profile-service/core/identity/blocking.h"
#include "services/profile-service/core/identity/clustering.h"
#include "services/profile-service/core/identity/match_model.h"
#include "services/profile-service/core/identity/person_table.h"

namespace clientele::profile {

struct DeduplicationOptions {
  BlockingOptions blocking = {};
  // Candidates and random pairs that the model learns from, about.
  double learned_pairs = 6e5;
  std::uint64_t seed = 1;
};

struct Deduplication {
  // For each row; numbered from 0 in the order of their first records.
  std::vector<std::uint32_t> persons;
  // Pairs whose log odds were worth keeping, also below 0.
  std::vector<RecordLink> links;
  MatchModel model;
  std::size_t compared_pairs = 0;
};

Deduplication Deduplicate(const PersonTable& table, const DeduplicationOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_DEDUPLICATION_H_
