#include "services/profile-service/store/events/pg_event_store.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/events/event_codec.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// A customer's newest are found in the index, whoever else is one person with them.
constexpr Statement kListEvents{
    "profile.list_events",
    "SELECT e.* FROM unnest($1::text[]) AS member(id) CROSS JOIN LATERAL ("
    "SELECT customer_id, event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, channel, device, rating, source, campaign_id, coupon_id, left_out, "
    "CASE WHEN $6::boolean THEN text END "
    "FROM profile.events "
    "WHERE customer_id = member.id AND (event_time, event_id) <= ($2::timestamptz, $3::text) "
    "AND (event_time, event_id, customer_id) < ($2::timestamptz, $3::text, $4::text) "
    "ORDER BY event_time DESC, event_id DESC LIMIT $5) AS e "
    "ORDER BY e.event_time DESC, e.event_id DESC, e.customer_id DESC LIMIT $5"};

// Larger batches do not gain from sharing a commit, and gain from running beside each other.
constexpr std::size_t kLargestShared = 100;
constexpr std::size_t kGroupsAtOnce = 1;

// A group's own: it ends with the last of its members' deadlines.
RequestContext ContextOf(const std::vector<EventInsert*>& group) {
  if (group.size() == 1) return *group.front()->context;
  RequestContext context;
  context.caller.name = "profile-service";
  context.deadline = absl::InfinitePast();
  for (const EventInsert* member : group) {
    context.deadline = std::max(context.deadline, member->context->deadline);
  }
  return context;
}

// Whether a transaction failed for reasons that are not in what it wrote.
bool IsOfTheDatabase(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

// Takes those members out whose mutation another member has.
std::vector<EventInsert*> TakeRepeated(std::vector<EventInsert*>& group) {
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  std::vector<EventInsert*> repeated;
  std::erase_if(group, [&](EventInsert* member) {
    const MutationId& id = *member->mutation;
    if (!id.idempotent() || seen.emplace(id.caller, id.method, id.request_id).second) return false;
    repeated.push_back(member);
    return true;
  });
  return repeated;
}

}  // namespace

absl::StatusOr<std::vector<Event>> ListEvents(Transaction& transaction,
                                              const crypto::Cipher* cipher,
                                              const std::vector<std::string>& customer_ids,
                                              const std::optional<EventPosition>& after,
                                              int limit) {
  const EventPosition first{.event_time = absl::InfiniteFuture(), .event_id = ""};
  const EventPosition& position = after ? *after : first;
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(kListEvents, {customer_ids, position.event_time, position.event_id,
                                        position.customer_id, limit, cipher != nullptr}));
  std::vector<Event> events;
  for (const Row row : rows) {
    CLIENTELE_ASSIGN_OR_RETURN(Event event, ToEvent(cipher, row.Text(0), row, 1));
    events.push_back(std::move(event));
  }
  return events;
}

PgEventStore::PgEventStore(postgres::ConnectionPool* pool, const Ledger* ledger,
                           const crypto::Cipher* cipher, const Clock* clock,
                           const EventRules& rules, EventListeners listeners)
    : pool_(pool),
      ledger_(ledger),
      cipher_(cipher),
      clock_(clock),
      rules_(rules),
      listeners_(listeners),
      groups_([this](std::vector<EventInsert*>& group) { RunGroup(group); },
              {.max_members = 64, .max_weight = 1000, .groups_at_once = kGroupsAtOnce}) {}

absl::Status PgEventStore::InsertTogether(const std::vector<EventInsert*>& group) {
  EventGroup writer(group, {ledger_, cipher_, &rules_}, clock_->Now());
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      ContextOf(group), [&](Transaction& transaction) { return writer.Write(transaction); },
      kAppendsToFeed));
  if (listeners_.quarantine != nullptr) listeners_.quarantine->Add(writer.quarantined());
  if (listeners_.left_out != nullptr) listeners_.left_out->Add(writer.left_out());
  if (listeners_.recent != nullptr && listeners_.recent->wanted()) {
    listeners_.recent->Add(writer.first_seq(), writer.AppendedChanges());
  }
  return absl::OkStatus();
}

void PgEventStore::RunGroup(std::vector<EventInsert*>& group) {
  std::erase_if(group, [&](EventInsert* member) {
    const absl::Status late = member->context->Check(clock_->Now());
    if (!late.ok()) member->outcome = late;
    return !late.ok();
  });
  std::vector<EventInsert*> alone = TakeRepeated(group);
  if (!group.empty()) {
    const absl::Status status = InsertTogether(group);
    if (!status.ok() && group.size() > 1 && !IsOfTheDatabase(status)) {
      // Something in one batch ended the transaction of all.
      alone.insert(alone.begin(), group.begin(), group.end());
    } else if (!status.ok()) {
      for (EventInsert* member : group) member->outcome = status;
    }
  }
  for (EventInsert* member : alone) {
    const absl::Status status = InsertTogether({member});
    if (!status.ok()) member->outcome = status;
  }
}

absl::StatusOr<EventBatchOutcome> PgEventStore::Insert(const RequestContext& context,
                                                       const MutationId& mutation,
                                                       const EventBatch& batch) {
  EventInsert insert{.context = &context, .mutation = &mutation, .batch = &batch};
  if (batch.events.size() <= kLargestShared) {
    groups_.Run(insert, batch.events.size());
  } else {
    std::vector<EventInsert*> group = {&insert};
    RunGroup(group);
  }
  return std::move(insert.outcome);
}

absl::StatusOr<std::vector<Event>> PgEventStore::List(const RequestContext& context,
                                                      absl::string_view customer_id,
                                                      const std::optional<EventPosition>& after,
                                                      int limit) {
  std::vector<Event> events;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(events, ListEvents(transaction, cipher_, members, after, limit));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return events;
}

}  // namespace clientele::profile
