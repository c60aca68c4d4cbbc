#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_VALIDATION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_VALIDATION_H_

#include <string>

#include "absl/strings/string_view.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/customers/customer.h"

namespace clientele::profile {

// Never a valid id: what an adapter hands on for a resource name of another
// form, so that all wrong fields of a request are reported together.
inline constexpr absl::string_view kMalformedId = "?";

// "42" of "customers/42", where `collection` is "customers/"; kMalformedId of a name of another
// form.
std::string IdOf(absl::string_view name, absl::string_view collection);

// 1 to 64 of ASCII letters, digits, '.', '_', '-'.
bool IsValidId(absl::string_view id);

// Adds every broken limit to `bad`, under `path` ("customer" or
// "customers[3]"). The id is checked by ValidateCustomerId.
void ValidateCustomer(const Customer& customer, absl::string_view path, FieldViolations& bad);
void ValidateCustomerId(absl::string_view id, absl::string_view field, FieldViolations& bad);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_VALIDATION_H_
