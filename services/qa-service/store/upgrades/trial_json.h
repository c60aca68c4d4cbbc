#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_TRIAL_JSON_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_TRIAL_JSON_H_

// A trial's figures and examples as qa.upgrade_trials keeps them. Pure functions, thread-safe.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/upgrades/golden_trial.h"

namespace clientele::qa {

std::string TrialResultToJson(const TrialResult& result);
// DATA_LOSS for anything that TrialResultToJson did not write.
absl::StatusOr<TrialResult> TrialResultFromJson(absl::string_view json);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_TRIAL_JSON_H_
