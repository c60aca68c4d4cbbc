// Files after public reports of users of comparable software, where they are.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"
#include "tests/unit/clientele_cli/imported_files.h"

namespace clientele::cli {
namespace {

std::filesystem::path Folder() {
  return std::filesystem::path(testing::SourceDir()) / "../shared/cases/csv";
}

std::string Case(const std::string& name) {
  std::ifstream in(Folder() / name, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("shared cases: delimiters and encodings") {
  if (!std::filesystem::exists(Folder())) SKIP("shared/cases is not here");
  ImportedFiles files;
  REQUIRE(files.Customers(Case("semicolon/semi.csv")).status.ok());
  CHECK(files.Customer("pub-31a").display_name() == "Sem Icolon");
  REQUIRE(files.Customers(Case("semicolon/tab.tsv")).status.ok());
  CHECK(files.Customer("pub-31c").email() == "t31c@example.com");
  REQUIRE(files.Customers(Case("encodings/cp1252.csv")).status.ok());
  CHECK(files.Customer("pub-33a").display_name() == "Zoë Müller");
}

TEST_CASE("shared cases: headers, short rows and junk") {
  if (!std::filesystem::exists(Folder())) SKIP("shared/cases is not here");
  ImportedFiles files;
  for (const char* name :
       {"dupunused", "emptymid", "nbsp", "spaces", "trailing-rows-only", "trailing"}) {
    CAPTURE(name);
    const Imported done = files.Customers(Case(std::string("header-oddities/") + name + ".csv"));
    CHECK(done.status.ok());
    CHECK(done.side_file.empty());
  }
  CHECK(files.Customer("pub-34f").display_name() == "Spa Ces");
  CHECK(files.Customer("pub-34g").email() == "n34@example.com");
  REQUIRE(files.Customers(Case("ragged/short.csv")).side_file.empty());
  CHECK(files.Customer("pub-35b").region() == "GB");
  for (const char* name : {"blank", "comment", "lead"}) {
    CAPTURE(name);
    const Imported done = files.Customers(Case(std::string("junk-lines/") + name + ".csv"));
    CHECK(done.status.ok());
    CHECK(done.side_file.empty());
    CHECK(Has(done.printed, "1 created"));
    CHECK(Has(done.printed, "dropped"));
  }
  CHECK(
      Has(files.Items(Case("junk-lines/total.csv")).printed, "1 created, 0 stored before, 2 rej"));
}

TEST_CASE("shared cases: repeated ids and addresses") {
  if (!std::filesystem::exists(Folder())) SKIP("shared/cases is not here");
  ImportedFiles files;
  CHECK(Has(files.Customers(Case("duplicates/sameid.csv")).printed, "line 3 with other values"));
  REQUIRE(files.Customers(Case("duplicates/update1.csv")).status.ok());
  const Imported differs = files.Customers(Case("duplicates/update2.csv"));
  CHECK_FALSE(differs.status.ok());
  CHECK(Has(differs.printed, "line 2; --update"));
  CustomerImportOptions update;
  update.update = true;
  REQUIRE(files.Customers(Case("duplicates/update2.csv"), update).status.ok());
  CHECK(files.Customer("pub-37d").display_name() == "After");
  CHECK(Has(files.Customers(Case("duplicates/emails.csv")).printed, "lines 2 and 3"));
  REQUIRE(files.Customers(Case("id-collision/c.csv")).status.ok());
  CHECK(files.Customer("pub-48_20z").display_name() == "Underscore Person");
  CHECK(files.Customer("pub-48_.20z").display_name() == "Space Person");
  CustomerImportOptions named;
  named.columns = {"customer_id=cust=id"};
  CHECK(files.Customers(Case("id-collision/eq.csv"), named).status.ok());
}

TEST_CASE("shared cases: contacts") {
  if (!std::filesystem::exists(Folder())) SKIP("shared/cases is not here");
  ImportedFiles files;
  const Imported phones = files.Customers(Case("phones-emails/phones.csv"));
  INFO(phones.printed);
  CHECK(Has(phones.printed, "6 created, 0 stored before, 4 rejected"));
  const Imported emails = files.Customers(Case("phones-emails/emails.csv"));
  INFO(emails.printed);
  CHECK(Has(emails.printed, "5 created, 0 stored before, 5 rejected"));
  REQUIRE(files.Customers(Case("phones-emails/null.csv")).status.ok());
  for (const char* id : {"pub-38u", "pub-38v", "pub-38w"}) {
    CHECK(files.Customer(id).display_name().empty());
    CHECK(files.Customer(id).email().empty());
  }
}

TEST_CASE("shared cases: numbers and dates") {
  if (!std::filesystem::exists(Folder())) SKIP("shared/cases is not here");
  ImportedFiles files;
  const Imported numbers = files.Items(Case("numbers/items.csv"));
  CHECK(Has(std::string(numbers.status.message()), "line 2 writes 6.95, line 3 writes 6,95"));
  REQUIRE(files.Items(Case("dates/items.csv")).status.ok());
  REQUIRE(files.Customers(Case("dates/customers.csv")).status.ok());
  CHECK(files.Events(Case("dates/off.csv")).status.ok());
  CHECK(Has(files.Events(Case("dates/epoch.csv")).printed, "--time_format epoch"));
  EventImportOptions epoch;
  epoch.line.time_format = "epoch";
  CHECK(files.Events(Case("dates/epoch.csv"), epoch).status.ok());
  CHECK(Has(files.Events(Case("dates/us.csv")).printed, "--time_format"));
  EventImportOptions american;
  american.line.time_format = "%m/%d/%Y %I:%M %p";
  CHECK(files.Events(Case("dates/us.csv"), american).status.ok());
  const Imported all = files.Events(Case("dates/events.csv"));
  INFO(all.printed << all.side_file);
  CHECK(all.status.ok());
}

}  // namespace
}  // namespace clientele::cli
