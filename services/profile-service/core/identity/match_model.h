#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_MATCH_MODEL_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_MATCH_MODEL_H_

// How much an agreement says for two records to be of one person (Fellegi and Sunter 1969, "A
// Theory for Record Linkage"), learned without labels.
//
//   const MatchModel model = MatchModel::Learn(counts, {.fields = 8, .pairs = {all, 0}});
//   model.prior(false) + model.weight(0, Agreement::kExact) + ...   // log odds of a match
//
// m is how often an agreement is seen among pairs of one person, u among pairs of two. Both come
// from expectation maximization over patterns of agreements (Winkler 1988): m from the candidates
// of blocking, u from pairs drawn at random, each pair weighed by the posterior probability that it
// is, or is not, a match. The share of matches refers to all pairs, so that candidates may be
// chosen in any way that misses few matches. Fields count as independent of each other given the
// kind of pair; missing values count for nothing.
//
// Pairs of two persons are of two kinds where the data shows it: any two, and two of one household,
// who share surname and address and nothing personal (the third class of Winkler 1993, "Improved
// Decision Rules in the Fellegi-Sunter Model of Record Linkage"). Without it families would be the
// matches that are found. It is left out where it explains few pairs against the matches, whose own
// errors look like it.
//
// Plain values; immutable, thread-safe.

#include <array>
#include <cstddef>
#include <vector>

#include "absl/types/span.h"

#include "services/profile-service/core/identity/agreement.h"
#include "services/profile-service/core/identity/field_type.h"
#include "services/profile-service/core/identity/pair_comparer.h"

namespace clientele::profile {

// How often a pattern was seen.
struct PatternCount {
  AgreementPattern pattern = 0;
  bool across = false;    // whether the records are of different sources
  double candidates = 0;  // among the candidates, each of these standing for one pair
  double random = 0;      // among pairs drawn at random from all
};

struct MatchModelOptions {
  std::size_t fields = 0;
  // All pairs there are: of records of one source, and of different sources.
  std::array<double, 2> pairs = {0, 0};
  // Records, of which a few are expected to be duplicates before anything is known.
  double records = 0;
  // Of each field; empty: households are not looked for.
  std::vector<HouseholdRole> roles = {};
  int max_iterations = 300;
};

class MatchModel {
 public:
  static MatchModel Learn(absl::Span<const PatternCount> counts, const MatchModelOptions& options);

  // Natural logarithm of m / u; 0 for a missing value.
  double weight(std::size_t field, Agreement agreement) const {
    return weights_[field][static_cast<std::size_t>(agreement)];
  }
  double m(std::size_t field, Agreement agreement) const {
    return m_[field][static_cast<std::size_t>(agreement)];
  }
  double u(std::size_t field, Agreement agreement) const {
    return u_[field][static_cast<std::size_t>(agreement)];
  }
  // Log odds that a pair is a match before its fields are seen.
  double prior(bool across) const { return prior_[across ? 1 : 0]; }

  // Whether two of one household are a kind of pair of their own; and the logarithms of their share
  // and of how often they agree, both against any two persons.
  bool has_households() const { return has_households_; }
  double household_prior(bool across) const { return household_prior_[across ? 1 : 0]; }
  double household_weight(std::size_t field, Agreement agreement) const {
    return household_weights_[field][static_cast<std::size_t>(agreement)];
  }

  // Log odds of a match by its prior and weights of all fields, of which pairs of one household
  // take their part: `match` and `household` are the sums of either's prior and weights.
  double LogOdds(double match, double household) const;

  // Pairs of one person that there are, as far as the model can tell.
  double expected_matches() const { return expected_matches_; }
  int iterations() const { return iterations_; }

 private:
  using Levels = std::array<double, kAgreements>;

  // Sums of priors and weights.
  struct Sums {
    double match = 0;
    double household = 0;
  };

  void Start(absl::Span<const PatternCount> counts, const MatchModelOptions& options);
  void Improve(absl::Span<const PatternCount> counts, const MatchModelOptions& options);
  void Fit(absl::Span<const PatternCount> counts, const MatchModelOptions& options);
  void UpdateWeights();
  Sums SumsOf(const PatternCount& count) const;

  std::vector<Levels> m_;
  std::vector<Levels> u_;
  std::vector<Levels> h_;  // as m, of pairs of one household
  std::vector<Levels> weights_;
  std::vector<Levels> household_weights_;
  std::array<double, 2> prior_ = {0, 0};
  std::array<double, 2> household_prior_ = {0, 0};
  bool has_households_ = false;
  double expected_households_ = 0;
  double expected_matches_ = 0;
  int iterations_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_MATCH_MODEL_H_
