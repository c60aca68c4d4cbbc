#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_GROUP_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_GROUP_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/executor/request_context.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/changes/change.h"
#include "services/profile-service/core/events/event_rules.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/core/features/precision.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/events/left_out_counts.h"
#include "services/profile-service/store/quarantine/quarantine_writer.h"

namespace clientele::profile {

// A batch of events on its way into the store, and what became of it.
struct EventInsert {
  const RequestContext* context = nullptr;
  const MutationId* mutation = nullptr;
  const EventBatch* batch = nullptr;
  absl::StatusOr<EventBatchOutcome> outcome = absl::UnknownError("not run");
};

// Several batches in one transaction, each stored or refused on its own: the ledger, the
// customers' locks, the events and the change feed take one statement each, however many batches
// there are (the ledger: two for each batch with a request_id). No mutation is twice in a group.
//
//   EventGroup group(members, {ledger, cipher, &rules}, now);
//   CLIENTELE_RETURN_IF_ERROR(pool->Transact(context, [&](Transaction& t) {
//     return group.Write(t);   // may run again: it starts afresh
//   }));
//
// An error of Write is of the whole transaction; what is wrong with one batch is in its outcome.
class EventGroup {
 public:
  // All borrowed.
  struct Dependencies {
    const Ledger* ledger;
    const crypto::Cipher* cipher;
    const EventRules* rules;
  };

  // Borrows the members.
  EventGroup(const std::vector<EventInsert*>& members, Dependencies dependencies, absl::Time now)
      : members_(members),
        ledger_(dependencies.ledger),
        cipher_(dependencies.cipher),
        rules_(dependencies.rules),
        now_(ToMicroseconds(now)) {}

  absl::Status Write(postgres::Transaction& transaction);
  // Its two parts, for who writes something of their own in between: the feed's lock comes last.
  absl::Status WriteEvents(postgres::Transaction& transaction);
  absl::Status TellFeed(postgres::Transaction& transaction);

  // Once that is committed: what it added to the feed, and the number of the first.
  std::vector<Change> AppendedChanges() const;
  int64_t first_seq() const { return first_seq_; }
  // And what became of rejected events that were to be kept.
  const QuarantineCounts& quarantined() const { return quarantined_; }
  // Events that were left out because of it: stored by it, or before.
  const LeftOutCounts& left_out() const { return left_out_; }

 private:
  // An event of a member's batch that may be stored.
  struct Row {
    EventInsert* member;
    const Event* event;
  };
  // An event of a customer who is not there, to be kept.
  struct Unknown {
    EventInsert* member;
    QuarantineCandidate candidate;
  };

  // One function for each thing that the transaction writes or locks, in this order.
  absl::Status EnterLedger(postgres::Transaction& transaction);
  absl::Status LockCustomers(postgres::Transaction& transaction);
  absl::Status InsertEvents(postgres::Transaction& transaction);
  absl::Status AddToBehavior(postgres::Transaction& transaction);
  absl::Status RecordUnsubscriptions(postgres::Transaction& transaction);
  absl::Status FillQuarantine(postgres::Transaction& transaction);
  absl::Status KeepResults(postgres::Transaction& transaction) const;
  absl::Status AppendToFeed(postgres::Transaction& transaction);
  absl::Status NameChange(postgres::Transaction& transaction) const;

  void Admit(EventInsert& member, const std::set<std::string, std::less<>>& known_customers);

  const std::vector<EventInsert*>& members_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const EventRules* const rules_;
  const absl::Time now_;

  std::vector<EventInsert*> active_;  // to be run: neither answered nor refused by the ledger
  std::vector<Row> rows_;             // admitted, in the order in which they were sent
  std::vector<Unknown> unknown_;
  QuarantineCounts quarantined_;
  std::vector<const Event*> created_;  // stored by this transaction, in that order
  std::deque<Event> screened_;         // of these, those that are left out by their rate
  LeftOutCounts left_out_;
  NewChanges consents_;    // of those who unsubscribed
  int64_t first_seq_ = 0;  // of their changes
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_GROUP_H_
