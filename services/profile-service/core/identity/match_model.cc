#include "services/profile-service/core/identity/match_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace clientele::profile {
namespace {

using Levels = std::array<double, kAgreements>;

// What agreements of one person look like before anything is learned, in the order of the enum.
constexpr Levels kFirstM = {0, 0.8, 0.02, 0.06, 0.03, 0.02, 0.02, 0.05};
// Pairs that each grade counts as seen already, so that none has no weight or one without bounds.
constexpr double kPseudoMatches = 0.2;
constexpr double kPseudoRandom = 0.5;

constexpr double kConverged = 1e-6;  // relative change of the expected matches

// Households that explain fewer pairs than this share of the matches are the matches' own errors.
constexpr double kLeastHouseholds = 0.05;

// Log odds beyond are as good as certain, and have an exponential.
constexpr double kMostLogOdds = 500;

// Half a match is as few as can be told from none.
double LogOfShare(double matches, double pairs) {
  const double share = std::clamp((matches + 0.5) / std::max(2.0, pairs), 1e-15, 0.5);
  return std::log(share / (1 - share));
}

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
  const auto logarithms = [this](const std::vector<Levels>& levels, std::vector<Levels>& weights) {
    for (std::size_t field = 0; field < levels.size(); ++field) {
      weights[field][0] = 0;
      for (std::size_t level = 1; level < kAgreements; ++level) {
        weights[field][level] = std::log(levels[field][level] / u_[field][level]);
      }
    }
  };
  logarithms(m_, weights_);
  if (has_households_) logarithms(h_, household_weights_);
}

double MatchModel::LogOdds(double match, double household) const {
  if (!has_households_) return match;
  // log(m / (u + h)), with both sums against u.
  return match - (household > 0 ? household + std::log1p(std::exp(-household))
                                : std::log1p(std::exp(household)));
}

MatchModel::Sums MatchModel::SumsOf(const PatternCount& count) const {
  Sums sums{prior(count.across), household_prior(count.across)};
  for (std::size_t field = 0; field < weights_.size(); ++field) {
    const Agreement agreement = AgreementOf(count.pattern, field);
    sums.match += weight(field, agreement);
    if (has_households_) sums.household += household_weight(field, agreement);
  }
  return sums;
}

void MatchModel::Start(absl::Span<const PatternCount> counts, const MatchModelOptions& options) {
  m_.assign(options.fields, kFirstM);
  u_.assign(options.fields, Levels{});
  weights_.assign(options.fields, Levels{});
  household_weights_.assign(options.fields, Levels{});
  const double pairs = std::max(1.0, options.pairs[0] + options.pairs[1]);
  prior_.fill(LogOfShare(0.1 * options.records, pairs));
  household_prior_ = prior_;
  for (const PatternCount& count : counts) {
    for (std::size_t field = 0; field < options.fields; ++field) {
      u_[field][static_cast<std::size_t>(AgreementOf(count.pattern, field))] += count.random;
    }
  }
  for (Levels& levels : u_) Normalize(levels, kEven, kPseudoRandom);
  h_ = u_;
  for (std::size_t field = 0; has_households_ && field < options.fields; ++field) {
    if (options.roles[field] == HouseholdRole::kShared) h_[field] = kFirstM;
  }
  UpdateWeights();
}

void MatchModel::Improve(absl::Span<const PatternCount> counts, const MatchModelOptions& options) {
  std::vector<Levels> m(options.fields, Levels{});
  std::vector<Levels> h(options.fields, Levels{});
  std::vector<Levels> u(options.fields, Levels{});
  std::array<double, 2> matches = {0, 0};
  std::array<double, 2> households = {0, 0};
  for (const PatternCount& count : counts) {
    const Sums sums = SumsOf(count);
    const double of_match = std::exp(std::min(kMostLogOdds, sums.match));
    const double of_household =
        has_households_ ? std::exp(std::min(kMostLogOdds, sums.household)) : 0;
    const double all = 1 + of_match + of_household;
    const double match = of_match / all;
    const double household = of_household / all;
    matches[count.across ? 1 : 0] += match * count.candidates;
    households[count.across ? 1 : 0] += household * count.candidates;
    for (std::size_t field = 0; field < options.fields; ++field) {
      const auto level = static_cast<std::size_t>(AgreementOf(count.pattern, field));
      m[field][level] += match * count.candidates;
      h[field][level] += household * count.candidates;
      u[field][level] += count.random / all;
    }
  }
  for (std::size_t field = 0; field < options.fields; ++field) {
    Normalize(m[field], kFirstM, kPseudoMatches * kAgreements);
    Normalize(u[field], kEven, kPseudoRandom);
    const bool personal = has_households_ && options.roles[field] == HouseholdRole::kPersonal;
    if (personal) h[field] = u[field];
    if (!personal) Normalize(h[field], u[field], kPseudoMatches * kAgreements);
  }
  m_ = std::move(m);
  h_ = std::move(h);
  u_ = std::move(u);
  for (std::size_t kind = 0; kind < 2; ++kind) {
    prior_[kind] = LogOfShare(matches[kind], options.pairs[kind]);
    household_prior_[kind] = LogOfShare(households[kind], options.pairs[kind]);
  }
  expected_matches_ = matches[0] + matches[1];
  expected_households_ = households[0] + households[1];
  UpdateWeights();
}

void MatchModel::Fit(absl::Span<const PatternCount> counts, const MatchModelOptions& options) {
  Start(counts, options);
  for (iterations_ = 0; iterations_ < options.max_iterations; ++iterations_) {
    const double before = expected_matches_;
    Improve(counts, options);
    if (std::abs(expected_matches_ - before) <= kConverged * (expected_matches_ + 1)) break;
  }
}

MatchModel MatchModel::Learn(absl::Span<const PatternCount> counts,
                             const MatchModelOptions& options) {
  const auto has = [&options](HouseholdRole role) {
    return std::find(options.roles.begin(), options.roles.end(), role) != options.roles.end();
  };
  MatchModel model;
  model.has_households_ = options.roles.size() == options.fields &&
                          has(HouseholdRole::kPersonal) && has(HouseholdRole::kShared);
  model.Fit(counts, options);
  if (model.has_households_ &&
      model.expected_households_ < kLeastHouseholds * model.expected_matches_) {
    model.has_households_ = false;
    model.Fit(counts, options);
  }
  return model;
}

}  // namespace clientele::profile
