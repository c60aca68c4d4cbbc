// Real input through the gateway: a year of a web shop's invoices and a support
// team's questions. The data is not part of the project; where it is absent the
// tests say so.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "tests/support/eventually.h"
#include "tests/support/gzipped_csv.h"
#include "tests/support/paths.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

const std::string kData = clientele::testing::SourceDir() + "/../shared/data";
const std::string kRetail = kData + "/online_retail/online_retail_II_2009-2010.csv.gz";
const std::string kJourney = kData + "/complete_journey";
const std::string kBitext = kData + "/bitext/bitext_6480.csv.gz";

enum Column { kInvoice, kStockCode, kDescription, kQuantity, kDate, kPrice, kCustomer, kCountry };

struct Totals {
  std::int64_t purchase_micros = 0;
  std::int64_t return_micros = 0;
  std::set<std::string> purchased_items;
};

// "6.95" as millionths, without floating point.
std::int64_t Micros(const std::string& decimal) {
  const bool negative = !decimal.empty() && decimal[0] == '-';
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  int digits = -1;
  for (const char c : decimal.substr(negative ? 1 : 0)) {
    if (c == '.') {
      digits = 0;
    } else if (digits < 0) {
      whole = whole * 10 + (c - '0');
    } else if (digits < 6) {
      fraction = fraction * 10 + (c - '0');
      ++digits;
    }
  }
  for (int i = std::max(digits, 0); i < 6; ++i) fraction *= 10;
  const std::int64_t micros = whole * 1'000'000 + fraction;
  return negative ? -micros : micros;
}

// Sums of every customer, from the file alone.
std::map<std::string, Totals> SumsOf(const std::vector<std::vector<std::string>>& rows) {
  std::map<std::string, Totals> sums;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i];
    if (row[kCustomer].empty()) continue;
    Totals& totals = sums[row[kCustomer]];
    const std::int64_t quantity = std::stoll(row[kQuantity]);
    const std::int64_t micros = std::abs(quantity) * Micros(row[kPrice]);
    if (row[kInvoice][0] == 'C' || quantity < 0) {
      totals.return_micros += micros;
    } else {
      totals.purchase_micros += micros;
      totals.purchased_items.insert(row[kStockCode]);
    }
  }
  return sums;
}

std::int64_t NumberAfter(const std::string& output, const std::string& label) {
  const std::regex pattern("\"" + label + "\": ?([0-9.]+)");
  std::smatch match;
  REQUIRE(std::regex_search(output, match, pattern));
  return static_cast<std::int64_t>(std::stod(match[1]));
}

std::vector<std::string> RetailImport() {
  return {"import",
          "events",
          kRetail,
          "--source",
          "online-retail",
          "--column",
          "customer_id=Customer ID",
          "--column",
          "item_id=StockCode",
          "--column",
          "item_title=Description",
          "--column",
          "quantity=Quantity",
          "--column",
          "event_time=InvoiceDate",
          "--price_column",
          "Price",
          "--currency",
          "GBP",
          "--type",
          "purchase",
          "--return_if",
          "Invoice=^C",
          "--create_items",
          "--create_customers",
          "--rejected",
          "/dev/null",
          "--json"};
}

TEST_CASE("a year of invoices is imported once, however often it is sent, and sums are right") {
  if (!std::filesystem::exists(kRetail)) SKIP("shared/data/online_retail is not here");
  const auto rows = ReadGzippedCsv(kRetail);
  REQUIRE(rows.size() == 525'462);
  const auto sums = SumsOf(rows);
  REQUIRE(sums.size() == 4383);

  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());

  const CommandResult first = suite.Clientele(RetailImport());
  INFO(first.output);
  REQUIRE(first.exit_code == 0);
  const std::int64_t created = NumberAfter(first.output, "created");
  const std::int64_t anonymous = NumberAfter(first.output, "anonymous");
  CHECK(NumberAfter(first.output, "rows") == 525'461);
  CHECK(created == 525'461 - 107'927);
  CHECK(anonymous + NumberAfter(first.output, "rejected") == 107'927);
  std::cout << "import: " << NumberAfter(first.output, "rows_per_second") << " rows/s, "
            << NumberAfter(first.output, "rejected") << " rejected\n";

  // The same file again: nothing new.
  const CommandResult second = suite.Clientele(RetailImport());
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(NumberAfter(second.output, "created") == 0);
  CHECK(NumberAfter(second.output, "duplicates") >= created);

  const auto profiles = profile::v1::ProfileService::NewStub(suite.gateway());
  for (const char* customer : {"13085", "12346", "14646", "17841", "18102", "15413"}) {
    grpc::ClientContext context;
    profile::v1::GetProfileRequest request;
    request.set_name(std::string("customers/") + customer + "/profile");
    profile::v1::Profile profile;
    const grpc::Status status = profiles->GetProfile(&context, request, &profile);
    INFO(customer << ": " << status.error_message());
    REQUIRE(status.ok());
    std::int64_t purchased = 0;
    std::int64_t returned = 0;
    for (const auto& total : profile.monetary_totals()) {
      if (total.currency_code().empty()) continue;
      CHECK(total.currency_code() == "GBP");
      purchased += total.purchase_amount_micros();
      returned += total.return_amount_micros();
    }
    CHECK(purchased == sums.at(customer).purchase_micros);
    CHECK(returned == sums.at(customer).return_micros);
  }

  // The feed reaches recommend-service, which then learns from it.
  const auto recommend = recommend::v1::RecommendService::NewStub(suite.gateway());
  std::int64_t bought_85048 = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i];
    bought_85048 +=
        row[kStockCode] == "85123A" && row[kInvoice][0] != 'C' && row[kQuantity][0] != '-';
  }
  CHECK(Eventually(std::chrono::seconds(120), [&] {
    grpc::ClientContext context;
    recommend::v1::GetItemStatisticsRequest request;
    request.set_name("items/85123A/statistics");
    recommend::v1::ItemStatistics statistics;
    return recommend->GetItemStatistics(&context, request, &statistics).ok() &&
           statistics.purchase_count() == bought_85048;
  }));

  const CommandResult train = suite.Clientele({"train"});
  INFO(train.output);
  REQUIRE(train.exit_code == 0);

  int asked = 0;
  int trained = 0;
  for (const auto& [customer, totals] : sums) {
    if (asked == 100) break;
    if (totals.purchased_items.size() < 3) continue;
    ++asked;
    recommend::v1::RecommendResponse response;
    grpc::Status status;
    CHECK(Eventually(std::chrono::seconds(60), [&] {
      grpc::ClientContext context;
      recommend::v1::RecommendRequest request;
      request.set_customer("customers/" + customer);
      status = recommend->Recommend(&context, request, &response);
      return status.ok() && response.strategy() == recommend::v1::STRATEGY_FACTORIZATION;
    }));
    CHECK(response.recommendations_size() == 10);
    trained += response.strategy() == recommend::v1::STRATEGY_FACTORIZATION;
    for (const auto& recommendation : response.recommendations()) {
      INFO(customer << " is recommended " << recommendation.item());
      CHECK(!totals.purchased_items.contains(recommendation.item().substr(6)));
      REQUIRE(recommendation.explanations_size() == 1);
      CHECK(recommendation.explanations(0).model() == response.models(0));
      const auto& terms = recommendation.explanations(0).factorization();
      CHECK(std::abs(recommendation.score() - terms.global_mean() - terms.customer_bias() -
                     terms.item_bias() - terms.affinity()) < 1e-4);
      CHECK(recommendation.reasons_size() > 0);
    }
  }
  CHECK(asked == 100);
  CHECK(trained == 100);
}

// The commands of docs/marketing-history.md.
std::vector<std::string> JourneyImport(const std::string& what, const std::string& file,
                                       const std::vector<std::string>& more) {
  std::vector<std::string> command = {"import",     what,        kJourney + "/" + file + ".csv.gz",
                                      "--rejected", "/dev/null", "--json"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

std::vector<std::string> OfCampaigns(const std::string& type, const std::string& time,
                                     std::vector<std::string> more) {
  const std::vector<std::string> common = {"--type",
                                           type,
                                           "--create_customers",
                                           "--time_format",
                                           "epoch_days",
                                           "--join",
                                           kJourney + "/campaign_descriptions.csv.gz:campaign_id",
                                           "--column",
                                           "customer_id=household_id",
                                           "--column",
                                           "event_time=" + time,
                                           "--column",
                                           "category=campaign_type"};
  more.insert(more.begin(), common.begin(), common.end());
  return more;
}

TEST_CASE("a marketing history of transactions, campaigns and coupons is imported whole") {
  if (!std::filesystem::exists(kJourney)) SKIP("shared/data/complete_journey is not here");
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  const auto started = std::chrono::steady_clock::now();
  const auto import = [&](const std::vector<std::string>& command, std::int64_t created,
                          std::int64_t rejected = 0) {
    const CommandResult result = suite.Clientele(command);
    INFO(result.output);
    REQUIRE(result.exit_code == 0);
    CHECK(NumberAfter(result.output, "created") == created);
    CHECK(NumberAfter(result.output, "rejected") == rejected);
    std::cout << command[2] << ": " << created << " at "
              << NumberAfter(result.output, "rows_per_second") << " rows/s\n";
  };
  // Some products have no name.
  import(JourneyImport("items", "products",
                       {"--column", "item_id=product_id", "--column", "title=product_type",
                        "--column", "category=product_category"}),
         91'803, 528);
  std::vector<std::string> facts = {"--column", "customer_id=household_id"};
  for (const char* fact : {"age", "income", "home_ownership", "marital_status", "household_size",
                           "household_comp", "kids_count"}) {
    facts.insert(facts.end(), {"--column", std::string("attribute.") + fact + "=" + fact});
  }
  import(JourneyImport("customers", "demographics", facts), 801);
  // One amount is what rounding left of nothing: 4.440892e-16.
  import(JourneyImport(
             "events", "transactions_sample",
             {"--create_customers", "--create_items", "--currency", "USD", "--time_format", "epoch",
              "--column", "customer_id=household_id", "--column", "item_id=product_id", "--column",
              "amount=sales_value", "--column", "event_time=transaction_timestamp"}),
         74'999, 1);
  import(JourneyImport("events", "campaigns", OfCampaigns("campaign_sent", "start_date", {})),
         6'589);
  // Of campaigns of type A each household got sixteen coupons, and nobody recorded which.
  import(JourneyImport("events", "campaigns",
                       OfCampaigns("coupon_issued", "start_date",
                                   {"--join", kJourney + "/coupons.csv.gz:campaign_id", "--only",
                                    "campaign_type=Type [BC]", "--column", "coupon_id=coupon_upc",
                                    "--source", "coupons"})),
         50'238);
  const std::vector<std::string> redemptions = JourneyImport(
      "events", "coupon_redemptions",
      OfCampaigns("coupon_redeemed", "redemption_date", {"--column", "coupon_id=coupon_upc"}));
  import(redemptions, 2'102);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  std::cout << "complete journey: " << elapsed.count() << " s\n";
  const CommandResult again = suite.Clientele(redemptions);
  CHECK(NumberAfter(again.output, "created") == 0);
  CHECK(NumberAfter(again.output, "duplicates") == 2'102);

  // One household, counted from the files alone.
  const std::string household = "1";
  std::set<std::string> campaigns;
  for (const auto& row : ReadGzippedCsv(kJourney + "/campaigns.csv.gz")) {
    if (row[1] == household) campaigns.insert(row[0]);
  }
  std::int64_t redeemed = 0;
  for (const auto& row : ReadGzippedCsv(kJourney + "/coupon_redemptions.csv.gz")) {
    redeemed += row[0] == household ? 1 : 0;
  }
  std::int64_t lines = 0;
  std::int64_t micros = 0;
  for (const auto& row : ReadGzippedCsv(kJourney + "/transactions_sample.csv.gz")) {
    if (row[0] != household) continue;
    ++lines;
    micros += Micros(row[5]);
  }
  const auto profiles = profile::v1::ProfileService::NewStub(suite.gateway());
  grpc::ClientContext context;
  profile::v1::GetProfileRequest request;
  request.set_name("customers/" + household + "/profile");
  profile::v1::Profile profile;
  REQUIRE(profiles->GetProfile(&context, request, &profile).ok());
  std::map<std::string, double> responses;
  for (const auto& response : profile.responses()) responses[response.id()] = response.value();
  CHECK(responses.at("campaigns_received") == static_cast<double>(campaigns.size()));
  CHECK(responses.at("coupons_redeemed") == static_cast<double>(redeemed));
  REQUIRE(profile.monetary_totals_size() == 1);
  CHECK(profile.monetary_totals(0).purchase_count() == lines);
  CHECK(profile.monetary_totals(0).purchase_amount_micros() == micros);
  CHECK(profile.rapid_event_count() == 0);
  // What a shop sends and a household redeems interests nobody in an item.
  CHECK(suite.Clientele({"customer", household}).exit_code == 0);
}

TEST_CASE("support questions that the articles have not seen find the right article") {
  if (!std::filesystem::exists(kBitext)) SKIP("shared/data/bitext is not here");
  const auto rows = ReadGzippedCsv(kBitext);
  const auto& header = rows[0];
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const std::size_t question = column("instruction");
  const std::size_t answer = column("response");
  const std::size_t intent = column("intent");

  // Of each intent one question is kept out of the file that is imported: the last.
  std::map<std::string, std::size_t> last_of_intent;
  for (std::size_t i = 1; i < rows.size(); ++i) last_of_intent[rows[i][intent]] = i;
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "articles.csv").string();
  {
    std::ofstream out(file);
    const auto quote = [](std::string text) {
      for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) {
        text.insert(at, 1, '"');
      }
      return '"' + text + '"';
    };
    out << "question,answer,intent\n";
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (last_of_intent.at(rows[i][intent]) == i) continue;
      out << quote(rows[i][question]) << ',' << quote(rows[i][answer]) << ','
          << quote(rows[i][intent]) << '\n';
    }
  }

  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  const CommandResult import =
      suite.Clientele({"import", "articles", file, "--column", "body=answer", "--column",
                       "questions=question", "--column", "title=intent", "--rejected",
                       (folder.path() / "rejected.csv").string(), "--json"});
  INFO(import.output);
  REQUIRE(import.exit_code == 0);
  CHECK(NumberAfter(import.output, "created") == 27);
  // A change is answered before it shows where it takes longer than --index_wait.
  REQUIRE(Eventually(std::chrono::seconds(120), [&] {
    return suite.metric("qa-service", "clientele_qa_index_articles") == 27 &&
           suite.metric("qa-service", "clientele_qa_index_pending_articles") == 0;
  }));

  const auto qa = qa::v1::QaService::NewStub(suite.gateway());
  int asked = 0;
  int right = 0;
  for (const auto& [name, row] : last_of_intent) {
    if (asked == 20) break;
    ++asked;
    grpc::ClientContext context;
    qa::v1::AskRequest request;
    request.set_question(rows[row][question]);
    request.set_max_citations(3);
    qa::v1::AskResponse response;
    REQUIRE(qa->Ask(&context, request, &response).ok());
    const bool found = std::any_of(response.citations().begin(), response.citations().end(),
                                   [&](const auto& citation) { return citation.title() == name; });
    UNSCOPED_INFO((found ? "found: " : "missed: ") << name << ": " << rows[row][question]);
    right += found;
  }
  CHECK(asked == 20);
  CHECK(right == 20);
}

}  // namespace
}  // namespace clientele::testing
