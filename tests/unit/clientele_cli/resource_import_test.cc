#include "tools/clientele/import/resource_import.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/clientele_cli/fake_suite.h"
#include "tools/clientele/import/article_import.h"

namespace clientele::cli {
namespace {

using Row = std::vector<std::string>;

ImportCounts Run(Import& import, const std::vector<Row>& rows) {
  int64_t line_number = 1;
  for (const Row& row : rows) REQUIRE(import.Add({++line_number, row, ""}).ok());
  REQUIRE(import.Finish().ok());
  return import.counts();
}

TEST_CASE("customers are imported with their attributes, once") {
  FakeSuite suite;
  const Row header = {"customer_id", "display_name", "attribute.segment", "Town"};
  RejectedRows rejected("/dev/null", {});
  const std::vector<Row> rows = {{"C 1", "王伟", "loyal", "Leeds"}, {"C2", "Ann", "", "York"}};
  auto import = MakeCustomerImport(&suite, {.columns = {"attribute.town=Town"}}, header, &rejected);
  REQUIRE(import.ok());
  CHECK(Run(**import, rows).created == 2);
  const profile::v1::Customer& customer = suite.customers.at("customers/C_.201");
  CHECK(customer.display_name() == "王伟");
  CHECK(customer.attributes().at("segment") == "loyal");
  CHECK(customer.attributes().at("town") == "Leeds");
  CHECK_FALSE(suite.customers.at("customers/C2").attributes().contains("segment"));

  auto again = MakeCustomerImport(&suite, {}, header, &rejected);
  REQUIRE(again.ok());
  const ImportCounts counts = Run(**again, rows);
  CHECK(counts.created == 0);
  CHECK(counts.duplicates == 2);
}

TEST_CASE("a row that repeats an id, or is refused, does not stop the others") {
  FakeSuite suite;
  suite.bad_names = {"customers/C3"};
  const Row header = {"customer_id"};
  RejectedRows rejected("/dev/null", {});
  auto import = MakeCustomerImport(&suite, {}, header, &rejected);
  REQUIRE(import.ok());
  const ImportCounts counts = Run(**import, {{"C1"}, {"C2"}, {"C1"}, {"C3"}, {"C4"}, {""}, {"C5"}});
  CHECK(counts.created == 4);
  CHECK(counts.duplicates == 1);
  CHECK(counts.rejected == 2);
  CHECK(rejected.examples().at(1).starts_with("line 5: "));
}

TEST_CASE("items have exact prices") {
  FakeSuite suite;
  const Row header = {"item_id", "title", "price", "currency_code"};
  RejectedRows rejected("/dev/null", {});
  auto import = MakeItemImport(&suite, {}, header, &rejected);
  REQUIRE(import.ok());
  const ImportCounts counts = Run(**import, {{"i1", "Kettle", "8.20", ""},
                                             {"i2", "Pot", "", ""},
                                             {"i3", "Cup", "-1", ""},
                                             {"i4", "Jug", "3", "eur"}});
  CHECK(counts.created == 3);
  CHECK(counts.rejected == 1);
  CHECK(suite.items.at("items/i1").price_micros() == 8200000);
  CHECK(suite.items.at("items/i1").currency_code() == "GBP");
  CHECK(suite.items.at("items/i2").currency_code().empty());
  CHECK(suite.items.at("items/i4").currency_code() == "EUR");
  CHECK_FALSE(MakeItemImport(&suite, {}, {"item_id"}, &rejected).ok());
}

TEST_CASE("items have paths, lists, typed attributes and a window") {
  FakeSuite suite;
  const Row header = {"item_id",
                      "title",
                      "category_path",
                      "brand",
                      "image_uris",
                      "attribute.color",
                      "attribute.weight:number",
                      "attribute.sizes:list",
                      "available_from",
                      "Bis"};
  RejectedRows rejected("/dev/null", {});
  const ItemImportOptions options{.columns = {"available_until=Bis"}};
  auto import = MakeItemImport(&suite, options, header, &rejected);
  REQUIRE(import.ok());
  const std::vector<Row> rows = {
      {"i1", "Mug", "Home | Kitchen|Mugs", "Acme", "a.png|b.png|c.png", "red", "0.25", "S|M| |L",
       "2026-01-01 00:00:00", "2026-02-01 00:00:00"},
      {"i2", "Pot", "", "", "", "", "", "", "", ""},
      {"i3", "Jug", "", "", "", "", "heavy", "", "", ""},
      {"i4", "Cup", "", "", "", "", "", "", "soon", ""}};
  const ImportCounts counts = Run(**import, rows);
  CHECK(counts.created == 2);
  CHECK(counts.rejected == 2);
  const recommend::v1::Item& mug = suite.items.at("items/i1");
  CHECK(mug.category() == "Mugs");
  REQUIRE(mug.parent_categories_size() == 2);
  CHECK(mug.parent_categories(0) == "Home");
  CHECK(mug.parent_categories(1) == "Kitchen");
  CHECK(mug.brand() == "Acme");
  CHECK(mug.image_uri() == "a.png");
  REQUIRE(mug.additional_image_uris_size() == 2);
  CHECK(mug.additional_image_uris(1) == "c.png");
  CHECK(mug.attributes().at("color").text() == "red");
  CHECK(mug.attributes().at("weight").number() == 0.25);
  REQUIRE(mug.attributes().at("sizes").list().values_size() == 3);
  CHECK(mug.attributes().at("sizes").list().values(2) == "L");
  CHECK(mug.available_from().seconds() == 1'767'225'600);
  CHECK(mug.available_until().seconds() == 1'769'904'000);
  CHECK(suite.items.at("items/i2").attributes().empty());
  CHECK_FALSE(suite.items.at("items/i2").has_available_from());

  auto again = MakeItemImport(&suite, options, header, &rejected);
  REQUIRE(again.ok());
  CHECK(Run(**again, {rows[0]}).duplicates == 1);
  auto other = MakeItemImport(&suite, options, header, &rejected);
  Row changed = rows[0];
  changed[7] = "S|M";
  changed[9] = "2026-03-01 00:00:00";
  CHECK(Run(**other, {changed}).differing == 1);
  CHECK_FALSE(
      MakeItemImport(&suite, {}, {"item_id", "title", "category", "category_path"}, &rejected)
          .ok());
  CHECK_FALSE(MakeItemImport(&suite, {}, {"item_id", "title", "attribute.a:date"}, &rejected).ok());
}

TEST_CASE("rows with the same body are one article with all their questions") {
  FakeSuite suite;
  const Row header = {"instruction", "intent", "response"};
  RejectedRows rejected("/dev/null", {});
  ArticleImportOptions options;
  options.columns = {"body=response", "questions=instruction", "title=intent"};
  const std::vector<Row> rows = {{"how can I cancel?", "cancel_order", "Press cancel."},
                                 {"cancel it", "cancel_order", "Press cancel."},
                                 {"how can I cancel?", "cancel_order", "Press cancel."},
                                 {"where is it", "track_order", "Open tracking."},
                                 {"empty", "none", ""}};
  auto import = ArticleImport::Create(&suite, options, header, &rejected);
  REQUIRE(import.ok());
  const ImportCounts counts = Run(**import, rows);
  CHECK(counts.rows == 5);
  CHECK(counts.created == 2);
  CHECK(counts.merged == 2);
  CHECK(counts.rejected == 1);
  REQUIRE(suite.articles.size() == 2);
  for (const auto& [name, article] : suite.articles) {
    CHECK(name.starts_with("articles/a"));
    if (article.title() != "cancel_order") continue;
    REQUIRE(article.questions_size() == 2);
    CHECK(article.questions(0) == "how can I cancel?");
    CHECK(article.questions(1) == "cancel it");
  }

  auto again = ArticleImport::Create(&suite, options, header, &rejected);
  REQUIRE(again.ok());
  CHECK(Run(**again, rows).duplicates == 2);
}

TEST_CASE("articles keep at most 64 questions, and a cell may hold several") {
  FakeSuite suite;
  const Row header = {"article_id", "body", "questions", "language_code"};
  RejectedRows rejected("/dev/null", {});
  auto import = ArticleImport::Create(&suite, {}, header, &rejected);
  REQUIRE(import.ok());
  std::vector<Row> rows = {
      {"returns-en", "You can return it.\nThen we refund.", "a?|b?| a? |", "en"}};
  for (int i = 0; i < 100; ++i) {
    rows.push_back({"many", "Body.", "question " + std::to_string(i), ""});
  }
  rows.push_back({"returns-en", "Another body.", "c?", "en"});
  const ImportCounts counts = Run(**import, rows);
  CHECK(counts.created == 2);
  CHECK(counts.merged == 99);
  CHECK(counts.rejected == 1);
  const qa::v1::Article& article = suite.articles.at("articles/returns-en");
  CHECK(article.questions_size() == 2);
  CHECK(article.title() == "You can return it.");
  CHECK(article.language_code() == "en");
  CHECK(suite.articles.at("articles/many").questions_size() == 64);
}

TEST_CASE("articles come with their time, audiences and tags, and a time that is none is told") {
  FakeSuite suite;
  const Row header = {"article_id", "body", "valid_from", "valid_until", "audiences", "tags"};
  RejectedRows rejected("/dev/null", {});
  auto import = ArticleImport::Create(&suite, {}, header, &rejected);
  REQUIRE(import.ok());
  const ImportCounts counts = Run(
      **import,
      {{"sale", "The sale.", "2026-01-02", "2026-02-01T00:00:00Z", "agents| staff ", "sale|winter"},
       {"plain", "Always.", "", "", "", ""},
       {"wrong", "Never.", "soon", "", "", ""}});
  CHECK(counts.created == 2);
  CHECK(counts.rejected == 1);
  const qa::v1::Article& sale = suite.articles.at("articles/sale");
  CHECK(sale.valid_from().seconds() == 1767312000);
  CHECK(sale.valid_until().seconds() == 1769904000);
  REQUIRE(sale.audiences_size() == 2);
  CHECK(sale.audiences(1) == "staff");
  CHECK(sale.tags_size() == 2);
  const qa::v1::Article& plain = suite.articles.at("articles/plain");
  CHECK_FALSE(plain.has_valid_from());
  CHECK_FALSE(plain.has_valid_until());
  CHECK(plain.audiences_size() == 0);
}

}  // namespace
}  // namespace clientele::cli
