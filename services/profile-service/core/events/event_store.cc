#include "services/profile-service/core/events/event_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

constexpr absl::string_view kUnknownCustomer = "UNKNOWN_CUSTOMER";

void AddUnknownCustomer(absl::string_view path, FieldViolations& bad) {
  bad.Add(absl::StrCat(path, ".customer"),
          "must be a customer that exists; create the customer first");
}

}  // namespace

void EventBatchOutcome::Reject(int64_t index, absl::Status status) {
  ++rejected;
  if (errors.size() < kMaxExplainedRejections) errors.push_back({index, std::move(status)});
}

void EventBatchOutcome::Add(EventBatchOutcome other) {
  created += other.created;
  duplicates += other.duplicates;
  rejected += other.rejected;
  quarantined += other.quarantined;
  change = std::max(change, other.change);
  for (RejectedEvent& error : other.errors) {
    if (errors.size() >= kMaxExplainedRejections) break;
    errors.push_back(std::move(error));
  }
}

void EventBatchOutcome::Sort() {
  std::stable_sort(
      errors.begin(), errors.end(),
      [](const RejectedEvent& a, const RejectedEvent& b) { return a.index < b.index; });
}

absl::Status UnknownCustomer(int64_t index) { return UnknownCustomers({index}); }

absl::Status UnknownCustomers(const std::vector<int64_t>& indices) {
  FieldViolations bad;
  for (const int64_t index : indices) {
    AddUnknownCustomer(absl::StrCat("events[", index, "]"), bad);
  }
  return WithReason(bad.ToStatus(), kUnknownCustomer);
}

absl::Status UnknownCustomerAt(absl::string_view path) {
  FieldViolations bad;
  AddUnknownCustomer(path, bad);
  return WithReason(bad.ToStatus(), kUnknownCustomer);
}

}  // namespace clientele::profile
