#include "tools/clientele-models/fuser/history_file.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

using profile::Event;
using profile::EventType;

const HistoryColumns kLog = {.customer = "who",
                             .time = "when",
                             .type = "what",
                             .category = "category",
                             .amount = "amount",
                             .text = "text",
                             .currency_code = "EUR"};

TEST_CASE("a log of events is read by customer, with types, amounts and texts") {
  const clientele::testing::TemporaryFolder folder;
  const auto file = folder.Write("log.csv",
                                 "who,when,what,category,amount,text\n"
                                 "a,2026-01-02T03:04:05Z,purchase,tea,2.5,\n"
                                 ",2026-01-02T03:04:05Z,view,tea,,\n"
                                 "b,2026-01-03T00:00:00Z,search,,,green tea\n"
                                 "a,2026-01-04T00:00:00Z,return,tea,1,\n");
  const auto history = ReadHistory(file, kLog);
  INFO(history.status());
  REQUIRE(history.ok());
  REQUIRE(history->customers.size() == 2);
  REQUIRE(history->customers[0].size() == 2);
  const Event& bought = history->customers[0][0];
  CHECK(bought.type == EventType::kPurchase);
  CHECK(bought.event_time == absl::FromUnixSeconds(1767323045));
  CHECK(bought.amount_micros == 2'500'000);
  CHECK(bought.currency_code == "EUR");
  CHECK(history->customers[0][1].type == EventType::kReturn);
  CHECK(history->customers[1][0].text == "green tea");
  CHECK(history->customers[1][0].currency_code.empty());
}

TEST_CASE("purchases alone are told apart from returns by their sign, and spaces may part them") {
  const clientele::testing::TemporaryFolder folder;
  const auto file = folder.Write("cds.txt",
                                 " id  day  n  dollars\n 1 19970101  2  10.00\n"
                                 " 1 19970201  1  -4.00\n");
  const auto history = ReadHistory(
      file,
      {.customer = "id", .time = "day", .quantity = "n", .amount = "dollars", .spaces = true});
  INFO(history.status());
  REQUIRE(history.ok());
  REQUIRE(history->customers.size() == 1);
  CHECK(history->customers[0][0].type == EventType::kPurchase);
  CHECK(history->customers[0][0].event_time == absl::FromUnixSeconds(852076800));
  CHECK(history->customers[0][1].type == EventType::kReturn);
  CHECK(history->customers[0][1].amount_micros == 4'000'000);
}

TEST_CASE("a cell that is wrong is named with its file and line") {
  const clientele::testing::TemporaryFolder folder;
  const auto mistake = [&](const std::string& row) {
    const auto file = folder.Write("log.csv", "who,when,what,category,amount,text\n" + row + "\n");
    return std::string(ReadHistory(file, kLog).status().message());
  };
  CHECK(absl::StrContains(mistake("a,2026-01-02,dance,,,"), "log.csv: line 2: 'dance'"));
  CHECK(absl::StrContains(mistake("a,2026-01-02,view,,much,"), "line 2: 'much'"));
  CHECK(absl::StrContains(mistake("a,soon,view,,,"), "line 2"));
  const auto file = folder.Write("short.csv", "who,when\na,2026-01-02\n");
  CHECK(absl::IsInvalidArgument(ReadHistory(file, kLog).status()));
}

}  // namespace
}  // namespace clientele::models
