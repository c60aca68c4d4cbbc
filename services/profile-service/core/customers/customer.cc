#include "services/profile-service/core/customers/customer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr absl::string_view kWritable[] = {"display_name",  "email",  "phone",
                                           "language_code", "region", "attributes"};

// True when `path` names a field that exists and may be written.
bool CopyField(absl::string_view path, const Customer& from, Customer& to) {
  if (path == "display_name") {
    to.display_name = from.display_name;
  } else if (path == "email") {
    to.email = from.email;
  } else if (path == "phone") {
    to.phone = from.phone;
  } else if (path == "language_code") {
    to.language_code = from.language_code;
  } else if (path == "region") {
    to.region = from.region;
  } else if (path == "attributes") {
    to.attributes = from.attributes;
  } else if (absl::ConsumePrefix(&path, "attributes.") && !path.empty()) {
    const std::string key(path);
    const auto value = from.attributes.find(key);
    if (value == from.attributes.end()) {
      to.attributes.erase(key);
    } else {
      to.attributes[key] = value->second;
    }
  } else {
    return false;
  }
  return true;
}

std::vector<std::string> FieldsThatAreSet(const Customer& values) {
  std::vector<std::string> fields;
  if (!values.display_name.empty()) fields.push_back("display_name");
  if (!values.email.empty()) fields.push_back("email");
  if (!values.phone.empty()) fields.push_back("phone");
  if (!values.language_code.empty()) fields.push_back("language_code");
  if (!values.region.empty()) fields.push_back("region");
  if (!values.attributes.empty()) fields.push_back("attributes");
  return fields;
}

}  // namespace

std::string EtagOf(const Customer& customer) { return absl::StrCat(customer.revision); }

std::string CustomerName(absl::string_view customer_id) {
  return absl::StrCat("customers/", customer_id);
}

absl::StatusOr<Customer> Apply(const CustomerUpdate& update, Customer customer) {
  if (!update.etag.empty() && update.etag != EtagOf(customer)) {
    return EtagMismatch(CustomerName(customer.id));
  }
  FieldViolations bad;
  for (const std::string& path :
       update.mask.empty() ? FieldsThatAreSet(update.values) : update.mask) {
    if (path == "*") {
      for (absl::string_view field : kWritable) CopyField(field, update.values, customer);
    } else if (!CopyField(path, update.values, customer)) {
      bad.Add("update_mask",
              "names a field that cannot be written; use display_name, email, phone, "
              "language_code, region, attributes or attributes.KEY");
    }
  }
  ValidateCustomer(customer, "customer", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return customer;
}

}  // namespace clientele::profile
