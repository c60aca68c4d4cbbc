#include "services/profile-service/store/features/behavior_sums_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/features/behavior_statements.h"
#include "services/profile-service/store/features/campaign_responses_table.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

enum KeyKind : int64_t { kCategoryKey = 1, kCurrencyKey = 2, kChannelKey = 3, kDeviceKey = 4 };

// Of what a row of profile.behavior holds of members itself; well below what PostgreSQL stores
// apart.
constexpr std::size_t kMaxMembersBytes = 1024;
constexpr int kEventsOfPage = 5000;
// Of kReadBehavior.
constexpr int kConsentsColumn = 33;
constexpr int kSurvivorColumn = 34;
constexpr int kMergedColumn = 35;
constexpr int kCustomerColumn = 36;
constexpr int kKindColumn = 37;  // of a key; the first of its columns

using SumsByCustomer = std::map<absl::string_view, BehaviorSums>;

// What is counted once: days with an event, days with a purchase, items, campaigns.
struct MemberCounts {
  int64_t active_days = 0;
  int64_t purchase_days = 0;
  int64_t items = 0;
  CampaignCounts campaigns;

  void Add(absl::string_view member, int64_t count) {
    (member.front() == 'd' ? active_days : member.front() == 'p' ? purchase_days : items) += count;
  }
};

std::vector<std::string> MembersOf(const BehaviorSums& sums) {
  std::vector<std::string> members;
  for (const int64_t day : sums.active_days) members.push_back(absl::StrCat("d", day));
  for (const std::string& item : sums.items) members.push_back(absl::StrCat("i", item));
  for (const int64_t day : sums.purchase_days) members.push_back(absl::StrCat("p", day));
  return members;
}

// Rows for profile.behavior_members, and what the rows of profile.behavior say of members.
struct MemberColumns {
  std::vector<std::string> customers, members;             // to insert; what is new counts
  std::vector<int64_t> active_days, purchase_days, items;  // counted besides
  std::vector<std::optional<std::string>> in_row;

  // `kept`: the members in the customer's row; nullopt when they have rows of their own.
  void Add(absl::string_view customer, const BehaviorSums& sums,
           const std::optional<std::string>& kept) {
    const std::vector<std::string> added = MembersOf(sums);
    MemberCounts counts;
    std::optional<std::string> row;
    if (!kept) {
      AddRows(customer, added);
    } else {
      const std::vector<absl::string_view> known = absl::StrSplit(*kept, ' ', absl::SkipEmpty());
      std::set<absl::string_view> all(known.begin(), known.end());
      row = *kept;
      for (const std::string& member : added) {
        if (!all.insert(member).second) continue;
        counts.Add(member, 1);
        absl::StrAppend(&*row, row->empty() ? "" : " ", member);
      }
      if (row->size() > kMaxMembersBytes) {
        // All of them move, and are counted by their inserts.
        row.reset();
        counts = {};
        for (const absl::string_view member : known) counts.Add(member, -1);
        AddRows(customer, std::vector<std::string>(all.begin(), all.end()));
      }
    }
    active_days.push_back(counts.active_days);
    purchase_days.push_back(counts.purchase_days);
    items.push_back(counts.items);
    in_row.push_back(std::move(row));
  }

 private:
  void AddRows(absl::string_view customer, const std::vector<std::string>& rows) {
    for (const std::string& member : rows) {
      customers.emplace_back(customer);
      members.push_back(member);
    }
  }
};

std::string Digits(absl::int128 number) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
    number /= 10;
  } while (number > 0);
  return digits;
}

// profile.behavior_keys, in the order of its key.
struct KeyColumns {
  std::vector<std::string> customers, keys, purchase_amounts, return_amounts;
  std::vector<int64_t> kinds, events, weight_micros, purchases, returns;
  std::vector<double> weights;

  void Add(absl::string_view customer, KeyKind kind, const std::string& key, int64_t count,
           const DecayingSum& affinity, const CurrencyTotals& totals) {
    customers.emplace_back(customer);
    kinds.push_back(kind);
    keys.push_back(key);
    events.push_back(count);
    weights.push_back(affinity.weight);
    weight_micros.push_back(absl::ToUnixMicros(affinity.time));
    purchases.push_back(totals.purchase_count);
    returns.push_back(totals.return_count);
    purchase_amounts.push_back(Digits(totals.purchase_amount_micros));
    return_amounts.push_back(Digits(totals.return_amount_micros));
  }
};

KeyColumns KeysOf(const SumsByCustomer& all) {
  KeyColumns columns;
  for (const auto& [customer, sums] : all) {
    for (const auto& [key, totals] : sums.categories) {
      columns.Add(customer, kCategoryKey, key, totals.events, totals.affinity, {});
    }
    for (const auto& [key, totals] : sums.currencies) {
      columns.Add(customer, kCurrencyKey, key, totals.purchase_count + totals.return_count, {},
                  totals);
    }
    for (const auto& [key, count] : sums.channels) {
      columns.Add(customer, kChannelKey, key, count, {}, {});
    }
    for (const auto& [key, count] : sums.devices) {
      columns.Add(customer, kDeviceKey, key, count, {}, {});
    }
  }
  return columns;
}

// profile.behavior.
struct TotalColumns {
  std::vector<std::string> customers, counts;
  std::vector<std::optional<absl::Time>> first, last, last_purchase;
  std::vector<int64_t> weekend, night, rating_counts;
  std::vector<double> rating_sums;
};

// Zero: none.
int64_t MicrosOf(const std::optional<absl::Time>& time) {
  return time ? absl::ToUnixMicros(*time) : 0;
}

// As kAddBehavior takes them: counts by type, of campaigns and coupons too, of distinct campaigns,
// of what is left out, and two times.
std::string CountsOf(const BehaviorSummary& totals, const CampaignCounts& fresh) {
  std::string counts;
  const auto add = [&](int64_t count) {
    absl::StrAppend(&counts, counts.empty() ? "" : " ", count);
  };
  for (std::size_t type = 1; type < kCountedEventTypes; ++type) add(totals.count_by_type[type]);
  for (const int64_t count : totals.responses.count_by_type) add(count);
  for (const int64_t count : {fresh.received, fresh.opened, fresh.clicked}) add(count);
  for (std::size_t reason = 1; reason < kLeftOutReasons; ++reason) add(totals.left_out[reason]);
  add(MicrosOf(totals.responses.first_event_time));
  add(MicrosOf(totals.responses.last_response_time));
  return counts;
}

// `fresh`: of whom campaigns are counted the first time.
TotalColumns TotalsOf(const SumsByCustomer& all,
                      const std::map<std::string, CampaignCounts>& fresh) {
  TotalColumns columns;
  for (const auto& [customer, sums] : all) {
    const BehaviorSummary& totals = sums.totals;
    columns.customers.emplace_back(customer);
    const auto campaigns = fresh.empty() ? fresh.end() : fresh.find(std::string(customer));
    columns.counts.push_back(
        CountsOf(totals, campaigns == fresh.end() ? CampaignCounts() : campaigns->second));
    columns.first.push_back(totals.first_event_time);
    columns.last.push_back(totals.last_event_time);
    columns.last_purchase.push_back(totals.last_purchase_time);
    columns.weekend.push_back(totals.weekend_events);
    columns.night.push_back(totals.night_events);
    columns.rating_sums.push_back(totals.rating_sum);
    columns.rating_counts.push_back(totals.rating_count);
  }
  return columns;
}

double Seconds(const AffinityModel& affinity) { return absl::ToDoubleSeconds(affinity.half_life); }

std::optional<absl::Time> TimeOf(const std::optional<int64_t>& micros) {
  if (!micros) return std::nullopt;
  return absl::FromUnixMicros(*micros);
}

BehaviorSummary ToTotals(const Row& row) {
  BehaviorSummary totals;
  for (std::size_t type = 1; type < kCountedEventTypes; ++type) {
    totals.count_by_type[type] = row.Int64(static_cast<int>(type));
  }
  totals.first_event_time = row.OptionalTime(10);
  totals.last_event_time = row.OptionalTime(11);
  totals.last_purchase_time = row.OptionalTime(12);
  totals.active_days = row.Int64(13);
  totals.purchase_days = row.Int64(14);
  totals.weekend_events = row.Int64(15);
  totals.night_events = row.Int64(16);
  totals.distinct_items = row.Int64(17);
  totals.rating_sum = row.Double(18);
  totals.rating_count = row.Int64(19);
  ResponseSummary& responses = totals.responses;
  for (std::size_t i = 0; i < kResponseTypes; ++i) {
    responses.count_by_type[i] = row.Int64(static_cast<int>(20 + i));
  }
  responses.campaigns_received = row.Int64(26);
  responses.campaigns_opened = row.Int64(27);
  responses.campaigns_clicked = row.Int64(28);
  totals.left_out[static_cast<std::size_t>(LeftOut::kRobot)] = row.Int64(29);
  totals.left_out[static_cast<std::size_t>(LeftOut::kRate)] = row.Int64(30);
  responses.first_event_time = TimeOf(row.OptionalInt64(31));
  responses.last_response_time = TimeOf(row.OptionalInt64(32));
  return totals;
}

void AddKeyRow(const Row& row, SummedBehavior& summed) {
  BehaviorSummary& summary = summed.summary;
  std::string key = row.Text(kKindColumn + 1);
  const auto number = [&row](int column) { return row.Int64(kKindColumn + column); };
  switch (number(0)) {
    case kCategoryKey:
      summed.categories.push_back(
          {std::move(key), {row.Double(kKindColumn + 3), absl::FromUnixMicros(number(4))}});
      ++summary.distinct_categories;
      break;
    case kCurrencyKey:
      summary.currencies.push_back({std::move(key), number(7), number(8), number(5), number(6)});
      break;
    case kChannelKey:
      summary.channels.push_back({std::move(key), number(2)});
      break;
    case kDeviceKey:
      summary.devices.push_back({std::move(key), number(2)});
      break;
    default:
      break;
  }
}

// Pages of a customer's events, newest first, without their texts.
absl::Status ForEachPage(Transaction& transaction, absl::string_view customer_id,
                         const std::function<absl::Status(const std::vector<Event>&)>& use) {
  absl::Time before = absl::InfiniteFuture();
  std::string before_id;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result rows, transaction.Execute(statements::kReadEvents,
                                               {customer_id, before, before_id, kEventsOfPage}));
    std::vector<Event> events;
    for (const Row row : rows) {
      CLIENTELE_ASSIGN_OR_RETURN(Event event, ToEvent(nullptr, std::string(customer_id), row, 0));
      events.push_back(std::move(event));
    }
    if (events.empty()) return absl::OkStatus();
    CLIENTELE_RETURN_IF_ERROR(use(events));
    if (events.size() < kEventsOfPage) return absl::OkStatus();
    before = events.back().event_time;
    before_id = events.back().event_id;
  }
}

std::vector<std::int64_t> KindsOf(const BehaviorParts& parts) {
  std::vector<std::int64_t> kinds;
  if (parts.categories) kinds.push_back(kCategoryKey);
  if (parts.currencies) kinds.push_back(kCurrencyKey);
  if (parts.channels) kinds.push_back(kChannelKey);
  if (parts.devices) kinds.push_back(kDeviceKey);
  return kinds;
}

using PersonSums = std::vector<std::optional<SummedBehavior>>;

// Of persons who are several customers: what they count once.
absl::StatusOr<std::unordered_map<std::int64_t, MemberCounts>> CountOnce(
    Transaction& transaction, const std::vector<PersonMembers>& persons) {
  std::vector<std::string> customers;
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < persons.size(); ++i) {
    if (persons[i].size() == 1) continue;
    customers.insert(customers.end(), persons[i].begin(), persons[i].end());
    numbers.resize(customers.size(), static_cast<std::int64_t>(i));
  }
  std::unordered_map<std::int64_t, MemberCounts> counts;
  if (customers.empty()) return counts;
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kCountDistinct, {customers, numbers}));
  for (const Row row : rows) counts[row.Int64(0)].Add(row.TextView(1), row.Int64(2));
  CLIENTELE_ASSIGN_OR_RETURN(const auto campaigns, CountCampaigns(transaction, customers, numbers));
  for (const auto& [person, count] : campaigns) counts[person].campaigns = count;
  return counts;
}

// `behaviors` are the rows of kReadBehavior for all members.
absl::StatusOr<PersonSums> SumsOf(Transaction& transaction, const Result& behaviors,
                                  const std::vector<PersonMembers>& persons,
                                  const AffinityModel& affinity) {
  std::unordered_map<std::string, SummedBehavior> parts;
  std::unordered_set<std::string> unusable;
  for (const Row row : behaviors) {
    if (!row.IsNull(kKindColumn)) {
      const auto part = parts.find(row.Text(kCustomerColumn));
      if (part != parts.end()) AddKeyRow(row, part->second);
      continue;
    }
    const std::optional<double> half_life = row.OptionalDouble(0);
    std::string customer = row.Text(kCustomerColumn);
    if (half_life && *half_life != Seconds(affinity)) {
      unusable.insert(std::move(customer));
      continue;
    }
    SummedBehavior& part = parts[std::move(customer)];
    if (half_life) part.summary = ToTotals(row);
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto counts, CountOnce(transaction, persons));
  PersonSums sums;
  sums.reserve(persons.size());
  for (std::size_t i = 0; i < persons.size(); ++i) {
    const PersonMembers& members = persons[i];
    std::optional<SummedBehavior>& sum = sums.emplace_back();
    if (std::any_of(members.begin(), members.end(),
                    [&](const std::string& member) { return unusable.contains(member); })) {
      continue;
    }
    if (members.size() == 1) {
      sum = std::move(parts[members.front()]);
      continue;
    }
    std::vector<SummedBehavior> theirs;
    for (const std::string& member : members) theirs.push_back(std::move(parts[member]));
    const MemberCounts& once = counts[static_cast<std::int64_t>(i)];
    sum = Combined(theirs,
                   {.active_days = once.active_days,
                    .purchase_days = once.purchase_days,
                    .items = once.items,
                    .campaigns_received = once.campaigns.received,
                    .campaigns_opened = once.campaigns.opened,
                    .campaigns_clicked = once.campaigns.clicked},
                   affinity);
  }
  return sums;
}

}  // namespace

std::optional<std::int64_t> LockedSums::EventsOf(const std::string& customer_id) const {
  const auto found = rows.find(customer_id);
  return found == rows.end() ? std::nullopt : found->second.events;
}

absl::StatusOr<LockedSums> LockSums(Transaction& transaction,
                                    absl::Span<const Event* const> events) {
  std::set<std::string> customers;
  for (const Event* event : events) customers.insert(event->customer_id);
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result locked,
      transaction.Execute(statements::kLockBehaviors,
                          {std::vector<std::string>(customers.begin(), customers.end())}));
  LockedSums sums;
  for (const Row row : locked) {
    sums.rows[row.Text(0)] = {.members = row.OptionalText(1), .events = row.OptionalInt64(2)};
  }
  return sums;
}

absl::Status AddToSums(Transaction& transaction, absl::Span<const Event* const> events,
                       const AffinityModel& affinity, const LockedSums& locked) {
  if (events.empty()) return absl::OkStatus();
  SumsByCustomer all;
  for (const Event* event : events) all[event->customer_id].Add(*event, affinity);
  const KeyColumns keys = KeysOf(all);
  MemberColumns members;
  CampaignColumns campaigns;
  for (const auto& [customer, sums] : all) {
    // A row that is not there yet begins as one that is not complete.
    const auto row = locked.rows.find(std::string(customer));
    members.Add(customer, sums, row == locked.rows.end() ? "" : row->second.members);
    campaigns.Add(customer, sums);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto fresh, AddCampaigns(transaction, campaigns));
  const TotalColumns totals = TotalsOf(all, fresh);
  return transaction
      .Execute(statements::kAddBehavior,
               {members.customers,    members.members,   members.active_days,
                keys.customers,       keys.kinds,        keys.keys,
                keys.events,          keys.weights,      keys.weight_micros,
                keys.purchases,       keys.returns,      keys.purchase_amounts,
                keys.return_amounts,  totals.customers,  totals.counts,
                totals.first,         totals.last,       totals.last_purchase,
                totals.weekend,       totals.night,      totals.rating_sums,
                totals.rating_counts, Seconds(affinity), members.purchase_days,
                members.items,        members.in_row})
      .status();
}

absl::StatusOr<StoredBehavior> ReadSums(Transaction& transaction, absl::string_view customer_id,
                                        const AffinityModel& affinity) {
  StoredBehavior stored{.members = {std::string(customer_id)}, .sums = {}, .consents = {}};
  const std::vector<std::int64_t> kinds = KindsOf(BehaviorParts::All());
  CLIENTELE_ASSIGN_OR_RETURN(
      Result rows, transaction.Execute(statements::kReadBehavior, {stored.members, kinds}));
  if (rows.empty()) return NotFound(CustomerName(customer_id));
  stored.consents = consent::Consents(rows[0].Int64(kConsentsColumn));
  if (!rows[0].IsNull(kSurvivorColumn) || rows[0].Int64(kMergedColumn) > 0) {
    CLIENTELE_ASSIGN_OR_RETURN(stored.members, MembersOf(transaction, customer_id));
    CLIENTELE_ASSIGN_OR_RETURN(
        rows, transaction.Execute(statements::kReadBehavior, {stored.members, kinds}));
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto sums, SumsOf(transaction, rows, {stored.members}, affinity));
  stored.sums = std::move(sums.front());
  return stored;
}

absl::StatusOr<std::vector<std::optional<SummedBehavior>>> ReadSumsOfPersons(
    Transaction& transaction, const std::vector<PersonMembers>& persons,
    const AffinityModel& affinity, const BehaviorParts& parts) {
  std::vector<std::string> customers;
  for (const PersonMembers& person : persons) {
    customers.insert(customers.end(), person.begin(), person.end());
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statements::kReadBehavior,
                                                                    {customers, KindsOf(parts)}));
  return SumsOf(transaction, rows, persons, affinity);
}

absl::StatusOr<SummedBehavior> SumEvents(Transaction& transaction,
                                         const std::vector<std::string>& members,
                                         const AffinityModel& affinity) {
  BehaviorSums sums;
  for (const std::string& member : members) {
    CLIENTELE_RETURN_IF_ERROR(
        ForEachPage(transaction, member, [&](const std::vector<Event>& events) {
          for (const Event& event : events) sums.Add(event, affinity);
          return absl::OkStatus();
        }));
  }
  return SummedBehaviorOf(sums);
}

absl::StatusOr<bool> RebuildSums(Transaction& transaction, absl::string_view customer_id,
                                 const AffinityModel& affinity) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result customer,
                             transaction.Execute(statements::kLockSummedCustomer, {customer_id}));
  if (customer.empty()) return false;
  CLIENTELE_ASSIGN_OR_RETURN(const Result sums,
                             transaction.Execute(statements::kLockSums, {customer_id}));
  if (sums.empty()) return false;
  const std::optional<double> half_life = sums[0].OptionalDouble(0);
  if (!half_life || *half_life == Seconds(affinity)) return false;
  CLIENTELE_RETURN_IF_ERROR(DropCampaigns(transaction, customer_id));
  for (const Statement& statement :
       {statements::kDropKeys, statements::kDropMembers, statements::kReset}) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statement, {customer_id}).status());
  }
  CLIENTELE_RETURN_IF_ERROR(
      ForEachPage(transaction, customer_id, [&](const std::vector<Event>& events) -> absl::Status {
        std::vector<const Event*> page;
        for (const Event& event : events) page.push_back(&event);
        CLIENTELE_ASSIGN_OR_RETURN(const LockedSums locked, LockSums(transaction, page));
        return AddToSums(transaction, page, affinity, locked);
      }));
  return true;
}

}  // namespace clientele::profile
