#include "services/profile-service/core/customers/customers.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/profile-service/core/features/precision.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxBatchCustomers = 1000;

std::size_t CustomerBytes(const Customer& customer) {
  std::size_t bytes = paging::kRowBytes + customer.id.size() + customer.display_name.size() +
                      customer.email.size() + customer.phone.size() +
                      customer.language_code.size() + customer.region.size();
  for (const auto& [key, value] : customer.attributes) bytes += 8 + key.size() + value.size();
  return bytes;
}

}  // namespace

absl::StatusOr<Customer> Customers::Create(const RequestContext& context,
                                           const MutationId& mutation, Customer customer,
                                           bool validate_only) {
  FieldViolations bad;
  ValidateCustomerId(customer.id, "customer_id", bad);
  ValidateCustomer(customer, "customer", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  customer.create_time = customer.update_time = ToMicroseconds(clock_->Now());
  customer.revision = 1;
  if (validate_only) {
    CLIENTELE_RETURN_IF_ERROR(store_->CheckFree(context, customer.id));
    return customer;
  }
  CLIENTELE_ASSIGN_OR_RETURN(Customer created, store_->Create(context, mutation, customer));
  notifier_->Published();
  return created;
}

absl::StatusOr<CustomerBatchOutcome> Customers::CreateMany(const RequestContext& context,
                                                           const MutationId& mutation,
                                                           std::vector<Customer> customers) {
  if (customers.empty() || customers.size() > kMaxBatchCustomers) {
    return InvalidField("customers",
                        absl::StrCat("must have 1 to ", kMaxBatchCustomers, " entries"));
  }
  FieldViolations bad;
  const absl::Time now = ToMicroseconds(clock_->Now());
  for (std::size_t i = 0; i < customers.size(); ++i) {
    Customer& customer = customers[i];
    const std::string path = absl::StrCat("customers[", i, "]");
    ValidateCustomerId(customer.id, absl::StrCat(path, ".name"), bad);
    ValidateCustomer(customer, path, bad);
    customer.create_time = customer.update_time = now;
    customer.revision = 1;
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const CustomerBatchOutcome outcome,
                             store_->CreateMany(context, mutation, customers));
  notifier_->Published();
  return outcome;
}

absl::StatusOr<Customer> Customers::Get(const RequestContext& context, absl::string_view id) {
  FieldViolations bad;
  ValidateCustomerId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->Get(context, id);
}

absl::StatusOr<CustomerPage> Customers::List(const RequestContext& context, int page_size,
                                             absl::string_view page_token) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string after, ParseCustomerPageToken(page_token));
  CustomerPage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.customers, store_->List(context, after, page_size + 1));
  if (paging::CutPage(page.customers, page_size, CustomerBytes)) {
    page.next_page_token = CustomerPageToken(page.customers.back().id);
  }
  return page;
}

absl::StatusOr<Customer> Customers::Update(const RequestContext& context,
                                           const MutationId& mutation, const CustomerUpdate& update,
                                           bool validate_only) {
  FieldViolations bad;
  ValidateCustomerId(update.values.id, "customer.name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = ToMicroseconds(clock_->Now());
  const auto change = [&](Customer current) -> absl::StatusOr<Customer> {
    CLIENTELE_ASSIGN_OR_RETURN(Customer changed, Apply(update, std::move(current)));
    changed.update_time = now;
    ++changed.revision;
    return changed;
  };
  if (validate_only) {
    CLIENTELE_ASSIGN_OR_RETURN(Customer current, store_->Get(context, update.values.id));
    return change(std::move(current));
  }
  return store_->Update(context, mutation, update.values.id, change);
}

absl::Status Customers::Delete(const RequestContext& context, const MutationId& mutation,
                               absl::string_view id, absl::string_view etag) {
  FieldViolations bad;
  ValidateCustomerId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_RETURN_IF_ERROR(store_->Delete(context, mutation, id, etag));
  notifier_->Published();
  return absl::OkStatus();
}

}  // namespace clientele::profile
