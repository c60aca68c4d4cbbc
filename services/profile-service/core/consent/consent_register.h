#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_REGISTER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_REGISTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/consent/consent_store.h"

namespace clientele::profile {

// What holds of one purpose now.
struct Consent {
  std::string customer_id;
  consent::Purpose purpose = consent::Purpose::kProfiling;
  std::optional<ConsentDecision> decision;  // nullopt: never decided
  bool allowed = false;                     // by the decision, or by the policy where there is none
};

struct ConsentDecisionPage {
  std::vector<ConsentDecision> decisions;  // newest first
  std::string next_page_token;             // empty on the last page
};

// The register of consents: what customers allowed, when, and the evidence of it.
//
//   ConsentRegister consents(&store, &notifier, clock, policy);   // all but the policy borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(Consent now, consents.Update(context, mutation, decision, false));
//   consents.List(context, "42");   // one of each purpose
//
// Thread-safe. A request that breaks a limit is INVALID_ARGUMENT with every wrong field and changes
// nothing. Other failures are ConsentStore's.
class ConsentRegister {
 public:
  ConsentRegister(ConsentStore* store, ChangeNotifier* notifier, const Clock* clock,
                  consent::Policy policy)
      : store_(store), notifier_(notifier), clock_(clock), policy_(policy) {}

  // Records a decision and returns what holds then. One without a time was made now; a time may be
  // at most a minute ahead of the service's clock. A decision that is older than what is known
  // about its purpose is kept and changes nothing. `validate_only`: nothing is recorded.
  absl::StatusOr<Consent> Update(const RequestContext& context, const MutationId& mutation,
                                 ConsentDecision decision, bool validate_only);
  // 1 to 1000 decisions: all of them or none. Returns how many were not known yet.
  absl::StatusOr<std::int64_t> Record(const RequestContext& context, const MutationId& mutation,
                                      std::vector<ConsentDecision> decisions);
  // One of each purpose, in the order of consent::kPurposes.
  absl::StatusOr<std::vector<Consent>> List(const RequestContext& context,
                                            absl::string_view customer_id);
  // `page_size` is 1 to 1000.
  absl::StatusOr<ConsentDecisionPage> History(const RequestContext& context,
                                              absl::string_view customer_id, int page_size,
                                              absl::string_view page_token);

 private:
  ConsentStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const consent::Policy policy_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_REGISTER_H_
