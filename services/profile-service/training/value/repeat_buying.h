#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_REPEAT_BUYING_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_REPEAT_BUYING_H_

// BG/NBD, the model of repeat buying that others are measured against (Fader, Hardie, Lee,
// "Counting your customers" the easy way: an alternative to the Pareto/NBD model, Marketing Science
// 24, 2005): customers buy at a rate of their own (gamma: r, alpha) until they leave, which they
// may do after each purchase (beta: a, b).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const RepeatBuying model, FitRepeatBuying(records));
//   const double purchases = ExpectedPurchases(model, record, /*weeks=*/13);
//
// Pure functions, thread-safe. No torch here.

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/profile-service/training/value/purchase_history.h"

namespace clientele::profile {

struct RepeatBuying {
  double r = 1;
  double alpha = 1;  // in weeks
  double a = 1;
  double b = 1;
  double log_likelihood = 0;  // of the records that it was fitted to
};

// Maximum likelihood (equation 6). INVALID_ARGUMENT for no records, or none with a repeat.
absl::StatusOr<RepeatBuying> FitRepeatBuying(absl::Span<const BuyingRecord> records);

// In the next `weeks`, of a customer with this record (equation 10).
double ExpectedPurchases(const RepeatBuying& model, const BuyingRecord& record, double weeks);

// That the customer has not left; 1 without a repeat, because one leaves after one.
double ProbabilityAlive(const RepeatBuying& model, const BuyingRecord& record);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_REPEAT_BUYING_H_
