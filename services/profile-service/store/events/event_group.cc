#include "services/profile-service/store/events/event_group.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/consent/unsubscription.h"
#include "services/profile-service/store/changes/feed_statements.h"
#include "services/profile-service/store/consent/consent_decisions_table.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/events/event_statements.h"
#include "services/profile-service/store/events/rate_screening.h"
#include "services/profile-service/store/features/behavior_sums_table.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Statement;
using postgres::Transaction;

// Says that this transaction keeps the sums: see AddToSums. The last three arrays may be empty, as
// unnest pads them with NULL: a tenth of the time, where no event has any.
constexpr Statement kInsert{
    "profile.insert_events",
    "INSERT INTO profile.events (customer_id, event_id, type, event_time, item_id, category, "
    "quantity, amount_micros, currency_code, text, channel, device, rating, source, campaign_id, "
    "coupon_id, left_out) "
    "SELECT e.customer_id, e.event_id, e.type, e.event_time, e.item_id, e.category, e.quantity, "
    "e.amount_micros, e.currency_code, e.text, e.channel, e.device, e.rating, e.source, "
    "e.campaign_id, e.coupon_id, coalesce(e.left_out, 0) "
    "FROM (SELECT set_config('profile.sums', 'kept', true)) AS declared, "
    "unnest($1::text[], $2::text[], $3::smallint[], $4::timestamptz[], $5::text[], "
    "$6::text[], $7::double precision[], $8::bigint[], $9::text[], $10::bytea[], $11::text[], "
    "$12::text[], $13::double precision[], $14::text[], $15::text[], $16::text[], $17::smallint[]) "
    "AS e(customer_id, event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, text, channel, device, rating, source, campaign_id, coupon_id, left_out) "
    "ON CONFLICT (customer_id, event_id) DO NOTHING RETURNING customer_id, event_id"};

using Key = std::pair<absl::string_view, absl::string_view>;

Key KeyOf(const Event& event) { return {event.customer_id, event.event_id}; }

std::optional<std::string> OrNull(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// Columns of the insert.
struct Columns {
  explicit Columns(std::size_t size) {
    for (auto* column : {&customer_ids, &event_ids, &items, &categories, &currencies, &channels,
                         &devices, &sources}) {
      column->reserve(size);
    }
  }

  void Add(const crypto::Cipher& cipher, const Event& event) {
    customer_ids.push_back(event.customer_id);
    event_ids.push_back(event.event_id);
    types.push_back(static_cast<int64_t>(event.type));
    times.push_back(event.event_time);
    items.push_back(event.item_id);
    categories.push_back(event.category);
    quantities.push_back(event.quantity);
    amounts.push_back(event.amount_micros);
    currencies.push_back(event.currency_code);
    texts.push_back(SealText(cipher, event));
    channels.push_back(event.channel);
    devices.push_back(event.device);
    ratings.push_back(event.rating);
    sources.push_back(event.source);
    campaigns.push_back(OrNull(event.campaign_id));
    coupons.push_back(OrNull(event.coupon_id));
    left_out.push_back(static_cast<int64_t>(event.left_out));
    marked |=
        !event.campaign_id.empty() || !event.coupon_id.empty() || event.left_out != LeftOut::kNo;
  }

  std::vector<std::string> customer_ids, event_ids, items, categories, currencies, channels,
      devices, sources;
  std::vector<std::optional<std::string>> campaigns, coupons;
  bool marked = false;  // whether the last three are needed
  std::vector<int64_t> types, amounts, left_out;
  std::vector<double> quantities, ratings;
  std::vector<absl::Time> times;
  std::vector<std::optional<Bytes>> texts;
};

}  // namespace

absl::Status EventGroup::Write(Transaction& transaction) {
  CLIENTELE_RETURN_IF_ERROR(WriteEvents(transaction));
  return TellFeed(transaction);
}

absl::Status EventGroup::WriteEvents(Transaction& transaction) {
  active_.clear();
  rows_.clear();
  created_.clear();
  unknown_.clear();
  quarantined_ = {};
  screened_.clear();
  left_out_ = {};
  consents_ = {.kind = ChangeKind::kConsents};
  CLIENTELE_RETURN_IF_ERROR(EnterLedger(transaction));
  CLIENTELE_RETURN_IF_ERROR(LockCustomers(transaction));
  CLIENTELE_RETURN_IF_ERROR(InsertEvents(transaction));
  CLIENTELE_RETURN_IF_ERROR(AddToBehavior(transaction));
  CLIENTELE_RETURN_IF_ERROR(RecordUnsubscriptions(transaction));
  CLIENTELE_RETURN_IF_ERROR(FillQuarantine(transaction));
  return KeepResults(transaction);
}

absl::Status EventGroup::TellFeed(Transaction& transaction) {
  CLIENTELE_RETURN_IF_ERROR(AppendToFeed(transaction));
  return NameChange(transaction);
}

absl::Status EventGroup::EnterLedger(Transaction& transaction) {
  std::vector<EventInsert*> in_order;
  for (EventInsert* member : members_) {
    if (member->mutation->idempotent()) in_order.push_back(member);
  }
  // All transactions enter their ids in the same order.
  const auto key = [](const EventInsert* member) {
    const MutationId& id = *member->mutation;
    return std::tie(id.caller, id.method, id.request_id);
  };
  std::sort(in_order.begin(), in_order.end(),
            [&](const EventInsert* a, const EventInsert* b) { return key(a) < key(b); });
  absl::flat_hash_set<const EventInsert*> answered;
  for (EventInsert* member : in_order) {
    // No subject: the result holds positions and no customer's data.
    const auto stored = ledger_->Enter(transaction, *member->mutation, "");
    if (stored.ok() && !stored->has_value()) continue;
    answered.insert(member);
    if (stored.ok()) {
      member->outcome = DecodeOutcome(**stored);
    } else {
      member->outcome = stored.status();
    }
  }
  for (EventInsert* member : members_) {
    if (answered.contains(member)) continue;
    member->outcome = member->batch->outcome;
    active_.push_back(member);
  }
  return absl::OkStatus();
}

// Takes the events of known customers into rows_.
void EventGroup::Admit(EventInsert& member,
                       const std::set<std::string, std::less<>>& known_customers) {
  const EventBatch& batch = *member.batch;
  std::vector<int64_t> unknown;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    if (!known_customers.contains(batch.events[i].customer_id)) unknown.push_back(batch.indices[i]);
  }
  std::sort(unknown.begin(), unknown.end());
  if (!unknown.empty() && !batch.skip_unknown_customers) {
    member.outcome = UnknownCustomers(unknown);
    return;
  }
  for (const int64_t index : unknown) member.outcome->Reject(index, UnknownCustomer(index));
  member.outcome->Sort();
  for (const Event& event : batch.events) {
    if (unknown.empty() || known_customers.contains(event.customer_id)) {
      rows_.push_back({&member, &event});
    } else if (batch.quarantine) {
      unknown_.push_back({&member, {ToSentEvent(event), UnknownCustomerAt(kQuarantinePath)}});
    }
  }
}

absl::Status EventGroup::LockCustomers(Transaction& transaction) {
  std::set<std::string, std::less<>> wanted;
  bool decides = false;
  for (const EventInsert* member : active_) {
    for (const Event& event : member->batch->events) {
      wanted.insert(event.customer_id);
      decides |= DecisionOf(event, now_).has_value();
    }
  }
  if (wanted.empty()) return absl::OkStatus();
  if (decides) {
    // All of the group at once, so that groups that overlap take them in one order.
    CLIENTELE_RETURN_IF_ERROR(HoldOffMerges(transaction));
    CLIENTELE_RETURN_IF_ERROR(LockDeciding(transaction, {wanted.begin(), wanted.end()}).status());
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result found,
      transaction.Execute(statements::kLockEventCustomers,
                          {std::vector<std::string>(wanted.begin(), wanted.end())}));
  std::set<std::string, std::less<>> known;
  for (const postgres::Row row : found) known.insert(known.end(), row.Text(0));
  for (EventInsert* member : active_) Admit(*member, known);
  return absl::OkStatus();
}

absl::Status EventGroup::InsertEvents(Transaction& transaction) {
  if (rows_.empty()) return absl::OkStatus();
  // In the order of the keys, so that groups that overlap wait for each other and never
  // deadlock; equal keys as they were sent, so that the first one counts.
  std::vector<std::size_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return KeyOf(*rows_[a].event) < KeyOf(*rows_[b].event);
  });
  Columns columns(order.size());
  for (const std::size_t i : order) columns.Add(*cipher_, *rows_[i].event);
  if (!columns.marked) {
    columns.campaigns.clear();
    columns.coupons.clear();
    columns.left_out.clear();
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result inserted,
      transaction.Execute(
          kInsert,
          {columns.customer_ids, columns.event_ids, columns.types, columns.times, columns.items,
           columns.categories, columns.quantities, columns.amounts, columns.currencies,
           columns.texts, columns.channels, columns.devices, columns.ratings, columns.sources,
           columns.campaigns, columns.coupons, columns.left_out}));
  absl::flat_hash_set<Key> fresh;
  fresh.reserve(inserted.size());
  for (const postgres::Row row : inserted) fresh.insert({row.TextView(0), row.TextView(1)});
  for (const Row& row : rows_) {
    if (fresh.erase(KeyOf(*row.event)) == 0) {
      ++row.member->outcome->duplicates;
    } else {
      ++row.member->outcome->created;
      created_.push_back(row.event);
    }
  }
  return absl::OkStatus();
}

absl::Status EventGroup::AddToBehavior(Transaction& transaction) {
  if (created_.empty()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const LockedSums sums, LockSums(transaction, created_));
  CLIENTELE_ASSIGN_OR_RETURN(left_out_.rapid,
                             LeaveOutRapid(transaction, rules_->rates, sums, created_, screened_));
  left_out_.robots = std::count_if(created_.begin(), created_.end(), [](const Event* event) {
    return event->left_out == LeftOut::kRobot;
  });
  return AddToSums(transaction, created_, rules_->affinity, sums);
}

absl::Status EventGroup::RecordUnsubscriptions(Transaction& transaction) {
  std::vector<ConsentDecision> decisions;
  for (const Event* event : created_) {
    if (auto decision = DecisionOf(*event, now_)) decisions.push_back(*std::move(decision));
  }
  if (decisions.empty()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(RecordedDecisions recorded,
                             RecordDecisions(transaction, decisions, rules_->consent));
  consents_ = std::move(recorded.changes);
  return absl::OkStatus();
}

absl::Status EventGroup::FillQuarantine(Transaction& transaction) {
  std::vector<QuarantineEntry> entries;
  QuarantineLimits limits;
  for (EventInsert* member : active_) {
    if (!member->outcome.ok() || !member->batch->quarantine) continue;
    limits = *member->batch->quarantine;
    for (const QuarantineCandidate& candidate : member->batch->candidates) {
      entries.push_back({&candidate, &member->outcome->quarantined});
    }
  }
  for (const Unknown& unknown : unknown_) {
    entries.push_back({&unknown.candidate, &unknown.member->outcome->quarantined});
  }
  if (entries.empty()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(quarantined_,
                             AddToQuarantine(transaction, *cipher_, entries, limits, now_));
  return absl::OkStatus();
}

absl::Status EventGroup::KeepResults(Transaction& transaction) const {
  for (const EventInsert* member : active_) {
    if (!member->mutation->idempotent()) continue;
    // Errors are not remembered.
    CLIENTELE_RETURN_IF_ERROR(
        member->outcome.ok()
            ? ledger_->Keep(transaction, *member->mutation, EncodeOutcome(*member->outcome))
            : ledger_->Withdraw(transaction, *member->mutation));
  }
  return absl::OkStatus();
}

absl::Status EventGroup::AppendToFeed(Transaction& transaction) {
  NewChanges changes{.kind = ChangeKind::kEvent};
  for (const Event* event : created_) {
    changes.customer_ids.push_back(event->customer_id);
    changes.event_ids.push_back(event->event_id);
  }
  CLIENTELE_ASSIGN_OR_RETURN(first_seq_, AppendChanges(transaction, changes, now_));
  if (consents_.customer_ids.empty()) return absl::OkStatus();
  return AppendChanges(transaction, consents_, now_).status();
}

// Events that were stored before are in the feed by now.
absl::Status EventGroup::NameChange(Transaction& transaction) const {
  int64_t change = first_seq_ + static_cast<int64_t>(created_.size()) - 1;
  if (created_.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result feed, transaction.Execute(statements::kFeedState));
    if (!feed.empty()) change = feed[0].Int64(1);
  }
  for (EventInsert* member : members_) {
    if (member->outcome.ok()) member->outcome->change = change;
  }
  return absl::OkStatus();
}

std::vector<Change> EventGroup::AppendedChanges() const {
  std::vector<Change> changes;
  changes.reserve(created_.size());
  for (const Event* event : created_) {
    changes.push_back({ChangeKind::kEvent, event->customer_id, now_, *event});
    changes.back().event.user_agent.clear();
  }
  return changes;
}

}  // namespace clientele::profile
