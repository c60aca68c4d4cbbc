#include "services/profile-service/core/identity/match_model.h"

#include <algorithm>
#include <cmath>

namespace clientele::profile {
namespace {

using Levels = std::array<double, kAgreements>;

// What agreements of one person look like before anything is learned, in the order of the enum.
constexpr Levels kFirstM = {0, 0.8, 0.02, 0.06, 0.03, 0.02, 0.02, 0.05};
// Pairs that each grade counts as seen already, so that none has no weight or one without bounds.
constexpr double kPseudoMatches = 0.2;
constexpr double kPseudoRandom = 0.5;

constexpr double kConverged = 1e-6;  // relative change of the expected matches

double Probability(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

// Counts to probabilities, with `pseudo` of each grade added in the proportions of `before`.
void Normalize(Levels& counts, const Levels& before, double pseudo) {
  double total = 0;
  for (std::size_t level = 1; level < counts.size(); ++level) {
    counts[level] += pseudo * before[level];
    total += counts[level];
  }
  for (std::size_t level = 1; level < counts.size(); ++level) counts[level] /= total;
}

constexpr Levels kEven = {0, 1, 1, 1, 1, 1, 1, 1};

}  // namespace

void MatchModel::UpdateWeights() {
  for (std::size_t field = 0; field < m_.size(); ++field) {
    weights_[field][0] = 0;
    for (std::size_t level = 1; level < kAgreements; ++level) {
      weights_[field][level] = std::log(m_[field][level] / u_[field][level]);
    }
  }
}

double MatchModel::LogOdds(AgreementPattern pattern, bool across) const {
  double sum = prior(across);
  for (std::size_t field = 0; field < weights_.size(); ++field) {
    sum += weight(field, AgreementOf(pattern, field));
  }
  return sum;
}

MatchModel MatchModel::Learn(absl::Span<const PatternCount> counts,
                             const MatchModelOptions& options) {
  MatchModel model;
  model.m_.assign(options.fields, kFirstM);
  model.u_.assign(options.fields, Levels{});
  model.weights_.assign(options.fields, Levels{});
  const double pairs = std::max(1.0, options.pairs[0] + options.pairs[1]);
  for (double& prior : model.prior_) prior = std::log(0.1 * options.records / pairs);
  for (const PatternCount& count : counts) {
    for (std::size_t field = 0; field < options.fields; ++field) {
      model.u_[field][static_cast<std::size_t>(AgreementOf(count.pattern, field))] += count.random;
    }
  }
  for (Levels& levels : model.u_) Normalize(levels, kEven, kPseudoRandom);
  model.UpdateWeights();

  for (; model.iterations_ < options.max_iterations; ++model.iterations_) {
    std::vector<Levels> m(options.fields, Levels{});
    std::vector<Levels> u(options.fields, Levels{});
    std::array<double, 2> matches = {0, 0};
    for (const PatternCount& count : counts) {
      const double match = Probability(model.LogOdds(count.pattern, count.across));
      matches[count.across ? 1 : 0] += match * count.candidates;
      for (std::size_t field = 0; field < options.fields; ++field) {
        const auto level = static_cast<std::size_t>(AgreementOf(count.pattern, field));
        m[field][level] += match * count.candidates;
        u[field][level] += (1 - match) * count.random;
      }
    }
    for (std::size_t field = 0; field < options.fields; ++field) {
      Normalize(m[field], kFirstM, kPseudoMatches * kAgreements);
      Normalize(u[field], kEven, kPseudoRandom);
    }
    model.m_ = std::move(m);
    model.u_ = std::move(u);
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const double all = std::max(2.0, options.pairs[kind]);
      // Half a match is as few as can be told from none.
      const double share = std::clamp((matches[kind] + 0.5) / all, 1e-15, 0.5);
      model.prior_[kind] = std::log(share / (1 - share));
    }
    model.UpdateWeights();
    const double total = matches[0] + matches[1];
    const bool converged = std::abs(total - model.expected_matches_) <= kConverged * (total + 1);
    model.expected_matches_ = total;
    if (converged) break;
  }
  return model;
}

}  // namespace clientele::profile
