#include "common/frame/split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/frame/shuffle.h"
#include "common/status/status_macros.h"

namespace clientele::frame {
namespace {

// All rows, stratum after stratum, each in random order.
absl::StatusOr<std::vector<std::size_t>> ShuffledByStratum(std::size_t rows, std::uint64_t seed,
                                                           absl::Span<const std::int64_t> strata) {
  if (!strata.empty() && strata.size() != rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", rows, " rows and strata of ", strata.size()));
  }
  std::map<std::int64_t, std::vector<std::size_t>> rows_of;
  for (std::size_t row = 0; row < rows; ++row) {
    rows_of[strata.empty() ? 0 : strata[row]].push_back(row);
  }
  std::mt19937_64 random(seed);
  std::vector<std::size_t> order;
  order.reserve(rows);
  for (auto& [stratum, members] : rows_of) {
    Shuffle(members, random);
    order.insert(order.end(), members.begin(), members.end());
  }
  return order;
}

std::vector<Split> SplitsOf(const std::vector<std::size_t>& fold_of, int folds) {
  std::vector<Split> splits(static_cast<std::size_t>(folds));
  for (std::size_t row = 0; row < fold_of.size(); ++row) {
    for (std::size_t fold = 0; fold < splits.size(); ++fold) {
      (fold == fold_of[row] ? splits[fold].validation : splits[fold].training).push_back(row);
    }
  }
  return splits;
}

}  // namespace

std::vector<std::int64_t> StrataOf(const CategoricalColumn& column) {
  return {column.codes.begin(), column.codes.end()};
}

absl::StatusOr<Split> TrainValidationSplit(std::size_t rows, double validation_share,
                                           std::uint64_t seed,
                                           absl::Span<const std::int64_t> strata) {
  if (!(validation_share >= 0 && validation_share <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a share of ", validation_share, " is not from 0 to 1"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::size_t> order,
                             ShuffledByStratum(rows, seed, strata));
  Split split;
  // A row is for validation where the share of the rows so far passes the next whole number: any
  // stretch of the order, so any stratum too, gets its share to within one row.
  const auto taken = [&](std::size_t count) {
    return static_cast<std::size_t>(std::lround(static_cast<double>(count) * validation_share));
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    (taken(i + 1) > taken(i) ? split.validation : split.training).push_back(order[i]);
  }
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

absl::StatusOr<std::vector<Split>> KFold(std::size_t rows, int folds, std::uint64_t seed,
                                         absl::Span<const std::int64_t> strata) {
  if (folds < 2 || static_cast<std::size_t>(folds) > rows) {
    return absl::InvalidArgumentError(absl::StrCat(rows, " rows cannot be parted into ", folds,
                                                   " folds: there must be 2 or more, and a row ",
                                                   "for each"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::size_t> order,
                             ShuffledByStratum(rows, seed, strata));
  std::vector<std::size_t> fold_of(rows);
  for (std::size_t i = 0; i < order.size(); ++i) {
    fold_of[order[i]] = i % static_cast<std::size_t>(folds);
  }
  return SplitsOf(fold_of, folds);
}

absl::StatusOr<std::vector<Split>> GroupedKFold(absl::Span<const std::int64_t> groups, int folds,
                                                std::uint64_t seed) {
  std::unordered_map<std::int64_t, std::size_t> index;
  for (const std::int64_t group : groups) index.try_emplace(group, index.size());
  if (folds < 2 || static_cast<std::size_t>(folds) > index.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(index.size(), " groups of rows cannot be parted ", "into ", folds,
                     " folds: there must be 2 or more,", " and a group for each"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::size_t> order,
                             ShuffledByStratum(index.size(), seed, {}));
  std::vector<std::size_t> fold_of_group(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    fold_of_group[order[i]] = i % static_cast<std::size_t>(folds);
  }
  std::vector<std::size_t> fold_of;
  fold_of.reserve(groups.size());
  for (const std::int64_t group : groups) fold_of.push_back(fold_of_group[index[group]]);
  return SplitsOf(fold_of, folds);
}

}  // namespace clientele::frame
