#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_CUSTOMER_CODEC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_CUSTOMER_CODEC_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/cipher.h"
#include "common/postgres/row.h"
#include "common/postgres/value.h"
#include "services/profile-service/core/customers/customer.h"

namespace clientele::profile {

// The personal columns of profile.customers as they are stored: each bound to its
// column and customer, NULL when empty.
struct SealedCustomer {
  std::optional<postgres::Bytes> display_name;
  std::optional<postgres::Bytes> email;
  std::optional<postgres::Bytes> email_index;  // equal for equal normalized addresses
  std::optional<postgres::Bytes> phone;
  std::optional<postgres::Bytes> attributes;
};

// Associated data of an encrypted column of profile.customers.
std::string CustomerPlace(absl::string_view column, absl::string_view customer_id);

SealedCustomer Seal(const crypto::Cipher& cipher, const Customer& customer);

// The attributes alone. DATA_LOSS when they do not decrypt.
absl::StatusOr<std::map<std::string, std::string>> OpenAttributes(const crypto::Cipher& cipher,
                                                                  absl::string_view sealed,
                                                                  absl::string_view customer_id);

// A row of: customer_id, display_name, email, phone, attributes, language_code,
// region, revision, create_time, update_time. DATA_LOSS when a column does not
// decrypt.
absl::StatusOr<Customer> ToCustomer(const crypto::Cipher& cipher, const postgres::Row& row);

// A customer as one string, for the request ledger (which encrypts it).
std::string EncodeCustomer(const Customer& customer);
absl::StatusOr<Customer> DecodeCustomer(absl::string_view encoded);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_CUSTOMER_CODEC_H_
