#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/evaluation_protocol.h"

namespace clientele::recommend {
namespace {

// customers x items rows, all pairs.
InteractionLog AllPairs(int customers, int items) {
  InteractionLog log;
  for (int u = 0; u < customers; ++u) log.customers.push_back(std::to_string(u));
  for (int i = 0; i < items; ++i) log.items.push_back(std::to_string(i));
  for (int u = 0; u < customers; ++u) {
    for (int i = 0; i < items; ++i) log.rows.push_back({u, i, 1, static_cast<double>(u + i)});
  }
  return log;
}

TEST_CASE("protocols are read with their numbers, and others are refused by name") {
  CHECK(ParseProtocol("random:0.75")->training_share == 0.75);
  CHECK(ParseProtocol("kfold:10")->folds == 10);
  CHECK(ParseProtocol("leave-last")->kind == ProtocolKind::kLeaveLast);
  CHECK(ParseProtocol("temporal:2010-11-01")->begin == "2010-11-01");
  for (const char* wrong :
       {"random:1", "random:0", "random:x", "kfold:1", "kfold:", "temporal:", "leave-first", ""}) {
    const auto protocol = ParseProtocol(wrong);
    REQUIRE(!protocol.ok());
    CHECK(protocol.status().message().find(wrong) != absl::string_view::npos);
  }
}

TEST_CASE("a random split takes its share of each item, or of each customer") {
  const InteractionLog log = AllPairs(40, 20);
  for (const auto stratification : {Stratification::kItem, Stratification::kCustomer}) {
    Protocol protocol{.training_share = 0.75, .stratification = stratification, .seed = 9};
    const auto splits = SplitRows(log, protocol);
    REQUIRE(splits.ok());
    std::map<int, int> held_out;
    for (const std::size_t row : splits->front().validation) {
      ++held_out[stratification == Stratification::kItem ? log.rows[row].item
                                                         : log.rows[row].customer];
    }
    CHECK(splits->front().validation.size() == 200);
    for (const auto& [stratum, count] : held_out) {
      CHECK(count == (stratification == Stratification::kItem ? 10 : 5));
    }
    CHECK(SplitRows(log, protocol)->front().validation == splits->front().validation);
    protocol.seed = 10;
    CHECK(SplitRows(log, protocol)->front().validation != splits->front().validation);
  }
}

TEST_CASE("every row is held out by one of the folds") {
  const auto splits =
      SplitRows(AllPairs(10, 10), {.kind = ProtocolKind::kKFold, .folds = 3, .seed = 1});
  REQUIRE(splits.ok());
  std::multiset<std::size_t> held_out;
  for (const auto& split : *splits) {
    held_out.insert(split.validation.begin(), split.validation.end());
  }
  CHECK(held_out.size() == 100);
  CHECK(std::set<std::size_t>(held_out.begin(), held_out.end()).size() == 100);
}

TEST_CASE("leaving the last out takes the newest row of customers who have two") {
  InteractionLog log = AllPairs(3, 3);
  log.rows = {{0, 0, 1, 5}, {0, 1, 1, 9}, {0, 2, 1, 9}, {1, 0, 1, 2}, {2, 2, 1, 8}, {2, 1, 1, 3}};
  const auto splits = SplitRows(log, {.kind = ProtocolKind::kLeaveLast});
  REQUIRE(splits.ok());
  CHECK(splits->front().validation == std::vector<std::size_t>{2, 4});
  CHECK(splits->front().training == std::vector<std::size_t>{0, 1, 3, 5});
}

TEST_CASE("a temporal split measures from its instant on") {
  InteractionLog log = AllPairs(2, 2);
  log.rows = {{0, 0, 1, 5}, {0, 1, 1, 7}, {1, 0, 1, 6.5}};
  const auto splits = SplitRows(log, {.kind = ProtocolKind::kTemporal, .begin_time = 6.5});
  REQUIRE(splits.ok());
  CHECK(splits->front().validation == std::vector<std::size_t>{1, 2});
  CHECK(!SplitRows(log, {.kind = ProtocolKind::kTemporal, .begin_time = 8}).ok());
  CHECK(!SplitRows(log, {.kind = ProtocolKind::kTemporal, .begin_time = 1}).ok());
}

TEST_CASE("of a pair that is there twice the first or the last in time stays") {
  InteractionLog log = AllPairs(2, 2);
  log.rows = {{0, 0, 3, 5}, {0, 1, 1, 1}, {0, 0, 4, 2}, {0, 0, 5, 2}, {0, 0, 1, 5}};
  InteractionLog first = log;
  CHECK(KeepFirstOfEachPair(first) == 3);
  CHECK((first.rows == std::vector<InteractionRow>{{0, 1, 1, 1}, {0, 0, 4, 2}}));
  CHECK(KeepLastOfEachPair(log) == 3);
  CHECK((log.rows == std::vector<InteractionRow>{{0, 1, 1, 1}, {0, 0, 1, 5}}));
}

}  // namespace
}  // namespace clientele::recommend
