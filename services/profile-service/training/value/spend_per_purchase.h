#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_SPEND_PER_PURCHASE_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_SPEND_PER_PURCHASE_H_

// Gamma-gamma, the model of what a customer spends at a purchase (Fader, Hardie, Berger, RFM and
// CLV: using iso-value curves for customer base analysis, 2005; Fader, Hardie, The gamma-gamma
// model of monetary value, 2013): amounts of a customer are gamma distributed around a mean of
// their own, and the means of customers are too. Who bought little is expected near the mean of
// everybody.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const SpendPerPurchase model, FitSpendPerPurchase(records));
//   const double amount = ExpectedAmount(model, record);
//
// Pure functions, thread-safe. No torch here.

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/profile-service/training/value/purchase_history.h"

namespace clientele::profile {

struct SpendPerPurchase {
  double p = 1;
  double q = 2;
  double gamma = 1;  // in the unit of the amounts
  double log_likelihood = 0;
};

// Maximum likelihood over the records with a repeat (equation 1a of the note of 2013).
// INVALID_ARGUMENT where there is none.
absl::StatusOr<SpendPerPurchase> FitSpendPerPurchase(absl::Span<const BuyingRecord> records);

// At each of the customer's purchases to come (equation 5). Where q is 1 or below, which means that
// amounts have no mean, and no repeat tells of the customer, it is a mean that is bounded.
double ExpectedAmount(const SpendPerPurchase& model, const BuyingRecord& record);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_SPEND_PER_PURCHASE_H_
