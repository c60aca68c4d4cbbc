#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_VALUE_FEATURES_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_VALUE_FEATURES_H_

// What is known of customers on a day, as numbers to learn from: when, how often and for how much
// they bought, lately and overall, how regularly, and what the models of repeat buying expect.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const BuyingModels models, FitBuyingModels(history, day));
//   const frame::RowMatrix rows = ValueFeatures(history, history.CustomersAt(day), day, models,
//   91);
//
// Nothing after the end of the day is looked at. Pure functions, thread-safe. No torch here.

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/row_matrix.h"
#include "services/profile-service/training/value/purchase_history.h"
#include "services/profile-service/training/value/repeat_buying.h"
#include "services/profile-service/training/value/spend_per_purchase.h"

namespace clientele::profile {

inline constexpr double kWeekDays = 7;

// BG/NBD and gamma-gamma.
struct BuyingModels {
  RepeatBuying purchases;
  SpendPerPurchase amounts;
};

// On what happened up to the end of `day`. Their errors.
absl::StatusOr<BuyingModels> FitBuyingModels(const PurchaseHistory& history, std::int32_t day);

// What they expect a customer to spend in the next `days`.
double ExpectedSpend(const BuyingModels& models, const BuyingRecord& record, int days);

// Float64 [customers, features]; what is not known is NaN. `days`: how far ahead is asked.
frame::RowMatrix ValueFeatures(const PurchaseHistory& history,
                               absl::Span<const std::size_t> customers, std::int32_t day,
                               const BuyingModels& models, int days);

// "recency_days" and "purchases" of them alone, which is how companies segment by hand.
frame::RowMatrix RecencyAndFrequency(const frame::RowMatrix& features);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_VALUE_FEATURES_H_
