#include "services/profile-service/core/customers/customer_validation.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

std::vector<std::string> BadFields(const Customer& customer) {
  FieldViolations bad;
  ValidateCustomerId(customer.id, "customer_id", bad);
  ValidateCustomer(customer, "customer", bad);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetFieldViolations(bad.ToStatus())) {
    fields.push_back(violation.field);
  }
  return fields;
}

using Fields = std::vector<std::string>;

TEST_CASE("ids are 1 to 64 of letters, digits, dot, underscore and hyphen") {
  CHECK(IsValidId("a"));
  CHECK(IsValidId("C.42_x-Y"));
  CHECK(IsValidId(std::string(64, 'x')));
  CHECK_FALSE(IsValidId(std::string(65, 'x')));
  CHECK_FALSE(IsValidId(""));
  CHECK_FALSE(IsValidId("a b"));
  CHECK_FALSE(IsValidId("a/b"));
  CHECK_FALSE(IsValidId("ü"));
  CHECK_FALSE(IsValidId(kMalformedId));
}

TEST_CASE("a customer with nothing but an id is valid, and so is a full one") {
  Customer bare;
  bare.id = "1";
  CHECK(BadFields(bare).empty());
  CHECK(BadFields(MakeCustomer("1")).empty());
}

TEST_CASE("every wrong field is reported at once") {
  Customer customer = MakeCustomer("no spaces");
  customer.display_name = "cut \xE7\x8E";
  customer.email = std::string(321, 'x');
  customer.phone = std::string("1\0", 2);
  customer.language_code = "english!";
  customer.region = std::string(65, 'r');
  customer.attributes = {{"", "v"}};
  CHECK(BadFields(customer) == Fields{"customer_id", "customer.display_name", "customer.email",
                                      "customer.phone", "customer.language_code", "customer.region",
                                      "customer.attributes"});
}

TEST_CASE("a region counts characters, not bytes") {
  Customer customer = MakeCustomer("1");
  customer.region.clear();
  for (int i = 0; i < 64; ++i) customer.region += "省";
  CHECK(BadFields(customer).empty());
  customer.region += "省";
  CHECK(BadFields(customer) == Fields{"customer.region"});
}

TEST_CASE("attributes have limits on number, keys and values") {
  Customer customer = MakeCustomer("1");
  customer.attributes.clear();
  for (int i = 0; i < 32; ++i) customer.attributes[std::to_string(i)] = std::string(256, 'v');
  customer.attributes[std::string(64, 'k')] = "";
  CHECK(BadFields(customer) == Fields{"customer.attributes"});  // 33 of them
  customer.attributes.erase("0");
  CHECK(BadFields(customer).empty());
  customer.attributes["1"] = std::string(257, 'v');
  customer.attributes.erase("2");
  customer.attributes[std::string(65, 'k')] = "";
  CHECK(BadFields(customer) == Fields{"customer.attributes", "customer.attributes"});
}

TEST_CASE("language codes look like BCP 47") {
  Customer customer = MakeCustomer("1");
  for (const char* good : {"en", "zh-Hant-TW", "de-1996"}) {
    customer.language_code = good;
    CHECK(BadFields(customer).empty());
  }
  for (const char* bad : {"-en", "en-", "e n", "中文"}) {
    customer.language_code = bad;
    CHECK(BadFields(customer) == Fields{"customer.language_code"});
  }
}

}  // namespace
}  // namespace clientele::profile::testing
