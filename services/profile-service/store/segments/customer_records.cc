#include "services/profile-service/store/segments/customer_records.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>

#include "common/postgres/statement.h"
#include "common/postgres/value.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/customers/customer_codec.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/features/pg_behavior_store.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;
using postgres::Value;

constexpr Statement kReadCustomers{
    "profile.list_segment_customers",
    "SELECT c.customer_id, coalesce(d.revision, 0), c.survivor_id IS NOT NULL, c.merged_count, "
    "c.consents, c.language_code, c.region, CASE WHEN $2::boolean THEN c.attributes END "
    "FROM unnest($1::text[]) AS asked(id) JOIN profile.customers AS c ON c.customer_id = asked.id "
    "LEFT JOIN profile.segment_due AS d ON d.customer_id = c.customer_id "
    "WHERE c.deleted_time IS NULL ORDER BY c.customer_id"};

constexpr Statement kReadMerged{
    "profile.list_merged_into_customers",
    "SELECT survivor_id, customer_id FROM profile.customers WHERE survivor_id = ANY($1::text[]) "
    "ORDER BY survivor_id, customer_id"};

// The OFFSET keeps the plan at a look-up for each customer.
constexpr Statement kReadEventsSince{
    "profile.list_events_since",
    "SELECT e.event_id, e.type, e.event_time, e.item_id, e.category, e.quantity, e.amount_micros, "
    "e.currency_code, e.channel, e.device, e.rating, e.source, e.campaign_id, "
    "e.coupon_id, e.left_out, e.customer_id "
    "FROM unnest($1::text[]) AS member(id) CROSS JOIN LATERAL (SELECT * FROM profile.events "
    "WHERE customer_id = member.id AND event_time > $2 AND left_out = 0 "
    "AND ($3::smallint[] IS NULL OR type = ANY($3::smallint[])) "
    "AND ($4::text[] IS NULL OR category = ANY($4::text[])) OFFSET 0) AS e"};
constexpr int kCustomerOfEvent = 15;

template <typename T>
std::vector<std::int64_t> Numbers(const std::set<T>& values) {
  std::vector<std::int64_t> numbers;
  for (const T value : values) numbers.push_back(static_cast<std::int64_t>(value));
  return numbers;
}

// The customers of each record that stands for itself.
using MembersByRecord = std::vector<std::vector<std::string>>;

absl::StatusOr<MembersByRecord> ReadMembers(Transaction& transaction,
                                            const std::vector<CustomerRecord>& records) {
  MembersByRecord members(records.size());
  std::vector<std::string> survivors;
  std::unordered_map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].merged) continue;
    members[i].push_back(records[i].customer_id);
    if (!records[i].has_merged) continue;
    survivors.push_back(records[i].customer_id);
    place[records[i].customer_id] = i;
  }
  if (survivors.empty()) return members;
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kReadMerged, {survivors}));
  for (const Row row : rows) members[place[row.Text(0)]].push_back(row.Text(1));
  return members;
}

absl::Status AddBehavior(Transaction& transaction, const MembersByRecord& members,
                         const RecordQuery& query, std::vector<CustomerRecord>& records) {
  MembersByRecord persons;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (members[i].empty()) continue;
    persons.push_back(members[i]);
    places.push_back(i);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      std::vector<BehaviorSummary> summaries,
      ReadSummaries(transaction, persons, query.now, query.affinity, query.reads.behavior));
  for (std::size_t i = 0; i < places.size(); ++i) {
    records[places[i]].behavior = std::move(summaries[i]);
  }
  return absl::OkStatus();
}

absl::Status AddEvents(Transaction& transaction, const MembersByRecord& members,
                       const RuleReads& reads, std::vector<CustomerRecord>& records) {
  std::vector<std::string> ids;
  std::unordered_map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const std::string& member : members[i]) {
      ids.push_back(member);
      place[member] = i;
    }
  }
  const Value types = reads.types ? Value(Numbers(*reads.types)) : Value(nullptr);
  const Value categories =
      reads.categories
          ? Value(std::vector<std::string>(reads.categories->begin(), reads.categories->end()))
          : Value(nullptr);
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(kReadEventsSince, {ids, reads.events_since, types, categories}));
  for (const Row row : rows) {
    std::string customer = row.Text(kCustomerOfEvent);
    std::vector<Event>& events = records[place[customer]].events;
    CLIENTELE_ASSIGN_OR_RETURN(Event event, ToEvent(nullptr, std::move(customer), row, 0));
    events.push_back(std::move(event));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<CustomerRecord>> ReadCustomerRecords(
    Transaction& transaction, const crypto::Cipher& cipher,
    const std::vector<std::string>& customer_ids, const RecordQuery& query) {
  const RuleReads& reads = query.reads;
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kReadCustomers, {customer_ids, reads.attributes}));
  std::vector<CustomerRecord> records;
  records.reserve(rows.size());
  for (const Row row : rows) {
    CustomerRecord& record = records.emplace_back(CustomerRecord{
        .customer_id = row.Text(0), .revision = row.Int64(1), .merged = row.Bool(2)});
    if (record.merged) continue;
    record.has_merged = row.Int64(3) > 0;
    record.consents = consent::Consents(row.Int64(4));
    record.language = row.Text(5);
    record.region = row.Text(6);
    if (row.IsNull(7)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(record.attributes,
                               OpenAttributes(cipher, row.Bytes(7), record.customer_id));
  }
  if (records.empty() || (!reads.behavior.totals && !reads.events())) return records;
  CLIENTELE_ASSIGN_OR_RETURN(const MembersByRecord members, ReadMembers(transaction, records));
  if (reads.behavior.totals) {
    CLIENTELE_RETURN_IF_ERROR(AddBehavior(transaction, members, query, records));
  }
  if (reads.events()) CLIENTELE_RETURN_IF_ERROR(AddEvents(transaction, members, reads, records));
  return records;
}

}  // namespace clientele::profile
