#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PAIR_SCORER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PAIR_SCORER_H_

// Log odds that two records are of one person, where agreeing in a rare value says more than
// agreeing in a common one (term-frequency adjustment, Winkler 1989, "Frequency-Based Matching in
// Fellegi-Sunter Model of Record Linkage").
//
//   PairScorer scorer(table, model, ValueFrequencies::OfRecords(table));
//   const double log_odds = scorer.Score(12, 345);
//
// Belongs to one thread. Table and model are borrowed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"

#include "services/profile-service/core/identity/match_model.h"
#include "services/profile-service/core/identity/pair_comparer.h"
#include "services/profile-service/core/identity/person_table.h"

namespace clientele::profile {

// How many persons have each value of each field.
struct ValueFrequencies {
  std::vector<std::vector<std::uint32_t>> counts;  // by field and code
  double persons = 0;

  // Each record counts as a person.
  static ValueFrequencies OfRecords(const PersonTable& table);
  // Records of one cluster are one person; `clusters` has a number for each row.
  static ValueFrequencies OfClusters(const PersonTable& table,
                                     absl::Span<const std::uint32_t> clusters);
};

class PairScorer {
 public:
  PairScorer(const PersonTable& table, const MatchModel& model, ValueFrequencies frequencies);

  double Score(std::size_t a, std::size_t b);
  // The score where it is above `least`. Gives up as soon as it can't be.
  std::optional<double> ScoreAbove(std::size_t a, std::size_t b, double least);

  PairComparer& comparer() { return comparer_; }

 private:
  double Weight(std::size_t field, Agreement agreement, std::size_t row) const;
  // The log odds with the model's relations, which take their part of `match`.
  double WithRelations(double match, AgreementPattern pattern, std::size_t a, std::size_t b) const;

  const PersonTable& table_;
  const MatchModel& model_;
  PairComparer comparer_;
  std::vector<std::vector<float>> exact_weights_;  // by field and code
  std::vector<double> best_inexact_;               // of each field
  std::vector<std::size_t> order_;                 // the fields that decide most first
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PAIR_SCORER_H_
