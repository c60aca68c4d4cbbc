#ifndef CLIENTELE_COMMON_EVALUATION_PAIR_AGREEMENT_H_
#define CLIENTELE_COMMON_EVALUATION_PAIR_AGREEMENT_H_

// How well found groups are the true ones, pair by pair: a pair is right where both its items are
// in one group of either.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PairAgreement agreement, AgreementOfPairs(found, truth));
//   agreement.f1;
//
// Pure functions, thread-safe. Time and memory grow with the items, not with their pairs.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

struct PairAgreement {
  std::int64_t found_pairs = 0;
  std::int64_t true_pairs = 0;
  std::int64_t right_pairs = 0;  // of both
  // right / found and right / true; 1 where there is nothing to find or none was found wrongly.
  double precision = 1;
  double recall = 1;
  // 2 right / (found + true), the harmonic mean of both.
  double f1 = 1;
};

// The group of each item, under any numbers. INVALID_ARGUMENT for lists of different lengths.
absl::StatusOr<PairAgreement> AgreementOfPairs(absl::Span<const std::uint32_t> found,
                                               absl::Span<const std::uint32_t> truth);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_PAIR_AGREEMENT_H_
