#include "tools/clientele/import/import_file.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/clientele_cli/imported_files.h"

namespace clientele::cli {
namespace {

TEST_CASE("what was assumed of a file is printed") {
  ImportedFiles files;
  const Imported done = files.Customers("sep=;\ncustomer_id;display_name\nc1;Zo\xEB, A\n");
  REQUIRE(done.status.ok());
  CHECK(Has(done.printed, "windows-1252, delimited by semicolons, header in line 2"));
  CHECK(files.Customer("c1").display_name() == "Zoë, A");
}

TEST_CASE("columns that nothing maps never refuse a file") {
  ImportedFiles files;
  REQUIRE(files.Customers(" customer_id\u00a0,,email,Notes,Notes,\nc1,x, a@example.com ,1,2,\n")
              .status.ok());
  CHECK(files.Customer("c1").email() == "a@example.com");
  const Imported twice = files.Customers("customer_id,email,email\nc2,a,b\n");
  CHECK(Has(std::string(twice.status.message()), "two columns are named \"email\""));
}

TEST_CASE("titles, blank lines and totals are dropped with a count, or rejected with their line") {
  ImportedFiles files;
  const Imported done = files.Items(
      "Our items,,\n,,\nitem_id,title,price\n\ni1,Kettle,1.00\n ,,\nTotal,,1.00\n(1 row)\n\x1A");
  REQUIRE(done.status.ok());
  CHECK(files.suite.items.size() == 1);
  CHECK(Has(done.printed, "header in line 3"));
  CHECK(Has(done.printed, "dropped 2 lines above the header"));
  CHECK(Has(done.printed, "dropped 3 blank lines"));
  CHECK(Has(done.printed, "line 7: looks like a line of totals"));
  CHECK(Has(done.printed, "line 8: looks like the row count"));
}

TEST_CASE("short rows are padded") {
  ImportedFiles files;
  REQUIRE(
      files.Customers("customer_id,display_name,phone,region\nc1,Ann\nc2,Bea,,GB\n").status.ok());
  CHECK(files.Customer("c1").region().empty());
  CHECK(files.Customer("c2").region() == "GB");
}

TEST_CASE("the side file keeps raw lines, and can be mended and imported") {
  ImportedFiles files;
  const Imported first = files.Customers(
      "customer_id;display_name;region\r\nc1;Ann;GB\r\nc2;5\" nail;GB\r\n;\"No; one\";FR\r\n"
      "c4;a;b;c\r\n");
  REQUIRE(first.status.ok());
  CHECK(first.side_file ==
        "line_number;reason;customer_id;display_name;region\n"
        "3;\"line 3: a quote in the wrong place: a field with quotes, delimiters or line ends is "
        "written in quotes, and quotes inside are doubled\";c2;5\" nail;GB\n"
        "4;\"customer_id is empty\";;\"No; one\";FR\n"
        "5;\"line 5: 4 fields where the header has 3\";c4;a;b;c\n");
  std::string mended = first.side_file;
  mended.replace(mended.find("c2;5\" nail"), 10, "c2;\"5\"\" nail\"");
  mended.replace(mended.find(";c4;a;b;c"), 9, ";c4;a;b");
  mended.replace(mended.find(";;\"No"), 5, ";c3;\"No");
  const Imported second = files.Customers(mended);
  INFO(second.printed);
  REQUIRE(second.status.ok());
  CHECK(files.Customer("c2").display_name() == "5\" nail");
  CHECK(files.Customer("c3").display_name() == "No; one");
  CHECK(files.Customer("c4").region() == "b");
}

TEST_CASE("the side file keeps the bytes of the file's encoding") {
  ImportedFiles files;
  const Imported done =
      files.Customers("customer_id,display_name\nc1,M\xFCller\n,Zo\xEB\n", {}, {});
  REQUIRE(done.status.ok());
  CHECK(Has(done.side_file, ",Zo\xEB\n"));
  CHECK(files.Customer("c1").display_name() == "Müller");
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("customer_id,display_name\nc2,Ann\n,Bea\n")) {
    utf16 += c;
    utf16 += '\0';
  }
  const Imported wide = files.Customers(utf16);
  REQUIRE(wide.status.ok());
  CHECK(wide.side_file.starts_with("\xEF\xBB\xBFline_number,reason,customer_id"));
}

TEST_CASE("importing nothing of a file is an error") {
  ImportedFiles files;
  const Imported rejected = files.Customers("customer_id,region\n,GB\n");
  CHECK(absl::IsFailedPrecondition(rejected.status));
  CHECK(Has(rejected.printed, "1 rejected"));
  CHECK_FALSE(files.Customers("customer_id,region\n").status.ok());
  REQUIRE(files.Customers("customer_id,region\nc1,GB\n").status.ok());
  CHECK(files.Customers("customer_id,region\nc1,GB\n").status.ok());  // again: it is stored
}

TEST_CASE("a workbook, and a file of one column of it, are called what they are") {
  ImportedFiles files;
  const Imported workbook =
      files.Customers(std::string("PK\x03\x04\x14\0\0\0[Content_Types].xml", 27));
  CHECK(Has(std::string(workbook.status.message()), "an Excel workbook (.xlsx)"));
}

TEST_CASE("an id with two contents in a file is rejected by line, and equal rows are one") {
  ImportedFiles files;
  const Imported done = files.Customers("customer_id,region\nc1,GB\nc2,GB\nc1,FR\nc2,GB\nc3,GB\n");
  REQUIRE(done.status.ok());
  CHECK_FALSE(files.suite.customers.contains("customers/c1"));
  CHECK(files.suite.customers.size() == 2);
  CHECK(Has(done.printed, "line 2: the same id is in line 4 with other values"));
  CHECK(Has(done.printed, "line 4: the same id is in line 2 with other values"));
  CHECK(Has(done.printed, "2 created, 1 stored before, 2 rejected"));
  files.suite.customers["customers/c1"];
  const Imported events = files.Events(
      "event_id,customer_id,event_time,quantity\ne1,c1,2026-01-01,1\ne1,c1,2026-01-01,2\n"
      "e1,c2,2026-01-01,1\n");
  REQUIRE(events.status.ok());
  CHECK(Has(events.printed, "1 created, 0 stored before, 2 rejected"));
}

TEST_CASE("what is stored with other values is named, and changed with --update") {
  ImportedFiles files;
  REQUIRE(files
              .Customers("customer_id,display_name,region,attribute.tier\nc1,Ann,GB,gold\n"
                         "c2,Bea,GB,\n")
              .status.ok());
  (*files.suite.customers["customers/c1"].mutable_attributes())["other"] = "kept";
  files.suite.customers["customers/c1"].set_email("ann@example.com");
  const std::string later =
      "customer_id,display_name,region,attribute.tier\nc1,Anna,FR,\nc2,Bea,GB,\nc3,Cy,GB,\n";
  const Imported named = files.Customers(later);
  REQUIRE(named.status.ok());
  CHECK(Has(named.printed, "1 created, 1 stored before, 0 rejected, 1 stored before with other"));
  CHECK(Has(named.printed, "line 2; --update"));
  CHECK(files.Customer("c1").display_name() == "Ann");

  CustomerImportOptions update;
  update.update = true;
  const Imported updated = files.Customers(later, update);
  REQUIRE(updated.status.ok());
  CHECK(Has(updated.printed, "0 created, 2 stored before, 0 rejected, 1 updated"));
  CHECK(files.Customer("c1").display_name() == "Anna");
  CHECK(files.Customer("c1").region() == "FR");
  CHECK(files.Customer("c1").email() == "ann@example.com");  // no column speaks of it
  CHECK(files.Customer("c1").attributes().at("other") == "kept");
  CHECK_FALSE(files.Customer("c1").attributes().contains("tier"));
}

TEST_CASE("an update loses nothing that another writer wrote meanwhile") {
  ImportedFiles files;
  REQUIRE(files.Customers("customer_id,region\nc1,GB\n").status.ok());
  files.suite.before_update = [&] { files.suite.customers["customers/c1"].set_region("DE"); };
  CustomerImportOptions update;
  update.update = true;
  const Imported done = files.Customers("customer_id,region\nc1,FR\n", update);
  CHECK(Has(done.printed, "1 rejected"));
  CHECK(files.Customer("c1").region() == "DE");
}

TEST_CASE("items and articles are updated too") {
  ImportedFiles files;
  REQUIRE(files.Items("item_id,title,price\ni1,Kettle,8.20\n").status.ok());
  REQUIRE(files.Articles("article_id,body,questions\na1,Text.,q1|q2\n").status.ok());
  CHECK(Has(files.Items("item_id,title,price\ni1,Kettle,9\n").printed, "--update"));
  ItemImportOptions items;
  items.update = true;
  REQUIRE(files.Items("item_id,title,price\ni1,Kettle,9\n", items).status.ok());
  CHECK(files.suite.items.at("items/i1").price_micros() == 9000000);
  ArticleImportOptions articles;
  articles.update = true;
  REQUIRE(
      files.Articles("article_id,body,questions\na1,New text.,q2|q3|q4\n", articles).status.ok());
  CHECK(files.suite.articles.at("articles/a1").body() == "New text.");
  CHECK(files.suite.articles.at("articles/a1").questions_size() == 3);
}

TEST_CASE("a shared e-mail is a warning with lines, without the address") {
  ImportedFiles files;
  const Imported done = files.Customers(
      "customer_id,email\nc1,ann@example.com\nc2,ANN@example.com\nc3,bea@example.com\n");
  REQUIRE(done.status.ok());
  CHECK(Has(done.printed,
            "warning: 1 customer has the e-mail address of another one (lines 2 and "
            "3)"));
  CHECK_FALSE(Has(done.printed, "ann@"));
}

TEST_CASE("contacts that cannot be any are rejected, emptied or kept, and counted by reason") {
  const std::string file =
      "customer_id,email,phone\nc1,a@example.com;b@example.com,\nc2,,4.4E+11\nc3,,4.5E+11\n"
      "c4,NULL,#N/A\nc5,a@example.com,'+442079460003\n";
  ImportedFiles reject;
  const Imported rejected = reject.Customers(file);
  REQUIRE(rejected.status.ok());
  CHECK(reject.suite.customers.size() == 2);
  CHECK(Has(rejected.printed, "email holds two addresses: 1 rejected (line 2)"));
  CHECK(Has(rejected.printed, "digits are lost: 2 rejected (line 3 first)"));
  CHECK(reject.Customer("c4").email().empty());
  CHECK(reject.Customer("c5").phone() == "+442079460003");
  ImportedFiles empty;
  CustomerImportOptions options;
  options.on_bad_contact = BadContactPolicy::kEmpty;
  const Imported emptied = empty.Customers(file, options);
  CHECK(empty.suite.customers.size() == 5);
  CHECK(empty.Customer("c2").phone().empty());
  CHECK(Has(emptied.printed, "2 emptied"));
  ImportedFiles keep;
  options.on_bad_contact = BadContactPolicy::kKeep;
  REQUIRE(keep.Customers(file, options).status.ok());
  CHECK(keep.Customer("c2").phone() == "4.4E+11");
}

TEST_CASE("an emptied contact does not erase the one that is stored") {
  ImportedFiles files;
  REQUIRE(files.Customers("customer_id,region,phone\nc1,GB,+442079460003\n").status.ok());
  CustomerImportOptions options;
  options.on_bad_contact = BadContactPolicy::kEmpty;
  options.update = true;
  REQUIRE(files.Customers("customer_id,region,phone\nc1,FR,4.4E+11\n", options).status.ok());
  CHECK(files.Customer("c1").phone() == "+442079460003");
  CHECK(files.Customer("c1").region() == "FR");
}

TEST_CASE("numbers with a decimal comma are read when it is said, and never mixed") {
  ImportedFiles files;
  const Imported unsaid = files.Items("item_id,title,price\ni1,A,\"12,50\"\n");
  CHECK(Has(std::string(unsaid.status.message()), "line 2 writes 12,50"));
  CHECK(Has(std::string(unsaid.status.message()), "--decimal_comma"));
  CHECK(files.suite.items.empty());
  ItemImportOptions comma;
  comma.decimal_mark = DecimalMark::kComma;
  REQUIRE(files.Items("item_id;title;price\ni1;A;12,50\ni2;B;1.250\n", comma).status.ok());
  CHECK(files.suite.items.at("items/i1").price_micros() == 12500000);
  CHECK(files.suite.items.at("items/i2").price_micros() == 1250000000);
  const Imported mixed = files.Items("item_id;title;price\ni3;A;12,50\ni4;B;12.50\n", comma);
  CHECK(Has(std::string(mixed.status.message()), "line 3 writes 12.50, line 2 writes 12,50"));
  const Imported sign = files.Items("item_id,title,price,currency_code\ni5,A,£5,EUR\n");
  CHECK(Has(sign.printed, "price is written with £ where the currency is EUR"));
}

TEST_CASE("distinct ids of a file stay distinct") {
  ImportedFiles files;
  REQUIRE(files.Customers("customer_id,display_name\na b,One\na_20b,Two\n").status.ok());
  CHECK(files.suite.customers.size() == 2);
}

TEST_CASE("a header may hold an equals sign") {
  ImportedFiles files;
  CustomerImportOptions options;
  options.columns = {"customer_id=cust=id"};
  REQUIRE(files.Customers("cust=id,email\nc1,a@example.com\n", options).status.ok());
}

TEST_CASE("questions that an article has no room for are counted") {
  ImportedFiles files;
  std::string rows = "article_id,body,questions\n";
  for (int i = 0; i < 70; ++i) rows += "a,Body.,question " + std::to_string(i) + "\n";
  const Imported done = files.Articles(rows);
  REQUIRE(done.status.ok());
  CHECK(Has(done.printed, "6 questions were left out"));
  CHECK(Has(done.printed, "line 66 first"));
}

TEST_CASE("delimiters have names") {
  CHECK(*ParseDelimiter("tab") == '\t');
  CHECK(*ParseDelimiter("\\t") == '\t');
  CHECK(*ParseDelimiter(";") == ';');
  CHECK(*ParseDelimiter("pipe") == '|');
  CHECK_FALSE(ParseDelimiter("\"").ok());
  CHECK_FALSE(ParseDelimiter(";;").ok());
}

}  // namespace
}  // namespace clientele::cli
