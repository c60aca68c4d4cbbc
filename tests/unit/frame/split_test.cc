#include "common/frame/split.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/frame/shuffle.h"

namespace clientele::frame {
namespace {

using Rows = std::vector<std::size_t>;

bool IsWhole(const Split& split, std::size_t rows) {
  Rows all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::sort(all.begin(), all.end());
  Rows expected(rows);
  for (std::size_t i = 0; i < rows; ++i) expected[i] = i;
  return all == expected && std::is_sorted(split.training.begin(), split.training.end()) &&
         std::is_sorted(split.validation.begin(), split.validation.end());
}

// One row in ten is of stratum 1.
std::vector<std::int64_t> RareStrata(std::size_t rows) {
  std::vector<std::int64_t> strata(rows);
  for (std::size_t i = 0; i < rows; ++i) strata[i] = i % 10 == 3 ? 1 : 0;
  return strata;
}

TEST_CASE("each stratum is split like the whole") {
  const auto strata = RareStrata(1000);
  const auto split = TrainValidationSplit(1000, 0.2, 7, strata);
  REQUIRE(split.ok());
  CHECK(IsWhole(*split, 1000));
  CHECK(split->validation.size() == 200);
  CHECK(std::count_if(split->validation.begin(), split->validation.end(),
                      [&](std::size_t row) { return strata[row] == 1; }) == 20);
}

TEST_CASE("many small strata keep the share over all") {
  std::vector<std::int64_t> customers(999);
  for (std::size_t i = 0; i < customers.size(); ++i)
    customers[i] = static_cast<std::int64_t>(i / 3);
  const auto split = TrainValidationSplit(999, 0.25, 1, customers);
  REQUIRE(split.ok());
  CHECK(split->validation.size() == 250);
  std::map<std::int64_t, int> taken;
  for (const std::size_t row : split->validation) ++taken[customers[row]];
  for (const auto& [customer, count] : taken) CHECK(count <= 1);
}

TEST_CASE("the same seed gives the same split, another seed another") {
  const auto a = TrainValidationSplit(100, 0.3, 5);
  const auto b = TrainValidationSplit(100, 0.3, 5);
  const auto c = TrainValidationSplit(100, 0.3, 6);
  REQUIRE((a.ok() && b.ok() && c.ok()));
  CHECK(a->validation == b->validation);
  CHECK(a->validation != c->validation);
}

TEST_CASE("all, nothing and no rows at all can be split") {
  CHECK(TrainValidationSplit(5, 0, 1)->validation.empty());
  CHECK(TrainValidationSplit(5, 1, 1)->training.empty());
  CHECK(IsWhole(*TrainValidationSplit(0, 0.5, 1), 0));
  CHECK(absl::IsInvalidArgument(TrainValidationSplit(5, 1.1, 1).status()));
  CHECK(absl::IsInvalidArgument(TrainValidationSplit(5, kMissingNumber, 1).status()));
  CHECK(absl::IsInvalidArgument(
      TrainValidationSplit(5, 0.5, 1, std::vector<std::int64_t>{1}).status()));
}

TEST_CASE("every row is held out by one fold, strata evenly") {
  const auto strata = RareStrata(103);
  const auto folds = KFold(103, 5, 3, strata);
  REQUIRE(folds.ok());
  REQUIRE(folds->size() == 5);
  std::vector<int> held(103, 0);
  for (const Split& split : *folds) {
    CHECK(IsWhole(split, 103));
    CHECK((split.validation.size() == 20 || split.validation.size() == 21));
    const auto rare = std::count_if(split.validation.begin(), split.validation.end(),
                                    [&](std::size_t row) { return strata[row] == 1; });
    CHECK((rare == 2 || rare == 3));
    for (const std::size_t row : split.validation) ++held[row];
  }
  CHECK(std::all_of(held.begin(), held.end(), [](int count) { return count == 1; }));
}

TEST_CASE("rows of a group are in one fold, and every row is in one") {
  std::vector<std::int64_t> groups;
  for (int row = 0; row < 90; ++row) groups.push_back(1000 - row % 30);
  const auto folds = GroupedKFold(groups, 4, 5);
  REQUIRE(folds.ok());
  REQUIRE(folds->size() == 4);
  for (const Split& split : *folds) {
    CHECK(IsWhole(split, 90));
    CHECK(split.validation.size() % 3 == 0);
    for (const std::size_t row : split.validation) {
      CHECK(std::none_of(split.training.begin(), split.training.end(),
                         [&](std::size_t other) { return groups[other] == groups[row]; }));
    }
  }
  CHECK(absl::IsInvalidArgument(GroupedKFold(groups, 31, 5).status()));
  CHECK(absl::IsInvalidArgument(GroupedKFold({}, 2, 5).status()));
}

TEST_CASE("folds that cannot be made are refused") {
  CHECK(absl::IsInvalidArgument(KFold(10, 1, 1).status()));
  CHECK(absl::IsInvalidArgument(KFold(3, 4, 1).status()));
  CHECK(absl::IsInvalidArgument(KFold(10, -1, 1).status()));
  CHECK(KFold(4, 4, 1).ok());
}

TEST_CASE("a permutation of a seed is the same on every machine, and every one is likely") {
  std::mt19937_64 random(42);
  CHECK(Permutation(10, random) == Rows{1, 7, 9, 0, 3, 8, 4, 2, 5, 6});
  std::map<Rows, int> seen;
  for (int i = 0; i < 6000; ++i) ++seen[Permutation(3, random)];
  CHECK(seen.size() == 6);
  for (const auto& [order, count] : seen) CHECK((count > 850 && count < 1150));
}

}  // namespace
}  // namespace clientele::frame
