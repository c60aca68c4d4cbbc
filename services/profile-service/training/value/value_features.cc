#include "services/profile-service/training/value/value_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

constexpr std::array kFeatures = {
    "recency_days",
    "purchases",
    "age_days",
    "purchases_per_week",
    "amount",
    "mean_amount",
    "last_amount",
    "largest_amount",
    "purchases_30_days",
    "amount_30_days",
    "purchases_90_days",
    "amount_90_days",
    "purchases_180_days",
    "amount_180_days",
    "mean_gap_days",
    "gap_deviation_days",
    "gaps_overdue",
    "probability_alive",
    "expected_purchases",
    "expected_amount",
    "expected_spend",
};
constexpr std::size_t kRecencyColumn = 0;
constexpr std::size_t kPurchasesColumn = 1;

struct Window {
  double purchases = 0;
  double amount = 0;
};

Window LastDays(absl::Span<const PurchaseDay> days, std::int32_t day, int length) {
  Window window;
  for (const PurchaseDay& purchase : days) {
    if (purchase.day <= day - length) continue;
    window.purchases += 1;
    window.amount += purchase.amount;
  }
  return window;
}

struct Gaps {
  double mean = kUnknown;       // days
  double deviation = kUnknown;  // days
};

Gaps GapsOf(absl::Span<const PurchaseDay> days) {
  Gaps gaps;
  const double count = static_cast<double>(days.size()) - 1;
  if (count < 1) return gaps;
  gaps.mean = (days.back().day - days.front().day) / count;
  if (count < 2) return gaps;
  double squares = 0;
  for (std::size_t i = 1; i < days.size(); ++i) {
    squares += std::pow(days[i].day - days[i - 1].day - gaps.mean, 2);
  }
  gaps.deviation = std::sqrt(squares / (count - 1));
  return gaps;
}

void AppendFeatures(absl::Span<const PurchaseDay> days, const BuyingRecord& record,
                    std::int32_t day, const BuyingModels& models, int ahead,
                    std::vector<double>& values) {
  const double recency = day - days.back().day;
  const double age = day - days.front().day;
  const double purchases = static_cast<double>(days.size());
  double amount = 0;
  double largest = 0;
  for (const PurchaseDay& purchase : days) {
    amount += purchase.amount;
    largest = std::max(largest, purchase.amount);
  }
  const Window month = LastDays(days, day, 30);
  const Window quarter = LastDays(days, day, 90);
  const Window half = LastDays(days, day, 180);
  const Gaps gaps = GapsOf(days);
  const double ahead_weeks = ahead / kWeekDays;
  const std::array row = {
      recency,
      purchases,
      age,
      purchases * kWeekDays / std::max(age, kWeekDays),
      amount,
      amount / purchases,
      days.back().amount,
      largest,
      month.purchases,
      month.amount,
      quarter.purchases,
      quarter.amount,
      half.purchases,
      half.amount,
      gaps.mean,
      gaps.deviation,
      recency / gaps.mean,
      ProbabilityAlive(models.purchases, record),
      ExpectedPurchases(models.purchases, record, ahead_weeks),
      ExpectedAmount(models.amounts, record),
      ExpectedSpend(models, record, ahead),
  };
  static_assert(row.size() == kFeatures.size());
  values.insert(values.end(), row.begin(), row.end());
}

}  // namespace

absl::StatusOr<BuyingModels> FitBuyingModels(const PurchaseHistory& history, std::int32_t day) {
  std::vector<BuyingRecord> records;
  for (const std::size_t customer : history.CustomersAt(day)) {
    records.push_back(history.RecordAt(customer, day));
  }
  BuyingModels models;
  CLIENTELE_ASSIGN_OR_RETURN(models.purchases, FitRepeatBuying(records));
  CLIENTELE_ASSIGN_OR_RETURN(models.amounts, FitSpendPerPurchase(records));
  return models;
}

double ExpectedSpend(const BuyingModels& models, const BuyingRecord& record, int days) {
  return ExpectedPurchases(models.purchases, record, days / kWeekDays) *
         ExpectedAmount(models.amounts, record);
}

frame::RowMatrix ValueFeatures(const PurchaseHistory& history,
                               absl::Span<const std::size_t> customers, std::int32_t day,
                               const BuyingModels& models, int days) {
  frame::RowMatrix rows;
  for (const char* name : kFeatures) rows.fields.push_back({.name = name});
  rows.rows = customers.size();
  rows.values.reserve(customers.size() * kFeatures.size());
  for (const std::size_t customer : customers) {
    absl::Span<const PurchaseDay> known = history.PurchasesOf(customer);
    const auto end = std::upper_bound(
        known.begin(), known.end(), day,
        [](std::int32_t until, const PurchaseDay& purchase) { return until < purchase.day; });
    known = known.first(static_cast<std::size_t>(end - known.begin()));
    AppendFeatures(known, history.RecordAt(customer, day), day, models, days, rows.values);
  }
  return rows;
}

frame::RowMatrix RecencyAndFrequency(const frame::RowMatrix& features) {
  frame::RowMatrix rows;
  rows.fields = {features.fields[kRecencyColumn], features.fields[kPurchasesColumn]};
  rows.rows = features.rows;
  for (std::size_t r = 0; r < features.rows; ++r) {
    rows.values.push_back(features.Row(r)[kRecencyColumn]);
    rows.values.push_back(features.Row(r)[kPurchasesColumn]);
  }
  return rows;
}

}  // namespace clientele::profile
