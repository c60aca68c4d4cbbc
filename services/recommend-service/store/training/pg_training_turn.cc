#include "services/recommend-service/store/training/pg_training_turn.h"

#include <atomic>
#include <string>
#include <utility>

#include "common/executor/periodic_task.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kTakeTurn{
    "recommend.insert_training_turn",
    "INSERT INTO recommend.training_turn AS t (training_id, name, start_time, lease_until) "
    "VALUES (replace(gen_random_uuid()::text, '-', ''), $1, clock_timestamp(), "
    "  clock_timestamp() + $2 * interval '1 microsecond') "
    "ON CONFLICT (only_row) DO UPDATE SET training_id = excluded.training_id, "
    "  name = excluded.name, start_time = excluded.start_time, lease_until = excluded.lease_until "
    "WHERE t.lease_until < clock_timestamp() OR t.name = excluded.name "
    "RETURNING training_id"};
constexpr Statement kNoteTraining{
    "recommend.upsert_last_training",
    "INSERT INTO recommend.last_training (start_time) "
    "SELECT start_time FROM recommend.training_turn "
    "ON CONFLICT (only_row) DO UPDATE SET start_time = excluded.start_time"};
// A turn whose lease has ended may be taken, so nothing runs.
constexpr Statement kGetLastTraining{
    "recommend.get_last_training",
    "SELECT start_time, EXISTS (SELECT FROM recommend.training_turn "
    "  WHERE lease_until >= clock_timestamp()) FROM recommend.last_training"};
constexpr Statement kGetTurn{"recommend.get_training_turn",
                             "SELECT name, start_time FROM recommend.training_turn"};
constexpr Statement kExtendTurn{
    "recommend.update_training_turn",
    "UPDATE recommend.training_turn "
    "SET lease_until = clock_timestamp() + $2 * interval '1 microsecond' WHERE training_id = $1"};
constexpr Statement kLockTurn{
    "recommend.lock_training_turn",
    "SELECT 1 FROM recommend.training_turn WHERE training_id = $1 FOR UPDATE"};
constexpr Statement kEndTurn{"recommend.delete_training_turn",
                             "DELETE FROM recommend.training_turn WHERE training_id = $1"};

class PgTrainingTurn final : public TrainingTurn {
 public:
  PgTrainingTurn(postgres::ConnectionPool* pool, std::string training_id, absl::Duration lease)
      : pool_(pool),
        training_id_(std::move(training_id)),
        lease_(lease),
        extend_(std::make_unique<PeriodicTask>(lease / 3, [this] { Extend(); })) {}
  // A database that is away keeps the turn until its lease has ended.
  ~PgTrainingTurn() override {
    extend_.reset();
    static_cast<void>(pool_->Transact(RequestContext(), [&](Transaction& t) {
      return t.Execute(kEndTurn, {training_id_}).status();
    }));
  }

  const std::string& training_id() const override { return training_id_; }
  absl::Status Check() const override { return lost_ ? TrainingTurnLost() : absl::OkStatus(); }

 private:
  void Extend() {
    // What fails is tried again at the next third.
    static_cast<void>(pool_->Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(
          const Result extended,
          t.Execute(kExtendTurn, {training_id_, absl::ToInt64Microseconds(lease_)}));
      lost_ = extended.affected_rows() == 0;
      return absl::OkStatus();
    }));
  }

  postgres::ConnectionPool* const pool_;
  const std::string training_id_;
  const absl::Duration lease_;
  std::atomic<bool> lost_ = false;
  std::unique_ptr<PeriodicTask> extend_;  // last: it uses the others
};

}  // namespace

absl::StatusOr<std::unique_ptr<TrainingTurn>> TakeTrainingTurn(postgres::ConnectionPool* pool,
                                                               const RequestContext& context,
                                                               absl::string_view name,
                                                               absl::Duration lease) {
  std::string training_id;
  CLIENTELE_RETURN_IF_ERROR(pool->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result taken,
                               t.Execute(kTakeTurn, {name, absl::ToInt64Microseconds(lease)}));
    if (!taken.empty()) {
      training_id = taken[0].Text(0);
      return t.Execute(kNoteTraining).status();
    }
    CLIENTELE_ASSIGN_OR_RETURN(const Result holder, t.Execute(kGetTurn));
    if (holder.empty()) return absl::AbortedError("the training that ran has just ended");
    return TrainingRunning(holder[0].Text(0), holder[0].Time(1));
  }));
  return std::make_unique<PgTrainingTurn>(pool, std::move(training_id), lease);
}

absl::StatusOr<std::optional<LastTraining>> ReadLastTraining(postgres::Transaction& transaction) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kGetLastTraining));
  if (rows.empty()) return std::nullopt;
  return LastTraining{.start_time = rows[0].Time(0), .is_running = rows[0].Bool(1)};
}

absl::Status HoldTrainingTurn(Transaction& transaction, absl::string_view training_id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result held, transaction.Execute(kLockTurn, {training_id}));
  return held.empty() ? TrainingTurnLost() : absl::OkStatus();
}

}  // namespace clientele::recommend
