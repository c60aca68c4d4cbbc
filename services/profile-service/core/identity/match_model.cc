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

// Relations that explain fewer pairs than this share of the matches are the matches' own errors.
constexpr double kLeastRelated = 0.05;

// Records of one person agree that often in at least one field that related people do not share; a
// field that any two agree in more often than the second says nothing of it.
constexpr double kLeastAgreeing = 0.5;
constexpr double kMostByChance = 0.1;
constexpr double kNoMatches = -100;

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
  for (RelatedPairs& related : related_) logarithms(related.levels, related.weights);
}

double MatchModel::LogOdds(double match, absl::Span<const double> related) {
  // log(match / (1 + related...)), all against any two persons.
  double most = 0;
  for (const double sum : related) most = std::max(most, sum);
  double all = std::exp(-most);
  for (const double sum : related) all += std::exp(sum - most);
  return match - most - std::log(all);
}

std::vector<double> MatchModel::OddsOf(const PatternCount& count) const {
  std::vector<double> sums = {prior(count.across)};
  for (const RelatedPairs& related : related_) sums.push_back(related.LogPrior(count.across));
  for (std::size_t field = 0; field < weights_.size(); ++field) {
    const Agreement agreement = AgreementOf(count.pattern, field);
    sums[0] += weight(field, agreement);
    for (std::size_t i = 0; i < related_.size(); ++i) {
      sums[i + 1] += related_[i].Weight(field, agreement);
    }
  }
  for (double& sum : sums) sum = std::exp(std::min(kMostLogOdds, sum));
  return sums;
}

void MatchModel::Start(absl::Span<const PatternCount> counts, const MatchModelOptions& options) {
  m_.assign(options.fields, kFirstM);
  u_.assign(options.fields, Levels{});
  weights_.assign(options.fields, Levels{});
  const double pairs = std::max(1.0, options.pairs[0] + options.pairs[1]);
  prior_.fill(LogOfShare(0.1 * options.records, pairs));
  for (const PatternCount& count : counts) {
    for (std::size_t field = 0; field < options.fields; ++field) {
      u_[field][static_cast<std::size_t>(AgreementOf(count.pattern, field))] += count.random;
    }
  }
  for (Levels& levels : u_) Normalize(levels, kEven, kPseudoRandom);
  for (RelatedPairs& related : related_) {
    related.levels = u_;
    related.weights.assign(options.fields, Levels{});
    related.prior = prior_;
    for (std::size_t field = 0; field < options.fields; ++field) {
      if (RoleOf(options.types[field], related.relation) == RelationRole::kShared) {
        related.levels[field] = kFirstM;
      }
    }
  }
  UpdateWeights();
}

void MatchModel::Improve(absl::Span<const PatternCount> counts, const MatchModelOptions& options) {
  // Of matches, then of each relation.
  const std::size_t kinds = 1 + related_.size();
  std::vector<std::vector<Levels>> levels(kinds, std::vector<Levels>(options.fields, Levels{}));
  std::vector<std::array<double, 2>> expected(kinds, {0, 0});
  std::vector<Levels> u(options.fields, Levels{});
  for (const PatternCount& count : counts) {
    const std::vector<double> odds = OddsOf(count);
    double all = 1;
    for (const double of_kind : odds) all += of_kind;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      const double pairs = odds[kind] / all * count.candidates;
      expected[kind][count.across ? 1 : 0] += pairs;
      for (std::size_t field = 0; field < options.fields; ++field) {
        const Agreement agreement = AgreementOf(count.pattern, field);
        levels[kind][field][static_cast<std::size_t>(agreement)] += pairs;
      }
    }
    for (std::size_t field = 0; field < options.fields; ++field) {
      const Agreement agreement = AgreementOf(count.pattern, field);
      u[field][static_cast<std::size_t>(agreement)] += count.random / all;
    }
  }
  for (Levels& field : u) Normalize(field, kEven, kPseudoRandom);
  const auto share = [&](std::size_t kind) {
    return std::array<double, 2>{LogOfShare(expected[kind][0], options.pairs[0]),
                                 LogOfShare(expected[kind][1], options.pairs[1])};
  };
  for (Levels& field : levels[0]) Normalize(field, kFirstM, kPseudoMatches * kAgreements);
  for (std::size_t i = 0; i < related_.size(); ++i) {
    RelatedPairs& related = related_[i];
    related.prior = share(i + 1);
    related.expected = expected[i + 1][0] + expected[i + 1][1];
    related.levels = std::move(levels[i + 1]);
    for (std::size_t field = 0; field < options.fields; ++field) {
      if (RoleOf(options.types[field], related.relation) == RelationRole::kApart) {
        related.levels[field] = u[field];
      } else {
        Normalize(related.levels[field], u[field], kPseudoMatches * kAgreements);
      }
    }
  }
  m_ = std::move(levels[0]);
  u_ = std::move(u);
  prior_ = share(0);
  expected_matches_ = expected[0][0] + expected[0][1];
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

bool MatchModel::AreMatchesPersons(const MatchModelOptions& options) const {
  if (options.types.size() != options.fields) return true;
  const auto agreeing = [](const Levels& levels) {
    double sum = 0;
    for (const Agreement agreement : {Agreement::kExact, Agreement::kEquivalent, Agreement::kClose,
                                      Agreement::kSimilar, Agreement::kSwapped}) {
      sum += levels[static_cast<std::size_t>(agreement)];
    }
    return sum;
  };
  for (const Relation relation : {Relation::kHousehold, Relation::kNamesakes}) {
    bool telling = false;
    bool agree = false;
    for (std::size_t field = 0; field < options.fields; ++field) {
      if (RoleOf(options.types[field], relation) != RelationRole::kApart) continue;
      if (agreeing(u_[field]) > kMostByChance) continue;
      telling = true;
      agree = agree || agreeing(m_[field]) >= kLeastAgreeing;
    }
    if (telling && !agree) return false;
  }
  return true;
}

MatchModel MatchModel::Learn(absl::Span<const PatternCount> counts,
                             const MatchModelOptions& options) {
  MatchModel model;
  for (const Relation relation : {Relation::kHousehold, Relation::kNamesakes}) {
    const auto has = [&](RelationRole role) {
      return std::any_of(options.types.begin(), options.types.end(),
                         [&](FieldType type) { return RoleOf(type, relation) == role; });
    };
    if (options.types.size() != options.fields) continue;
    if (!has(RelationRole::kApart) || !has(RelationRole::kShared)) continue;
    model.related_.emplace_back();
    model.related_.back().relation = relation;
  }
  // The least of those that explain too little goes, until all explain enough.
  while (true) {
    model.Fit(counts, options);
    const auto least = std::min_element(
        model.related_.begin(), model.related_.end(),
        [](const RelatedPairs& a, const RelatedPairs& b) { return a.expected < b.expected; });
    if (least == model.related_.end() ||
        least->expected >= kLeastRelated * model.expected_matches_) {
      break;
    }
    model.related_.erase(least);
  }
  if (!model.AreMatchesPersons(options)) {
    model.prior_.fill(kNoMatches);
    model.expected_matches_ = 0;
  }
  return model;
}

}  // namespace clientele::profile
