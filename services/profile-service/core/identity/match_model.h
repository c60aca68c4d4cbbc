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
// Pairs of two persons may be of kinds that independence does not know: two of one household, who
// share surname and address and nothing personal, and namesakes, whose e-mail addresses are alike
// because their names are (more classes than two: Winkler 1993, "Improved Decision Rules in the
// Fellegi-Sunter Model of Record Linkage"). Without them families would be the matches that are
// found. A kind is left out where it explains few pairs against the matches, whose own errors look
// like it. Where nobody is there twice, what is left to be found are related pairs: pairs whose
// phones, dates of birth and addresses nearly always differ are no matches, whatever else they
// share, and the model then says that there are none.
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
  // Of each field; empty: no relations are looked for.
  std::vector<FieldType> types = {};
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

  // Two persons who are related, against any two: the logarithms of their share and of how often
  // they agree.
  struct RelatedPairs {
    Relation relation = Relation::kHousehold;
    std::vector<std::array<double, kAgreements>> levels;   // as m
    std::vector<std::array<double, kAgreements>> weights;  // log(levels / u)
    std::array<double, 2> prior = {0, 0};
    double expected = 0;

    // As MatchModel::prior and weight.
    double LogPrior(bool across) const { return prior[across ? 1 : 0]; }
    double Weight(std::size_t field, Agreement agreement) const {
      return weights[field][static_cast<std::size_t>(agreement)];
    }
  };
  // The relations that the data shows.
  const std::vector<RelatedPairs>& related() const { return related_; }

  // Log odds of a match by the sum of its prior and weights, and by those of each relation in
  // related(), which take their part.
  static double LogOdds(double match, absl::Span<const double> related);

  // Pairs of one person that there are, as far as the model can tell.
  double expected_matches() const { return expected_matches_; }
  int iterations() const { return iterations_; }

 private:
  using Levels = std::array<double, kAgreements>;

  void Start(absl::Span<const PatternCount> counts, const MatchModelOptions& options);
  void Improve(absl::Span<const PatternCount> counts, const MatchModelOptions& options);
  void Fit(absl::Span<const PatternCount> counts, const MatchModelOptions& options);
  void UpdateWeights();
  // Whether what was learned as matches agrees in what related pairs do not share.
  bool AreMatchesPersons(const MatchModelOptions& options) const;
  // exp of the sums of prior and weights: of matches, then of each relation.
  std::vector<double> OddsOf(const PatternCount& count) const;

  std::vector<Levels> m_;
  std::vector<Levels> u_;
  std::vector<Levels> weights_;
  std::array<double, 2> prior_ = {0, 0};
  std::vector<RelatedPairs> related_;
  double expected_matches_ = 0;
  int iterations_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_MATCH_MODEL_H_
