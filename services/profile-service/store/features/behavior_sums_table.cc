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

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/events/event_codec.h"

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
constexpr int kConsentsColumn = 20;
constexpr int kSurvivorColumn = 21;
constexpr int kMergedColumn = 22;
constexpr int kCustomerColumn = 23;
constexpr int kCustomerOfKey = 9;  // of kReadKeys

// NULL: the members are in profile.behavior_members.
constexpr Statement kLockBehaviors{
    "profile.lock_behaviors",
    "SELECT customer_id, members FROM profile.behavior WHERE customer_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR NO KEY UPDATE"};

// Members that are new are counted by their inserts. A weight moves to the newer of two times as
// DecayingSum does; PostgreSQL refuses an underflow, so that what has decayed for 200 half-lives
// is nothing.
constexpr Statement kAddBehavior{
    "profile.upsert_behavior",
    "WITH new_members AS (INSERT INTO profile.behavior_members (customer_id, member) "
    "SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING "
    "RETURNING customer_id, left(member, 1) AS kind), "
    "fresh AS (SELECT customer_id, count(*) FILTER (WHERE kind = 'd') AS active_days, "
    "count(*) FILTER (WHERE kind = 'p') AS purchase_days, "
    "count(*) FILTER (WHERE kind = 'i') AS items FROM new_members GROUP BY customer_id), "
    "sums AS (INSERT INTO profile.behavior AS b (customer_id, affinity_half_life, views, searches, "
    "carts, purchases, returns, messages, social_posts, ratings, device_events, first_event_time, "
    "last_event_time, last_purchase_time, weekend_events, night_events, rating_sum, rating_count, "
    "active_days, purchase_days, items, members) "
    "SELECT t.customer_id, 0, t.counts[1], t.counts[2], t.counts[3], t.counts[4], t.counts[5], "
    "t.counts[6], t.counts[7], t.counts[8], t.counts[9], t.first, t.last, t.last_purchase, "
    "t.weekend, t.night, t.rating_sum, t.rating_count, "
    "t.active_days + coalesce(f.active_days, 0), "
    "t.purchase_days + coalesce(f.purchase_days, 0), t.items + coalesce(f.items, 0), t.members "
    "FROM (SELECT customer_id, string_to_array(counts, ' ')::bigint[] AS counts, first, last, "
    "last_purchase, weekend, night, rating_sum, rating_count, active_days, purchase_days, items, "
    "members, position FROM unnest($14::text[], $15::text[], $16::timestamptz[], "
    "$17::timestamptz[], "
    "$18::timestamptz[], $19::bigint[], $20::bigint[], $21::double precision[], $22::bigint[], "
    "$3::bigint[], $24::bigint[], $25::bigint[], $26::text[]) "
    "WITH ORDINALITY AS given(customer_id, counts, first, last, last_purchase, weekend, night, "
    "rating_sum, rating_count, active_days, purchase_days, items, members, position)) AS t LEFT "
    "JOIN fresh AS f USING (customer_id) "
    "ORDER BY t.position "
    "ON CONFLICT (customer_id) DO UPDATE SET "
    "affinity_half_life = CASE WHEN b.affinity_half_life IS NULL OR b.affinity_half_life = "
    "$23::double precision THEN $23::double precision ELSE 0 END, "
    "views = b.views + excluded.views, searches = b.searches + excluded.searches, "
    "carts = b.carts + excluded.carts, purchases = b.purchases + excluded.purchases, "
    "returns = b.returns + excluded.returns, messages = b.messages + excluded.messages, "
    "social_posts = b.social_posts + excluded.social_posts, "
    "ratings = b.ratings + excluded.ratings, "
    "device_events = b.device_events + excluded.device_events, "
    "first_event_time = least(b.first_event_time, excluded.first_event_time), "
    "last_event_time = greatest(b.last_event_time, excluded.last_event_time), "
    "last_purchase_time = greatest(b.last_purchase_time, excluded.last_purchase_time), "
    "active_days = b.active_days + excluded.active_days, "
    "purchase_days = b.purchase_days + excluded.purchase_days, "
    "weekend_events = b.weekend_events + excluded.weekend_events, "
    "night_events = b.night_events + excluded.night_events, items = b.items + excluded.items, "
    "rating_sum = b.rating_sum + excluded.rating_sum, "
    "rating_count = b.rating_count + excluded.rating_count, members = excluded.members) "
    "INSERT INTO profile.behavior_keys AS k (customer_id, kind, key, events, weight, "
    "weight_micros, purchase_count, return_count, purchase_amount_micros, return_amount_micros) "
    "SELECT * FROM unnest($4::text[], $5::smallint[], $6::text[], $7::bigint[], "
    "$8::double precision[], $9::bigint[], $10::bigint[], $11::bigint[], $12::numeric[], "
    "$13::numeric[]) "
    "ON CONFLICT (customer_id, kind, key) DO UPDATE SET events = k.events + excluded.events, "
    "weight = CASE WHEN excluded.weight = 0 THEN k.weight WHEN k.weight = 0 THEN excluded.weight "
    "WHEN k.weight_micros <= excluded.weight_micros THEN excluded.weight + "
    "CASE WHEN excluded.weight_micros - k.weight_micros > 200e6 * $23::double precision "
    "OR abs(k.weight) < 1e-100 THEN 0 ELSE k.weight * power(2::double precision, "
    "(k.weight_micros - excluded.weight_micros) / (1e6 * $23::double precision)) END "
    "ELSE k.weight + CASE WHEN k.weight_micros - excluded.weight_micros > "
    "200e6 * $23::double precision OR abs(excluded.weight) < 1e-100 THEN 0 "
    "ELSE excluded.weight * power(2::double precision, "
    "(excluded.weight_micros - k.weight_micros) / (1e6 * $23::double precision)) END END, "
    "weight_micros = CASE WHEN excluded.weight = 0 THEN k.weight_micros "
    "WHEN k.weight = 0 THEN excluded.weight_micros "
    "ELSE greatest(k.weight_micros, excluded.weight_micros) END, "
    "purchase_count = k.purchase_count + excluded.purchase_count, "
    "return_count = k.return_count + excluded.return_count, "
    "purchase_amount_micros = k.purchase_amount_micros + excluded.purchase_amount_micros, "
    "return_amount_micros = k.return_amount_micros + excluded.return_amount_micros"};

constexpr Statement kReadBehavior{
    "profile.get_behavior",
    "SELECT CASE WHEN b.customer_id IS NULL THEN 0 ELSE b.affinity_half_life END, b.views, "
    "b.searches, b.carts, b.purchases, b.returns, "
    "b.messages, b.social_posts, b.ratings, b.device_events, b.first_event_time, "
    "b.last_event_time, b.last_purchase_time, b.active_days, b.purchase_days, b.weekend_events, "
    "b.night_events, b.items, b.rating_sum, b.rating_count, "
    "c.consents, c.survivor_id, c.merged_count, c.customer_id "
    "FROM unnest($1::text[]) AS asked(id) JOIN profile.customers AS c ON c.customer_id = asked.id "
    "LEFT JOIN profile.behavior AS b ON b.customer_id = c.customer_id "
    "WHERE c.deleted_time IS NULL"};

// Sums of amounts are numeric, so they are exact; the largest bigint stands for more.
constexpr Statement kReadKeys{
    "profile.list_behavior_keys",
    "SELECT kind, key, events, weight, weight_micros, purchase_count, return_count, "
    "least(purchase_amount_micros, 9223372036854775807)::bigint, "
    "least(return_amount_micros, 9223372036854775807)::bigint, customer_id "
    "FROM profile.behavior_keys WHERE customer_id = ANY($1::text[]) AND kind = ANY($2::smallint[]) "
    "ORDER BY kind, key"};

// What each of several persons counts once; $1 are customers, $2 the numbers of their persons.
constexpr Statement kCountDistinct{
    "profile.count_distinct_behavior_members",
    "WITH asked AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS t(customer_id, person)) "
    "SELECT person, left(member, 1), count(DISTINCT member) FROM ("
    "SELECT a.person, m.member FROM asked AS a JOIN profile.behavior_members AS m USING "
    "(customer_id) UNION ALL SELECT a.person, unnest(string_to_array(b.members, ' ')) "
    "FROM asked AS a JOIN profile.behavior AS b USING (customer_id) WHERE b.members <> ''"
    ") AS listed GROUP BY person, left(member, 1)"};

constexpr Statement kReadEvents{
    "profile.list_events_to_sum",
    "SELECT event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, channel, device, rating, source FROM profile.events WHERE customer_id = $1 "
    "AND (event_time, event_id) < ($2::timestamptz, $3::text) "
    "ORDER BY event_time DESC, event_id DESC LIMIT $4"};

constexpr Statement kLockSummedCustomer{
    "profile.lock_behavior_customer",
    "SELECT 1 FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL "
    "FOR KEY SHARE"};

constexpr Statement kLockSums{
    "profile.lock_behavior",
    "SELECT affinity_half_life FROM profile.behavior WHERE customer_id = $1 "
    "FOR NO KEY UPDATE SKIP LOCKED"};

constexpr Statement kDropKeys{"profile.delete_behavior_keys",
                              "DELETE FROM profile.behavior_keys WHERE customer_id = $1"};

constexpr Statement kDropMembers{"profile.delete_behavior_members",
                                 "DELETE FROM profile.behavior_members WHERE customer_id = $1"};

constexpr Statement kReset{
    "profile.update_behavior_to_none",
    "UPDATE profile.behavior SET affinity_half_life = NULL, views = 0, searches = 0, carts = 0, "
    "purchases = 0, returns = 0, messages = 0, social_posts = 0, ratings = 0, device_events = 0, "
    "first_event_time = NULL, last_event_time = NULL, last_purchase_time = NULL, active_days = 0, "
    "purchase_days = 0, weekend_events = 0, night_events = 0, items = 0, rating_sum = 0, "
    "rating_count = 0, members = '' WHERE customer_id = $1"};

using SumsByCustomer = std::map<absl::string_view, BehaviorSums>;

// What is counted once: days with an event, days with a purchase, items.
struct MemberCounts {
  int64_t active_days = 0;
  int64_t purchase_days = 0;
  int64_t items = 0;

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

TotalColumns TotalsOf(const SumsByCustomer& all) {
  TotalColumns columns;
  for (const auto& [customer, sums] : all) {
    const BehaviorSummary& totals = sums.totals;
    columns.customers.emplace_back(customer);
    std::string counts;
    for (std::size_t type = 1; type < kCountedEventTypes; ++type) {
      absl::StrAppend(&counts, type == 1 ? "" : " ", totals.count_by_type[type]);
    }
    columns.counts.push_back(std::move(counts));
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
  return totals;
}

void AddKeyRow(const Row& row, SummedBehavior& summed) {
  BehaviorSummary& summary = summed.summary;
  switch (row.Int64(0)) {
    case kCategoryKey:
      summed.categories.push_back(
          {row.Text(1), {row.Double(3), absl::FromUnixMicros(row.Int64(4))}});
      ++summary.distinct_categories;
      break;
    case kCurrencyKey:
      summary.currencies.push_back(
          {row.Text(1), row.Int64(7), row.Int64(8), row.Int64(5), row.Int64(6)});
      break;
    case kChannelKey:
      summary.channels.push_back({row.Text(1), row.Int64(2)});
      break;
    case kDeviceKey:
      summary.devices.push_back({row.Text(1), row.Int64(2)});
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
        const Result rows,
        transaction.Execute(kReadEvents, {customer_id, before, before_id, kEventsOfPage}));
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
                             transaction.Execute(kCountDistinct, {customers, numbers}));
  for (const Row row : rows) counts[row.Int64(0)].Add(row.TextView(1), row.Int64(2));
  return counts;
}

// `behaviors` are the rows of kReadBehavior for all members.
absl::StatusOr<PersonSums> SumsOf(Transaction& transaction, const Result& behaviors,
                                  const std::vector<PersonMembers>& persons,
                                  const AffinityModel& affinity, const BehaviorParts& wanted) {
  std::unordered_map<std::string, SummedBehavior> parts;
  std::unordered_set<std::string> unusable;
  std::vector<std::string> with_events;
  for (const Row row : behaviors) {
    const std::optional<double> half_life = row.OptionalDouble(0);
    std::string customer = row.Text(kCustomerColumn);
    if (half_life && *half_life != Seconds(affinity)) {
      unusable.insert(std::move(customer));
      continue;
    }
    SummedBehavior& part = parts[customer];
    if (!half_life) continue;
    part.summary = ToTotals(row);
    with_events.push_back(std::move(customer));
  }
  const std::vector<std::int64_t> kinds = KindsOf(wanted);
  if (!with_events.empty() && !kinds.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result keys,
                               transaction.Execute(kReadKeys, {with_events, kinds}));
    for (const Row row : keys) AddKeyRow(row, parts[row.Text(kCustomerOfKey)]);
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
    sum = Combined(theirs, {once.active_days, once.purchase_days, once.items}, affinity);
  }
  return sums;
}

}  // namespace

absl::Status AddToSums(Transaction& transaction, absl::Span<const Event* const> events,
                       const AffinityModel& affinity) {
  if (events.empty()) return absl::OkStatus();
  SumsByCustomer all;
  for (const Event* event : events) all[event->customer_id].Add(*event, affinity);
  const KeyColumns keys = KeysOf(all);
  const TotalColumns totals = TotalsOf(all);
  CLIENTELE_ASSIGN_OR_RETURN(const Result locked,
                             transaction.Execute(kLockBehaviors, {totals.customers}));
  std::map<std::string, std::optional<std::string>> kept;
  for (const Row row : locked) kept[row.Text(0)] = row.OptionalText(1);
  MemberColumns members;
  for (const auto& [customer, sums] : all) {
    // A row that is not there yet begins as one that is not complete.
    members.Add(customer, sums, kept.try_emplace(std::string(customer), "").first->second);
  }
  return transaction
      .Execute(kAddBehavior, {members.customers,    members.members,   members.active_days,
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
  CLIENTELE_ASSIGN_OR_RETURN(Result rows, transaction.Execute(kReadBehavior, {stored.members}));
  if (rows.empty()) return NotFound(CustomerName(customer_id));
  stored.consents = consent::Consents(rows[0].Int64(kConsentsColumn));
  if (!rows[0].IsNull(kSurvivorColumn) || rows[0].Int64(kMergedColumn) > 0) {
    CLIENTELE_ASSIGN_OR_RETURN(stored.members, MembersOf(transaction, customer_id));
    CLIENTELE_ASSIGN_OR_RETURN(rows, transaction.Execute(kReadBehavior, {stored.members}));
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      auto sums, SumsOf(transaction, rows, {stored.members}, affinity, BehaviorParts::All()));
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
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kReadBehavior, {customers}));
  return SumsOf(transaction, rows, persons, affinity, parts);
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
                             transaction.Execute(kLockSummedCustomer, {customer_id}));
  if (customer.empty()) return false;
  CLIENTELE_ASSIGN_OR_RETURN(const Result sums, transaction.Execute(kLockSums, {customer_id}));
  if (sums.empty()) return false;
  const std::optional<double> half_life = sums[0].OptionalDouble(0);
  if (!half_life || *half_life == Seconds(affinity)) return false;
  for (const Statement& statement : {kDropKeys, kDropMembers, kReset}) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statement, {customer_id}).status());
  }
  CLIENTELE_RETURN_IF_ERROR(
      ForEachPage(transaction, customer_id, [&](const std::vector<Event>& events) {
        std::vector<const Event*> page;
        for (const Event& event : events) page.push_back(&event);
        return AddToSums(transaction, page, affinity);
      }));
  return true;
}

}  // namespace clientele::profile
