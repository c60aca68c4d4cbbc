// A marketing history in the columns of Complete Journey: docs/marketing-history.md says the same
// in commands.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"
#include "tests/unit/clientele_cli/imported_files.h"

namespace clientele::cli {
namespace {

using profile::v1::Event;

constexpr char kDescriptions[] =
    "campaign_id,campaign_type,start_date,end_date\n"
    "1,Type B,17228.0,17265.0\n"
    "2,Type A,17233.0,17265.0\n";
// A coupon is listed with each product that it is for.
constexpr char kCoupons[] =
    "coupon_upc,product_id,campaign_id\n"
    "100,9676830,1\n100,9676943,1\n200,9676830,1\n300,9676830,2\n";
constexpr char kCampaigns[] = "campaign_id,household_id\n1,105\n1,1238\n2,105\n";
constexpr char kRedemptions[] =
    "household_id,coupon_upc,campaign_id,redemption_date\n105,100,1,17240.0\n";
constexpr char kTransactions[] =
    "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,"
    "coupon_match_disc,week,transaction_timestamp\n"
    "105,309,31625220889,940996,1.0,3.86,0.43,0.0,0.0,5,1485630413.0\n"
    "105,309,31625220889,873902,2.0,1.59,0.9,0.0,0.0,5,1485630413.0\n";
constexpr char kDemographics[] =
    "household_id,age,income,home_ownership,marital_status,household_size,household_comp,"
    "kids_count\n105,65+,35-49K,Homeowner,Married,2,2 Adults No Kids,0\n";

class MarketingHistory {
 public:
  MarketingHistory() {
    descriptions_ = folder_.Write("campaign_descriptions.csv", kDescriptions).string();
    coupons_ = folder_.Write("coupons.csv", kCoupons).string();
  }

  Imported Campaigns(const std::string& content = kCampaigns) {
    return files_.Events(content, Options("campaigns", "campaign_sent", "start_date"),
                         {.joins = {descriptions_ + ":campaign_id"}, .only = {}});
  }
  Imported Issued(const std::string& content = kCampaigns) {
    EventImportOptions options = Options("coupons", "coupon_issued", "start_date");
    options.line.columns.push_back("coupon_id=coupon_upc");
    return files_.Events(content, options,
                         {.joins = {descriptions_ + ":campaign_id", coupons_ + ":campaign_id"},
                          .only = {"campaign_type=Type [BC]"}});
  }
  Imported Redeemed() {
    EventImportOptions options = Options("redemptions", "coupon_redeemed", "redemption_date");
    options.line.columns.push_back("coupon_id=coupon_upc");
    return files_.Events(kRedemptions, options,
                         {.joins = {descriptions_ + ":campaign_id"}, .only = {}});
  }
  Imported Transactions() {
    EventImportOptions options;
    options.line.source = "transactions";
    options.line.columns = {"customer_id=household_id", "item_id=product_id", "amount=sales_value",
                            "event_time=transaction_timestamp"};
    options.line.time_format = "epoch";
    options.line.currency = "USD";
    options.create_items = options.create_customers = true;
    return files_.Events(kTransactions, options);
  }
  Imported Demographics() {
    CustomerImportOptions options;
    options.columns = {"customer_id=household_id"};
    for (const char* fact : {"age", "income", "home_ownership", "marital_status", "household_size",
                             "household_comp", "kids_count"}) {
      options.columns.push_back(std::string("attribute.") + fact + "=" + fact);
    }
    return files_.Customers(kDemographics, options);
  }

  FakeSuite& suite() { return files_.suite; }
  std::vector<Event> OfType(profile::v1::EventType type) {
    std::vector<Event> events;
    for (const auto& [id, event] : suite().events) {
      if (event.type() == type) events.push_back(event);
    }
    return events;
  }

 private:
  static EventImportOptions Options(const std::string& source, const std::string& type,
                                    const std::string& time) {
    EventImportOptions options;
    options.line.source = source;
    options.line.type = type;
    options.line.columns = {"customer_id=household_id", "event_time=" + time,
                            "category=campaign_type"};
    options.line.time_format = "epoch_days";
    options.create_customers = true;
    return options;
  }

  const clientele::testing::TemporaryFolder folder_;
  std::string descriptions_, coupons_;
  ImportedFiles files_;
};

TEST_CASE("a campaign was sent to a household on the day that another file says") {
  MarketingHistory history;
  const Imported done = history.Campaigns();
  INFO(done.printed);
  REQUIRE(done.status.ok());
  const auto sent = history.OfType(profile::v1::EVENT_TYPE_CAMPAIGN_SENT);
  REQUIRE(sent.size() == 3);
  std::set<std::string> said;
  for (const Event& event : sent) {
    said.insert(event.customer() + " " + event.campaign_id() + " " + event.category() + " " +
                std::to_string(event.event_time().seconds() / 86400));
  }
  CHECK(said == std::set<std::string>{"customers/105 1 Type B 17228",
                                      "customers/1238 1 Type B 17228",
                                      "customers/105 2 Type A 17233"});
  REQUIRE(history.Campaigns().status.ok());
  CHECK(history.suite().events.size() == 3);
}

TEST_CASE("each household of a campaign was given each of its coupons once") {
  MarketingHistory history;
  const Imported done = history.Issued();
  INFO(done.printed);
  REQUIRE(done.status.ok());
  CHECK(Has(done.printed, "left out by --only: 1 rows"));
  std::set<std::string> said;
  for (const Event& event : history.OfType(profile::v1::EVENT_TYPE_COUPON_ISSUED)) {
    said.insert(event.customer() + " " + event.campaign_id() + " " + event.coupon_id());
  }
  CHECK(history.suite().events.size() == 4);
  CHECK(said == std::set<std::string>{"customers/105 1 100", "customers/105 1 200",
                                      "customers/1238 1 100", "customers/1238 1 200"});
}

TEST_CASE("a row that the other file does not have is rejected with its line") {
  MarketingHistory history;
  const Imported done = history.Campaigns("campaign_id,household_id\n99,105\n1,105\n");
  INFO(done.printed);
  REQUIRE(done.status.ok());
  CHECK(history.suite().events.size() == 1);
  CHECK(Has(done.side_file, "2,\"campaign_id 99 is not in campaign_descriptions.csv\",99,105"));
}

TEST_CASE("redemptions, purchases and demographics come with what they name") {
  MarketingHistory history;
  REQUIRE(history.Demographics().status.ok());
  REQUIRE(history.Transactions().status.ok());
  REQUIRE(history.Redeemed().status.ok());
  const auto redeemed = history.OfType(profile::v1::EVENT_TYPE_COUPON_REDEEMED);
  REQUIRE(redeemed.size() == 1);
  CHECK(redeemed[0].coupon_id() == "100");
  CHECK(redeemed[0].campaign_id() == "1");
  CHECK(redeemed[0].event_time().seconds() == 17240LL * 86400);
  const auto bought = history.OfType(profile::v1::EVENT_TYPE_PURCHASE);
  REQUIRE(bought.size() == 2);
  CHECK(bought[0].amount_micros() + bought[1].amount_micros() == 5'450'000);
  CHECK(bought[0].currency_code() == "USD");
  const auto& household = history.suite().customers.at("customers/105");
  CHECK(household.attributes().at("income") == "35-49K");
  CHECK(household.attributes().size() == 7);
}

TEST_CASE("a join that cannot be is refused before anything is sent") {
  const clientele::testing::TemporaryFolder folder;
  const std::string file = folder.Write("b.csv", "campaign_id,day\n1,17228\n").string();
  ImportedFiles files;
  EventImportOptions options;
  options.line.columns = {"event_time=day"};
  const auto refused = [&](const std::string& join) {
    const Imported done =
        files.Events("customer_id,campaign_id\na,1\n", options, {.joins = {join}, .only = {}});
    CHECK_FALSE(done.status.ok());
    CHECK(files.suite.events.empty());
    return std::string(done.status.message());
  };
  CHECK(Has(refused(file), "is written FILE:COLUMN"));
  CHECK(Has(refused(file + ":customer_id"), "has no column \"customer_id\""));
  CHECK(Has(refused(file + ":day"), "has no column \"day\""));
  CHECK_FALSE(refused("nowhere.csv:campaign_id").empty());
}

}  // namespace
}  // namespace clientele::cli
