#include "services/profile-service/core/profiles/overview.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr int kMaxOverviewEvents = 100;

}  // namespace

absl::StatusOr<Overview> Overviews::Get(const RequestContext& context,
                                        absl::string_view customer_id, int max_events) const {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  if (max_events < 0 || max_events > kMaxOverviewEvents) {
    bad.Add("max_events", absl::StrCat("must be 0 to ", kMaxOverviewEvents));
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  const SignalQuery texts = profiles_->Signals();
  CLIENTELE_ASSIGN_OR_RETURN(
      OverviewStore::Parts parts,
      store_->ReadOverview(context, customer_id, now, profiles_->affinity(), texts, max_events));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  return Overview{.customer = std::move(parts.customer),
                  .profile = profiles_->Fuse(context, std::move(parts.behavior), texts, now),
                  .events = std::move(parts.events)};
}

}  // namespace clientele::profile
