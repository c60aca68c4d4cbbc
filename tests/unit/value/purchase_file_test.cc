#include "tools/clientele-models/value/purchase_file.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/status/status.h"
#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

using testing::TemporaryFolder;

absl::StatusOr<PurchaseFile> Read(const std::string& text, PurchaseColumns columns) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "orders.csv";
  std::ofstream(path) << text;
  columns.files = {path};
  return ReadPurchases(columns);
}

const PurchaseColumns kByAmount = {.customer = "id", .time = "at", .amount = "sum"};

TEST_CASE("purchases are read by amount, or by price and quantity, and nobody's are counted") {
  const auto read =
      Read("id,at,sum\na,2010-01-01,5\n,2010-01-01,9\na,2010-01-02 08:00,1.5\n", kByAmount);
  REQUIRE(read.ok());
  CHECK(read->rows == 3);
  CHECK(read->without_customer == 1);
  REQUIRE(read->history.customers() == 1);
  CHECK(read->customers.front() == "a");
  REQUIRE(read->history.PurchasesOf(0).size() == 2);
  CHECK(read->history.PurchasesOf(0)[1].amount == 1.5);
  const auto day = read->DayOf("2010-01-02");
  REQUIRE(day.ok());
  CHECK(read->history.last_day() == *day);

  const auto priced = Read("id,at,price,n\na,19970101,2.5,4\n",
                           {.customer = "id", .time = "at", .price = "price", .quantity = "n"});
  REQUIRE(priced.ok());
  CHECK(priced->history.PurchasesOf(0)[0].amount == 10);
  CHECK(priced->history.first_day() == *priced->DayOf("1997-01-01"));
}

TEST_CASE("epochs in milliseconds are days as well") {
  const auto read = Read("id,at,sum\na,1262304000000,5\n", kByAmount);
  REQUIRE(read.ok());
  CHECK(read->history.first_day() == *read->DayOf("2010-01-01"));
}

TEST_CASE("a cell that is no number or no time is named with its line and column") {
  const auto amount = Read("id,at,sum\na,2010-01-01,5\na,2010-01-01,five\n", kByAmount);
  CHECK(absl::IsInvalidArgument(amount.status()));
  CHECK(absl::StrContains(amount.status().message(), "line 3: 'five' in the column 'sum'"));
  const auto time = Read("id,at,sum\na,yesterday,5\n", kByAmount);
  CHECK(absl::StrContains(time.status().message(), "line 2"));
  CHECK(absl::IsInvalidArgument(Read("id,at\na,2010-01-01\n", kByAmount).status()));
  CHECK(absl::IsInvalidArgument(Read("id,at,sum\n", kByAmount).status()));
}

}  // namespace
}  // namespace clientele::models
