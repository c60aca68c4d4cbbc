#include "services/profile-service/core/identity/pair_scorer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/container/flat_hash_set.h"

namespace clientele::profile {

ValueFrequencies ValueFrequencies::OfRecords(const PersonTable& table) {
  ValueFrequencies frequencies;
  frequencies.persons = static_cast<double>(table.rows());
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    frequencies.counts.push_back(table.counts(field));
  }
  return frequencies;
}

ValueFrequencies ValueFrequencies::OfClusters(const PersonTable& table,
                                              absl::Span<const std::uint32_t> clusters) {
  ValueFrequencies frequencies;
  const std::uint32_t count =
      clusters.empty() ? 0 : *std::max_element(clusters.begin(), clusters.end()) + 1;
  frequencies.persons = count;
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    std::vector<std::uint32_t> counts(table.values(field).size(), 0);
    absl::flat_hash_set<std::uint64_t> seen;
    seen.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::int32_t code = table.code(row, field);
      if (code < 0) continue;
      const std::uint64_t key =
          static_cast<std::uint64_t>(clusters[row]) << 32 | static_cast<std::uint32_t>(code);
      if (seen.insert(key).second) ++counts[static_cast<std::size_t>(code)];
    }
    frequencies.counts.push_back(std::move(counts));
  }
  return frequencies;
}

PairScorer::PairScorer(const PersonTable& table, const MatchModel& model,
                       ValueFrequencies frequencies)
    : table_(table), model_(model), comparer_(table) {
  const std::size_t fields = table.fields().size();
  for (std::size_t field = 0; field < fields; ++field) {
    const double m = model.m(field, Agreement::kExact);
    const double u = model.u(field, Agreement::kExact);
    std::vector<float> weights;
    weights.reserve(frequencies.counts[field].size());
    for (const std::uint32_t count : frequencies.counts[field]) {
      // Others who have the value; half a person where there is none, unless that is too many.
      const double others = count > 1 ? count - 0.5 : 0.5;
      const double chance = others / std::max(2.0, frequencies.persons);
      weights.push_back(
          static_cast<float>(std::log(m / (count > 1 ? chance : std::min(chance, u)))));
    }
    exact_weights_.push_back(std::move(weights));
    double best = 0;
    for (int level = 2; level < kAgreements; ++level) {
      const auto agreement = static_cast<Agreement>(level);
      if (agreement == Agreement::kSwapped && !comparer_.swappable(field)) continue;
      best = std::max(best, model.weight(field, agreement));
    }
    best_inexact_.push_back(best);
  }
  order_.resize(fields);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return model.weight(a, Agreement::kDifferent) - best_inexact_[a] <
           model.weight(b, Agreement::kDifferent) - best_inexact_[b];
  });
}

double PairScorer::Weight(std::size_t field, Agreement agreement, std::size_t row) const {
  if (agreement != Agreement::kExact) return model_.weight(field, agreement);
  return exact_weights_[field][static_cast<std::size_t>(table_.code(row, field))];
}

double PairScorer::WithRelations(double match, AgreementPattern pattern, std::size_t a,
                                 std::size_t b) const {
  const auto& relations = model_.related();
  if (relations.empty()) return match;
  std::vector<double> sums;
  sums.reserve(relations.size());
  for (const MatchModel::RelatedPairs& related : relations) {
    double sum = related.LogPrior(table_.source(a) != table_.source(b));
    for (std::size_t field = 0; field < order_.size(); ++field) {
      const Agreement agreement = AgreementOf(pattern, field);
      const double weight = related.Weight(field, agreement);
      sum += weight;
      // A rare value is as rare for them; what they share by chance alone has no weight.
      if (agreement == Agreement::kExact && weight != 0) {
        sum += Weight(field, agreement, a) - model_.weight(field, agreement);
      }
    }
    sums.push_back(sum);
  }
  return MatchModel::LogOdds(match, sums);
}

double PairScorer::Score(std::size_t a, std::size_t b) {
  const AgreementPattern pattern = comparer_.Compare(a, b);
  double sum = model_.prior(table_.source(a) != table_.source(b));
  for (std::size_t field = 0; field < order_.size(); ++field) {
    sum += Weight(field, AgreementOf(pattern, field), a);
  }
  return WithRelations(sum, pattern, a, b);
}

std::optional<double> PairScorer::ScoreAbove(std::size_t a, std::size_t b, double least) {
  double most = model_.prior(table_.source(a) != table_.source(b));
  AgreementPattern pattern = 0;
  for (const std::size_t field : order_) {
    const std::int32_t of_a = table_.code(a, field);
    const std::int32_t of_b = table_.code(b, field);
    if (of_a < 0 || of_b < 0) continue;
    if (of_a == of_b) {
      pattern = WithAgreement(pattern, field, Agreement::kExact);
      most += Weight(field, Agreement::kExact, a);
    } else {
      most += best_inexact_[field];
    }
  }
  if (most <= least) return std::nullopt;
  double swaps = 0;  // what swaps may still add
  for (const std::size_t field : order_) {
    const std::int32_t of_a = table_.code(a, field);
    const std::int32_t of_b = table_.code(b, field);
    if (of_a < 0 || of_b < 0 || of_a == of_b) continue;
    const Agreement agreement = comparer_.CompareField(field, a, b);
    pattern = WithAgreement(pattern, field, agreement);
    const double weight = model_.weight(field, agreement);
    most += weight - best_inexact_[field];
    if (comparer_.swappable(field)) {
      swaps += std::max(0.0, model_.weight(field, Agreement::kSwapped) - weight);
    }
    if (most + swaps <= least) return std::nullopt;
  }
  const AgreementPattern swapped = comparer_.WithSwaps(pattern, a, b);
  for (std::size_t field = 0; swapped != pattern && field < order_.size(); ++field) {
    most += model_.weight(field, AgreementOf(swapped, field)) -
            model_.weight(field, AgreementOf(pattern, field));
  }
  most = WithRelations(most, swapped, a, b);
  if (most <= least) return std::nullopt;
  return most;
}

}  // namespace clientele::profile
