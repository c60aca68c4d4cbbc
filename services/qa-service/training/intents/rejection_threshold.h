#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_REJECTION_THRESHOLD_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_REJECTION_THRESHOLD_H_

#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// What a row that was held out says about rejecting.
struct RejectionCase {
  double probability = 0;  // of being out of scope
  bool outside = false;    // it is
  bool right = false;      // in scope, the likeliest label is its own
};

// The threshold with the highest accuracy: rows in scope that are not rejected and named rightly,
// and rows out of scope that are rejected; all rows out of scope together count as much as `share`
// of those in scope, so that a handful of examples still sets a threshold. Of equal ones the middle
// of the widest gap between probabilities. 0.5 where there are no cases of both kinds.
double ChooseRejectionThreshold(absl::Span<const RejectionCase> cases, double share);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_REJECTION_THRESHOLD_H_
