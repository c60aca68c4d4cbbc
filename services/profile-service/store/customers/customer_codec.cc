#include "services/profile-service/store/customers/customer_codec.h"

#include <map>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/normalization.h"

namespace clientele::profile {
namespace {

using Json = nlohmann::json;
using postgres::Bytes;

absl::Status Unreadable() {
  return WithReason(absl::DataLossError("a stored customer cannot be read"), reason::kDataLoss);
}

std::optional<Bytes> SealText(const crypto::Cipher& cipher, absl::string_view value,
                              absl::string_view column, absl::string_view customer_id) {
  if (value.empty()) return std::nullopt;
  return Bytes{cipher.Encrypt(value, CustomerPlace(column, customer_id))};
}

absl::StatusOr<std::string> OpenText(const crypto::Cipher& cipher, const postgres::Row& row,
                                     int position, absl::string_view column,
                                     absl::string_view customer_id) {
  if (row.IsNull(position)) return std::string();
  return cipher.Decrypt(row.Bytes(position), CustomerPlace(column, customer_id));
}

std::optional<std::map<std::string, std::string>> ParseAttributes(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  std::map<std::string, std::string> attributes;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return std::nullopt;
    attributes[key] = value.get<std::string>();
  }
  return attributes;
}

}  // namespace

std::string CustomerPlace(absl::string_view column, absl::string_view customer_id) {
  return absl::StrCat("profile.customers.", column, ":", customer_id);
}

SealedCustomer Seal(const crypto::Cipher& cipher, const Customer& customer) {
  SealedCustomer sealed;
  sealed.display_name = SealText(cipher, customer.display_name, "display_name", customer.id);
  sealed.email = SealText(cipher, customer.email, "email", customer.id);
  sealed.phone = SealText(cipher, customer.phone, "phone", customer.id);
  if (!customer.email.empty()) {
    sealed.email_index =
        Bytes{cipher.BlindIndex(text::Normalize(customer.email), "profile.customers.email")};
  }
  if (!customer.attributes.empty()) {
    sealed.attributes =
        SealText(cipher, Json(customer.attributes).dump(), "attributes", customer.id);
  }
  return sealed;
}

absl::StatusOr<std::map<std::string, std::string>> OpenAttributes(const crypto::Cipher& cipher,
                                                                  absl::string_view sealed,
                                                                  absl::string_view customer_id) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string plain,
                             cipher.Decrypt(sealed, CustomerPlace("attributes", customer_id)));
  auto parsed = ParseAttributes(Json::parse(plain, nullptr, /*allow_exceptions=*/false));
  if (!parsed) return Unreadable();
  return *std::move(parsed);
}

absl::StatusOr<Customer> ToCustomer(const crypto::Cipher& cipher, const postgres::Row& row) {
  Customer customer;
  customer.id = row.Text(0);
  CLIENTELE_ASSIGN_OR_RETURN(customer.display_name,
                             OpenText(cipher, row, 1, "display_name", customer.id));
  CLIENTELE_ASSIGN_OR_RETURN(customer.email, OpenText(cipher, row, 2, "email", customer.id));
  CLIENTELE_ASSIGN_OR_RETURN(customer.phone, OpenText(cipher, row, 3, "phone", customer.id));
  if (!row.IsNull(4)) {
    CLIENTELE_ASSIGN_OR_RETURN(customer.attributes,
                               OpenAttributes(cipher, row.Bytes(4), customer.id));
  }
  customer.language_code = row.Text(5);
  customer.region = row.Text(6);
  customer.revision = row.Int64(7);
  customer.create_time = row.Time(8);
  customer.update_time = row.Time(9);
  customer.survivor_id = row.Text(10);
  customer.merged_count = static_cast<int>(row.Int64(11));
  return customer;
}

std::string EncodeCustomer(const Customer& customer) {
  return Json{{"id", customer.id},
              {"display_name", customer.display_name},
              {"email", customer.email},
              {"phone", customer.phone},
              {"language_code", customer.language_code},
              {"region", customer.region},
              {"attributes", customer.attributes},
              {"revision", customer.revision},
              {"survivor_id", customer.survivor_id},
              {"merged_count", customer.merged_count},
              {"create_micros", absl::ToUnixMicros(customer.create_time)},
              {"update_micros", absl::ToUnixMicros(customer.update_time)}}
      .dump();
}

absl::StatusOr<Customer> DecodeCustomer(absl::string_view encoded) {
  const Json json =
      Json::parse(encoded.begin(), encoded.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Unreadable();
  try {
    Customer customer;
    customer.id = json.at("id");
    customer.display_name = json.at("display_name");
    customer.email = json.at("email");
    customer.phone = json.at("phone");
    customer.language_code = json.at("language_code");
    customer.region = json.at("region");
    customer.attributes = json.at("attributes").get<std::map<std::string, std::string>>();
    customer.revision = json.at("revision");
    customer.survivor_id = json.value("survivor_id", "");
    customer.merged_count = json.value("merged_count", 0);
    customer.create_time = absl::FromUnixMicros(json.at("create_micros"));
    customer.update_time = absl::FromUnixMicros(json.at("update_micros"));
    return customer;
  } catch (const Json::exception&) {
    return Unreadable();
  }
}

}  // namespace clientele::profile
