#include "tools/clientele/import/event_import.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "absl/strings/str_join.h"

#include "tests/unit/clientele_cli/fake_suite.h"

namespace clientele::cli {
namespace {

using Row = std::vector<std::string>;

const Row kHeader = {"customer_id", "item_id", "quantity", "price", "event_time", "item_title"};

Row Line(const std::string& customer, const std::string& item, const std::string& quantity = "1") {
  return {customer, item, quantity, "2.50", "2026-10-01T10:00:00Z", "Title of " + item};
}

struct Outcome {
  absl::Status status;
  ImportCounts counts;
  std::string rejected;  // the side file
};

Outcome Run(FakeSuite& suite, EventImportOptions options, const std::vector<Row>& rows) {
  const std::filesystem::path side =
      std::filesystem::temp_directory_path() / ("rejected-" + std::to_string(getpid()) + ".csv");
  options.line.source = "shop";
  Outcome outcome;
  {
    RejectedRows rejected(side, {.header = absl::StrJoin(kHeader, ",")});
    auto import = EventImport::Create(&suite, options, kHeader, &rejected);
    REQUIRE(import.ok());
    int64_t line_number = 1;
    for (const Row& row : rows) {
      outcome.status = (*import)->Add({++line_number, row, absl::StrJoin(row, ",")});
      if (!outcome.status.ok()) break;
    }
    if (outcome.status.ok()) outcome.status = (*import)->Finish();
    outcome.counts = (*import)->counts();
    REQUIRE(rejected.Close().ok());
  }
  std::ifstream file(side);
  std::ostringstream text;
  text << file.rdbuf();
  outcome.rejected = text.str();
  std::filesystem::remove(side);
  return outcome;
}

EventImportOptions CreateAll() {
  EventImportOptions options;
  options.create_items = true;
  options.create_customers = true;
  options.batch_rows = 3;
  options.window = 2;
  return options;
}

TEST_CASE("a file imported twice changes nothing, and equal lines within it each count") {
  FakeSuite suite;
  const std::vector<Row> rows = {Line("c1", "i1"), Line("c1", "i1"), Line("c2", "i 2"),
                                 Line("c1", "i1"), Line("", "i1"),   Line("", "i1")};
  const Outcome first = Run(suite, CreateAll(), rows);
  REQUIRE(first.status.ok());
  CHECK(first.counts.created == 4);
  CHECK(first.counts.anonymous_created == 2);
  CHECK(first.counts.items_created == 2);
  CHECK(first.counts.customers_created == 2);
  CHECK(suite.events.size() == 4);
  CHECK(suite.interactions.size() == 2);
  CHECK(suite.items.at("items/i_.202").title() == "Title of i 2");
  CHECK(suite.items.at("items/i_.202").price_micros() == 2500000);
  CHECK(suite.items.at("items/i_.202").currency_code() == "GBP");

  const Outcome second = Run(suite, CreateAll(), rows);
  REQUIRE(second.status.ok());
  CHECK(second.counts.created == 0);
  CHECK(second.counts.duplicates == 4);
  CHECK(second.counts.anonymous_duplicates == 2);
  CHECK(second.counts.items_created == 0);
  CHECK(suite.events.size() == 4);
}

TEST_CASE("repeated lines are dropped when asked for") {
  FakeSuite suite;
  EventImportOptions options = CreateAll();
  options.drop_repeated_lines = true;
  const Outcome outcome =
      Run(suite, options, {Line("c1", "i1"), Line("c1", "i1"), Line("c1", "i2")});
  REQUIRE(outcome.status.ok());
  CHECK(outcome.counts.created == 2);
  CHECK(outcome.counts.repeated_dropped == 1);
}

TEST_CASE("unknown items and customers are rejected with line number and reason") {
  FakeSuite suite;
  suite.customers["customers/c1"];
  suite.items["items/i1"];
  const Outcome outcome = Run(suite, {},
                              {Line("c1", "i1"), Line("c1", "i9"), Line("c9", "i1"), Line("", "i9"),
                               Line("c1", "i1", "many")});
  REQUIRE(outcome.status.ok());
  CHECK(outcome.counts.created == 1);
  CHECK(outcome.counts.rejected == 4);
  CHECK(outcome.rejected.starts_with("line_number,reason,customer_id,item_id,quantity"));
  CHECK(outcome.rejected.find("\n3,\"items/i9 is not stored: import the items first, or give "
                              "--create_items\",c1,i9,1") != std::string::npos);
  CHECK(outcome.rejected.find("\n4,\"customers/c9 does not exist\",c9,i1,1") != std::string::npos);
  CHECK(outcome.rejected.find("\n5,\"items/i9 is not stored") != std::string::npos);
  CHECK(outcome.rejected.find("\n6,\"quantity is not a decimal number") != std::string::npos);
}

TEST_CASE("events that the service rejects are quarantined where that is asked for") {
  FakeSuite suite;
  suite.customers["customers/c1"];
  suite.max_explained = 1;  // the rest is sent again, and counts once
  EventImportOptions options;
  options.create_items = true;
  const std::vector<Row> rows = {Line("c1", "i1"), Line("c9", "i1"), Line("c8", "i1")};
  CHECK(Run(suite, options, rows).counts.quarantined == 0);
  CHECK(suite.quarantined.empty());
  options.quarantine = true;
  const Outcome outcome = Run(suite, options, rows);
  REQUIRE(outcome.status.ok());
  CHECK(outcome.counts.rejected == 2);
  CHECK(outcome.counts.quarantined == 2);
  CHECK(suite.quarantined.size() == 2);
}

TEST_CASE("each item is looked up once") {
  FakeSuite suite;
  suite.customers["customers/c1"];
  suite.items["items/i1"];
  EventImportOptions options;
  options.batch_rows = 1;
  const Outcome outcome =
      Run(suite, options, {Line("c1", "i1"), Line("c1", "i1", "2"), Line("c1", "i1", "3")});
  REQUIRE(outcome.status.ok());
  CHECK(suite.calls == 4);  // one look-up, three batches
}

TEST_CASE("an item that the service refuses rejects its own lines alone") {
  FakeSuite suite;
  suite.bad_names = {"items/bad"};
  const Outcome outcome =
      Run(suite, CreateAll(), {Line("c1", "i1"), Line("c1", "bad"), Line("c1", "i2")});
  REQUIRE(outcome.status.ok());
  CHECK(outcome.counts.created == 2);
  CHECK(outcome.counts.rejected == 1);
  CHECK(outcome.rejected.find("3,\"items/bad cannot be made") != std::string::npos);
}

TEST_CASE("rejections beyond those that one response explains are asked for again") {
  FakeSuite suite;
  suite.max_explained = 2;
  suite.customers["customers/c1"];
  suite.items["items/i1"];
  std::vector<Row> rows;
  for (int i = 0; i < 7; ++i) rows.push_back(Line("x" + std::to_string(i), "i1"));
  rows.insert(rows.begin() + 3, Line("c1", "i1"));
  const Outcome outcome = Run(suite, {}, rows);
  REQUIRE(outcome.status.ok());
  CHECK(outcome.counts.created == 1);
  CHECK(outcome.counts.duplicates == 0);
  CHECK(outcome.counts.rejected == 7);
  CHECK(outcome.rejected.find("9,\"customers/x6 does not exist") != std::string::npos);
}

TEST_CASE("a batch that is not wholly acknowledged fails the import") {
  FakeSuite suite;
  suite.lost_acknowledgements = 1;
  const Outcome outcome = Run(suite, CreateAll(), {Line("c1", "i1"), Line("c1", "i2")});
  CHECK(absl::IsDataLoss(outcome.status));
}

TEST_CASE("an unavailable suite ends the import with its error") {
  FakeSuite suite;
  suite.events_status = absl::UnavailableError("down");
  const Outcome outcome = Run(suite, CreateAll(), {Line("c1", "i1"), Line("c1", "i2")});
  CHECK(absl::IsUnavailable(outcome.status));
}

}  // namespace
}  // namespace clientele::cli
