#include "tools/clientele/import/event_line.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::cli {
namespace {

using Row = std::vector<std::string>;

const Row kShopHeader = {"Invoice",     "StockCode", "Description", "Quantity",
                         "InvoiceDate", "Price",     "Customer ID", "Country"};

EventLineOptions ShopOptions() {
  EventLineOptions options;
  options.columns = {"customer_id=Customer ID", "item_id=StockCode",
                     "item_title=Description",  "quantity=Quantity",
                     "event_time=InvoiceDate",  "customer_region=Country"};
  options.price_column = "Price";
  options.return_if = "Invoice=^C";
  options.source = "shop";
  return options;
}

EventLineReader ShopReader() {
  absl::StatusOr<EventLineReader> reader = EventLineReader::Create(ShopOptions(), kShopHeader);
  REQUIRE(reader.ok());
  return *std::move(reader);
}

Row ShopRow(const std::string& invoice, const std::string& quantity, const std::string& price,
            const std::string& customer) {
  return {invoice, "15056 BL", "PARASOL", quantity, "2009-12-01 07:45:00",
          price,   customer,   "France"};
}

TEST_CASE("a line becomes a purchase with the exact amount of the whole line") {
  const auto line = ShopReader().Read(ShopRow("489434", "12", "6.95", "13085"), "id1");
  REQUIRE(line.ok());
  CHECK(line->event.type() == profile::v1::EVENT_TYPE_PURCHASE);
  CHECK(line->event.customer() == "customers/13085");
  CHECK(line->event.event_id() == "id1");
  CHECK(line->event.item() == "items/15056_.20BL");
  CHECK(line->event.quantity() == 12);
  CHECK(line->event.amount_micros() == 83400000);
  CHECK(line->event.currency_code() == "GBP");
  CHECK(line->event.event_time().seconds() == 1259653500);
  CHECK(line->event.source() == "shop");
  CHECK(line->item_title == "PARASOL");
  CHECK(line->price_micros == 6950000);
  CHECK(line->customer_region == "France");
}

TEST_CASE("a cancellation is a return with its own time and positive numbers") {
  for (const Row& row :
       {ShopRow("C489449", "-12", "2.95", "16321"), ShopRow("C489449", "12", "2.95", "16321"),
        ShopRow("489449", "-12", "2.95", "16321")}) {
    const auto line = ShopReader().Read(row, "id1");
    REQUIRE(line.ok());
    CHECK(line->event.type() == profile::v1::EVENT_TYPE_RETURN);
    CHECK(line->event.quantity() == 12);
    CHECK(line->event.amount_micros() == 35400000);
    CHECK(line->event.event_time().seconds() == 1259653500);
  }
}

TEST_CASE("a line without a customer counts for its item and keeps no amount") {
  const auto line = ShopReader().Read(ShopRow("489434", "3", "-1.5", ""), "id1");
  REQUIRE(line.ok());
  CHECK(line->anonymous());
  CHECK(line->event.customer().empty());
  CHECK(line->event.quantity() == 3);
  CHECK(line->event.amount_micros() == 0);
  CHECK_FALSE(line->price_micros.has_value());
}

TEST_CASE("a line with neither customer nor item is refused") {
  Row row = ShopRow("489434", "3", "1.5", "");
  row[1] = "";
  CHECK_FALSE(ShopReader().Read(row, "id1").ok());
}

TEST_CASE("zero prices are fine and negative amounts of a purchase are not") {
  const auto free = ShopReader().Read(ShopRow("489434", "1", "0", "13085"), "id1");
  REQUIRE(free.ok());
  CHECK(free->event.amount_micros() == 0);
  CHECK(free->event.currency_code().empty());
  const auto debt = ShopReader().Read(ShopRow("A506401", "1", "-53594.36", "13085"), "id1");
  CHECK(debt.status().message() == "amount is negative: neither a purchase nor a return");
}

TEST_CASE("each wrong field is named") {
  const EventLineReader reader = ShopReader();
  const auto message = [&](const Row& row) {
    return std::string(reader.Read(row, "id").status().message());
  };
  CHECK(message(ShopRow("1", "many", "1", "c")).starts_with("quantity is not a decimal"));
  CHECK(message(ShopRow("1", "1", "1e3", "c")).starts_with("price is not a decimal"));
  Row row = ShopRow("1", "1", "1", "c");
  row[4] = "yesterday";
  CHECK(message(row).starts_with("event_time is not a time"));
}

TEST_CASE("a file with its own ids, types and amounts needs no options") {
  const Row header = {"event_id", "customer_id", "type",   "event_time",    "item_id",
                      "category", "quantity",    "amount", "currency_code", "text",
                      "channel",  "device",      "rating"};
  EventLineOptions options;
  options.latest = absl::FromUnixSeconds(1800000000);
  const auto reader = EventLineReader::Create(options, header);
  REQUIRE(reader.ok());
  const auto rating = reader->Read({"e1", "C1", "rating", "2026-10-01T10:00:00Z", "WL-1", "tea", "",
                                    "", "", "真好", "app", "ios", "4.5"},
                                   "unused");
  REQUIRE(rating.ok());
  CHECK(rating->event.event_id() == "e1");
  CHECK(rating->event.type() == profile::v1::EVENT_TYPE_RATING);
  CHECK(rating->event.rating() == 4.5);
  CHECK(rating->event.text() == "真好");
  CHECK(rating->event.quantity() == 0);
  CHECK(rating->event.amount_micros() == 0);
  const auto purchase = reader->Read({"e2", "C1", "PURCHASE", "2026-10-01T10:00:00Z", "WL-1", "",
                                      "2", "9.90", "eur", "", "", "", ""},
                                     "unused");
  REQUIRE(purchase.ok());
  CHECK(purchase->event.amount_micros() == 9900000);
  CHECK(purchase->event.currency_code() == "EUR");
  const auto unknown = reader->Read(
      {"e3", "C1", "dance", "2026-10-01T10:00:00Z", "", "", "", "", "", "", "", "", ""}, "unused");
  CHECK(std::string(unknown.status().message()).starts_with("type is none of"));
  const auto future = reader->Read(
      {"e4", "C1", "view", "2999-10-01T10:00:00Z", "", "", "", "", "", "", "", "", ""}, "unused");
  CHECK(future.status().message() == "event_time is in the future");
  const auto anonymous_message = reader->Read(
      {"e5", "", "message", "2026-10-01T10:00:00Z", "WL-1", "", "", "", "", "hi", "", "", ""}, "x");
  CHECK_FALSE(anonymous_message.ok());
}

TEST_CASE("options that do not fit the file are explained") {
  EventLineOptions options = ShopOptions();
  options.columns.push_back("amount=Total");
  CHECK(EventLineReader::Create(options, kShopHeader).status().message().find("Country") !=
        absl::string_view::npos);
  options = ShopOptions();
  options.columns.push_back("color=Country");
  CHECK_FALSE(EventLineReader::Create(options, kShopHeader).ok());
  options = ShopOptions();
  options.return_if = "Invoice=[";
  CHECK_FALSE(EventLineReader::Create(options, kShopHeader).ok());
  options = ShopOptions();
  options.return_if = "Invoice";
  CHECK_FALSE(EventLineReader::Create(options, kShopHeader).ok());
  options = ShopOptions();
  options.type = "dance";
  CHECK_FALSE(EventLineReader::Create(options, kShopHeader).ok());
  CHECK_FALSE(EventLineReader::Create({}, kShopHeader).ok());
}

}  // namespace
}  // namespace clientele::cli
