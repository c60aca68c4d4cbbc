#include "services/profile-service/store/features/pg_behavior_store.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/features/behavior_sums.h"
#include "services/profile-service/store/features/behavior_sums_table.h"
#include "services/profile-service/store/features/text_pools.h"
#include "services/profile-service/store/media/media_rows.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr int kBehaviorPage = 1000;

constexpr Statement kFuture{
    "profile.list_future_events",
    "SELECT e.category, e.type, e.event_time FROM unnest($1::text[]) AS member(id) "
    "JOIN profile.events AS e ON e.customer_id = member.id "
    "WHERE e.event_time > $2 AND e.category <> '' AND e.left_out = 0"};

constexpr Statement kFindIncomplete{
    "profile.list_incomplete_behavior",
    "SELECT customer_id FROM profile.behavior WHERE affinity_half_life = 0 "
    "ORDER BY customer_id LIMIT $1"};

constexpr Statement kScanBehavior{
    "profile.list_behavior",
    "SELECT customer_id, affinity_half_life IS NOT NULL AND affinity_half_life <> $2 "
    "FROM profile.behavior WHERE customer_id > $1 ORDER BY customer_id LIMIT $3"};

// As of `now`, of sums that are complete or of the events themselves.
absl::StatusOr<BehaviorSummary> SummaryOf(Transaction& transaction,
                                          std::optional<SummedBehavior> summed,
                                          const std::vector<std::string>& members, absl::Time now,
                                          const AffinityModel& affinity) {
  if (!summed) {
    CLIENTELE_ASSIGN_OR_RETURN(summed, SumEvents(transaction, members, affinity));
  }
  std::vector<FutureEvent> future;
  if (summed->summary.last_event_time.value_or(now) > now) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kFuture, {members, now}));
    for (const Row row : rows) {
      future.push_back({row.Text(0), static_cast<EventType>(row.Int64(1)), row.Time(2)});
    }
  }
  return Summarize(*std::move(summed), future, now, affinity);
}

bool Wrote(const BehaviorSummary& summary) {
  return summary.count(EventType::kMessage) + summary.count(EventType::kSocial) +
             summary.count(EventType::kSearch) >
         0;
}

// What is stored besides the sums joins them.
absl::StatusOr<CustomerBehavior> BehaviorOf(Transaction& transaction, const crypto::Cipher& cipher,
                                            StoredBehavior stored, absl::Time now,
                                            const AffinityModel& affinity, const SignalQuery& texts,
                                            TextReading wanted) {
  CustomerBehavior behavior;
  behavior.customer_id = stored.members.front();
  behavior.consents = stored.consents;
  CLIENTELE_ASSIGN_OR_RETURN(behavior.summary, SummaryOf(transaction, std::move(stored.sums),
                                                         stored.members, now, affinity));
  if (texts.limit > 0 && Wrote(behavior.summary)) {
    const auto read = wanted == TextReading::kPooled ? ReadTextPool : ReadTexts;
    CLIENTELE_ASSIGN_OR_RETURN(behavior.texts, read(transaction, cipher, stored.members, texts));
  }
  if (texts.pictures.limit > 0) {
    CLIENTELE_ASSIGN_OR_RETURN(behavior.pictures,
                               ReadPictures(transaction, cipher, stored.members, texts.pictures));
  }
  return behavior;
}

// One statement has read all of the sums, and nothing is to be taken from them.
bool AreOfOneMoment(const StoredBehavior& stored, absl::Time now) {
  return stored.members.size() == 1 && stored.sums.has_value() &&
         stored.sums->summary.last_event_time.value_or(now) <= now;
}

}  // namespace

absl::StatusOr<CustomerBehavior> ReadBehavior(Transaction& transaction,
                                              const crypto::Cipher& cipher,
                                              absl::string_view customer_id, absl::Time now,
                                              const AffinityModel& affinity,
                                              const SignalQuery& texts, TextReading wanted) {
  CLIENTELE_ASSIGN_OR_RETURN(StoredBehavior stored, ReadSums(transaction, customer_id, affinity));
  return BehaviorOf(transaction, cipher, std::move(stored), now, affinity, texts, wanted);
}

absl::StatusOr<std::vector<BehaviorSummary>> ReadSummaries(
    Transaction& transaction, const std::vector<std::vector<std::string>>& persons, absl::Time now,
    const AffinityModel& affinity, const BehaviorParts& parts) {
  CLIENTELE_ASSIGN_OR_RETURN(auto sums, ReadSumsOfPersons(transaction, persons, affinity, parts));
  std::vector<BehaviorSummary> summaries;
  summaries.reserve(persons.size());
  for (std::size_t i = 0; i < persons.size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(BehaviorSummary summary, SummaryOf(transaction, std::move(sums[i]),
                                                                  persons[i], now, affinity));
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

absl::StatusOr<CustomerBehavior> PgBehaviorStore::Read(const RequestContext& context,
                                                       absl::string_view customer_id,
                                                       absl::Time now,
                                                       const AffinityModel& affinity,
                                                       const SignalQuery& texts) {
  std::optional<CustomerBehavior> alone;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        alone.reset();
        CLIENTELE_ASSIGN_OR_RETURN(StoredBehavior stored,
                                   ReadSums(transaction, customer_id, affinity));
        if (!AreOfOneMoment(stored, now)) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(alone, BehaviorOf(transaction, *cipher_, std::move(stored), now,
                                                     affinity, texts, TextReading::kPooled));
        return absl::OkStatus();
      },
      {.read_only = true}));
  if (alone.has_value()) return *std::move(alone);
  CustomerBehavior behavior;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(behavior, ReadBehavior(transaction, *cipher_, customer_id, now,
                                                          affinity, texts, TextReading::kPooled));
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return behavior;
}

absl::StatusOr<std::vector<std::string>> PgBehaviorStore::FindIncomplete(
    const RequestContext& context, const AffinityModel& affinity, int limit) {
  std::lock_guard lock(scan_mutex_);
  std::vector<std::string> found;
  std::string scanned_to;
  bool scanned_all = scanned_all_;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        found.clear();
        scanned_to = scanned_to_;
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(kFindIncomplete, {limit}));
        for (const Row row : rows) found.push_back(row.Text(0));
        if (scanned_all_ || !found.empty()) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result page,
            transaction.Execute(
                kScanBehavior,
                {scanned_to_, absl::ToDoubleSeconds(affinity.half_life), kBehaviorPage}));
        scanned_all = page.size() < kBehaviorPage;
        for (const Row row : page) {
          if (static_cast<int>(found.size()) == limit) {
            scanned_all = false;
            break;
          }
          scanned_to = row.Text(0);
          if (row.Bool(1)) found.push_back(scanned_to);
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  scanned_to_ = std::move(scanned_to);
  scanned_all_ = scanned_all;
  return found;
}

absl::StatusOr<int> PgBehaviorStore::RebuildSums(const RequestContext& context,
                                                 const AffinityModel& affinity, int max_customers) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> customers,
                             FindIncomplete(context, affinity, max_customers));
  int rebuilt = 0;
  for (const std::string& customer : customers) {
    bool done = false;
    CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(done, profile::RebuildSums(t, customer, affinity));
      return absl::OkStatus();
    }));
    if (done) ++rebuilt;
  }
  return rebuilt;
}

}  // namespace clientele::profile
