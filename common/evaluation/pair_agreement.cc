#include "common/evaluation/pair_agreement.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/status/error_details.h"

namespace clientele::evaluation {
namespace {

// Pairs within the runs of equal values; `values` is sorted.
template <typename Value>
std::int64_t PairsWithin(const std::vector<Value>& values) {
  std::int64_t pairs = 0;
  std::int64_t run = 0;  // equal values before this one
  for (std::size_t i = 0; i < values.size(); ++i) {
    run = i > 0 && values[i] == values[i - 1] ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

template <typename Value>
std::int64_t CountPairs(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return PairsWithin(values);
}

double Share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

absl::StatusOr<PairAgreement> AgreementOfPairs(absl::Span<const std::uint32_t> found,
                                               absl::Span<const std::uint32_t> truth) {
  if (found.size() != truth.size()) {
    return InvalidField("found", "must have a group for each item of truth");
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both;
  both.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) both.emplace_back(found[i], truth[i]);
  PairAgreement agreement;
  agreement.found_pairs = CountPairs(std::vector<std::uint32_t>(found.begin(), found.end()));
  agreement.true_pairs = CountPairs(std::vector<std::uint32_t>(truth.begin(), truth.end()));
  agreement.right_pairs = CountPairs(std::move(both));
  agreement.precision = Share(agreement.right_pairs, agreement.found_pairs);
  agreement.recall = Share(agreement.right_pairs, agreement.true_pairs);
  agreement.f1 = Share(2 * agreement.right_pairs, agreement.found_pairs + agreement.true_pairs);
  return agreement;
}

}  // namespace clientele::evaluation
