#include "services/profile-service/training/value/purchase_history.h"

#include <algorithm>
#include <utility>

namespace clientele::profile {
namespace {

constexpr double kDaysOfWeek = 7;

// One entry a day, and only days on which something was bought.
std::vector<PurchaseDay> MergeDays(std::vector<PurchaseDay> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const PurchaseDay& a, const PurchaseDay& b) { return a.day < b.day; });
  std::vector<PurchaseDay> days;
  for (const PurchaseDay& row : rows) {
    if (days.empty() || days.back().day != row.day) days.push_back({.day = row.day, .amount = 0});
    days.back().amount += row.amount;
  }
  std::erase_if(days, [](const PurchaseDay& day) { return !(day.amount > 0); });
  return days;
}

}  // namespace

void PurchaseHistory::Add(absl::string_view customer, std::int32_t day, double amount) {
  const auto [entry, added] = index_.try_emplace(std::string(customer), purchases_.size());
  if (added) {
    purchases_.emplace_back();
    ids_.emplace_back(customer);
  }
  purchases_[entry->second].push_back({.day = day, .amount = amount});
}

std::vector<std::string> PurchaseHistory::Finish() {
  index_.clear();
  std::vector<std::string> ids;
  std::vector<std::vector<PurchaseDay>> bought;
  for (std::size_t c = 0; c < purchases_.size(); ++c) {
    std::vector<PurchaseDay> days = MergeDays(std::move(purchases_[c]));
    if (days.empty()) continue;
    first_day_ = bought.empty() ? days.front().day : std::min(first_day_, days.front().day);
    last_day_ = bought.empty() ? days.back().day : std::max(last_day_, days.back().day);
    bought.push_back(std::move(days));
    ids.push_back(std::move(ids_[c]));
  }
  ids_.clear();
  purchases_ = std::move(bought);
  return ids;
}

std::vector<std::size_t> PurchaseHistory::CustomersAt(std::int32_t day) const {
  std::vector<std::size_t> known;
  for (std::size_t c = 0; c < purchases_.size(); ++c) {
    if (purchases_[c].front().day <= day) known.push_back(c);
  }
  return known;
}

BuyingRecord PurchaseHistory::RecordAt(std::size_t customer, std::int32_t day) const {
  const absl::Span<const PurchaseDay> days = PurchasesOf(customer);
  const std::int32_t first = days.front().day;
  BuyingRecord record{.age = (day - first) / kDaysOfWeek};
  for (const PurchaseDay& purchase : days.subspan(1)) {
    if (purchase.day > day) break;
    record.repeats += 1;
    record.recency = (purchase.day - first) / kDaysOfWeek;
    record.mean_amount += purchase.amount;
  }
  if (record.repeats > 0) record.mean_amount /= record.repeats;
  return record;
}

double PurchaseHistory::AmountAfter(std::size_t customer, std::int32_t day,
                                    std::int32_t until) const {
  double amount = 0;
  for (const PurchaseDay& purchase : PurchasesOf(customer)) {
    if (purchase.day > day && purchase.day <= until) amount += purchase.amount;
  }
  return amount;
}

}  // namespace clientele::profile
