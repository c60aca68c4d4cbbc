#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_PURCHASE_HISTORY_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_PURCHASE_HISTORY_H_

// What each customer of a file bought, by days.
//
//   PurchaseHistory history;
//   for (...) history.Add("13085", day, 20.5);
//   history.Finish();
//   const BuyingRecord record = history.RecordAt(customer, day);
//
// A value; const functions are thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::profile {

// Everything that a customer bought on one day.
struct PurchaseDay {
  std::int32_t day = 0;  // since 1970
  double amount = 0;     // above 0
};

// The customer up to a day, as the models of repeat buying see it (Fader, Hardie, Lee, "Counting
// your customers" the easy way, 2005). Times are in weeks.
struct BuyingRecord {
  double repeats = 0;  // days with a purchase after the first one: x
  double recency = 0;  // from the first to the last purchase: t_x
  double age = 0;      // from the first purchase to the day: T
  // Mean amount of the repeats; 0 without one.
  double mean_amount = 0;
};

class PurchaseHistory {
 public:
  // In any order. An amount that is not above 0 (a return, a gift) counts on its day against what
  // was bought then.
  void Add(absl::string_view customer, std::int32_t day, double amount);
  // Once, when all rows are in. Days whose amounts do not sum to more than 0 are no purchases. The
  // ids of the customers who are left, in their order.
  std::vector<std::string> Finish();

  // Customers with a purchase, in the order of their first row.
  std::size_t customers() const { return purchases_.size(); }
  // Ascending, each day once.
  absl::Span<const PurchaseDay> PurchasesOf(std::size_t customer) const {
    return purchases_[customer];
  }
  // In days: the first and the last of all purchases; 0 without one.
  std::int32_t first_day() const { return first_day_; }
  std::int32_t last_day() const { return last_day_; }

  // Those who bought on `day` or before.
  std::vector<std::size_t> CustomersAt(std::int32_t day) const;
  // Of such a customer, counting what happened up to the end of `day`.
  BuyingRecord RecordAt(std::size_t customer, std::int32_t day) const;
  // Bought after `day`, up to the end of `until`.
  double AmountAfter(std::size_t customer, std::int32_t day, std::int32_t until) const;

 private:
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::string> ids_;
  std::vector<std::vector<PurchaseDay>> purchases_;
  std::int32_t first_day_ = 0;
  std::int32_t last_day_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_PURCHASE_HISTORY_H_
