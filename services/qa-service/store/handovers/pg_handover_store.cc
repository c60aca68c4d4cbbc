#include "services/qa-service/store/handovers/pg_handover_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/answering/question_statements.h"
#include "services/qa-service/store/conversations/turn_json.h"
#include "services/qa-service/store/handovers/handover_statements.h"

namespace clientele::qa {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Transaction;
using postgres::Value;

constexpr int kLookedAtColumn = 14;
const postgres::TransactionOptions kReadAlone{.read_only = true};

absl::StatusOr<Handover> HandoverOf(const Row& row, const crypto::Cipher& cipher) {
  Handover handover;
  handover.customer_id = row.Text(0);
  handover.id = row.Text(1);
  handover.sequence = row.Int64(2);
  handover.state = static_cast<HandoverState>(row.Int64(3));
  handover.reason = row.Text(4);
  handover.topic = static_cast<ComplaintTopic>(row.Int64(5));
  handover.language = row.Text(6);
  handover.conversation_id = row.Text(7);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::string content,
      cipher.Decrypt(row.Bytes(8), HandoverPlace("content", handover.customer_id, handover.id)));
  CLIENTELE_ASSIGN_OR_RETURN(Transcript transcript, TranscriptFromJson(content));
  handover.summary = std::move(transcript.summary);
  handover.transcript = std::move(transcript.turns);
  handover.create_time = row.Time(9);
  handover.close_time = row.OptionalTime(10);
  handover.closed_by = row.Text(11);
  handover.resolution = static_cast<HandoverResolution>(row.Int64(12));
  if (const std::optional<std::string> note = row.OptionalBytes(13)) {
    CLIENTELE_ASSIGN_OR_RETURN(
        handover.note,
        cipher.Decrypt(*note, HandoverPlace("note", handover.customer_id, handover.id)));
  }
  return handover;
}

absl::StatusOr<Handover> ReadHandover(Transaction& t, const postgres::Statement& statement,
                                      const std::string& id, const crypto::Cipher& cipher) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statement, {id}));
  if (rows.empty()) return NotFound(HandoverName(id));
  return HandoverOf(rows[0], cipher);
}

}  // namespace

std::string HandoverPlace(absl::string_view column, absl::string_view customer_id,
                          absl::string_view handover_id) {
  return absl::StrCat("qa.handovers.", column, ":", customer_id, "/", handover_id);
}

// NOT_FOUND, and nothing is kept, of a customer who is not known.
absl::Status PgHandoverStore::Insert(Transaction& t, const Handover& handover) const {
  CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kShareQuestions).status());
  CLIENTELE_ASSIGN_OR_RETURN(const Result number, t.Execute(statements::kTakeHandoverNumber));
  if (number.empty()) return absl::InternalError("the sequence of hand-overs is missing");
  const std::string content =
      cipher_->Encrypt(TranscriptToJson({handover.summary, handover.transcript, {}}),
                       HandoverPlace("content", handover.customer_id, handover.id));
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result inserted,
      t.Execute(
          statements::kInsertHandover,
          {handover.customer_id, handover.id, number[0].Int64(0), static_cast<int>(handover.state),
           handover.reason, static_cast<int>(handover.topic), handover.language,
           handover.conversation_id, Bytes{content}, handover.create_time,
           Bytes{KnownCustomerIndex(*cipher_, handover.customer_id)}}));
  if (inserted.affected_rows() == 0) return NotFound("the customer");
  return absl::OkStatus();
}

absl::StatusOr<std::string> PgHandoverStore::Create(const RequestContext& context,
                                                    const MutationId& mutation,
                                                    const Handover& handover) {
  std::string id;
  const absl::Status created = pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    const auto insert = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_RETURN_IF_ERROR(Insert(t, handover));
      return handover.id;
    };
    CLIENTELE_ASSIGN_OR_RETURN(id, ledger_->Once(t, mutation, handover.customer_id, insert));
    return absl::OkStatus();
  });
  // Rolled back: the ledger keeps nothing of them either.
  if (absl::IsNotFound(created)) return std::string();
  CLIENTELE_RETURN_IF_ERROR(created);
  return id;
}

absl::StatusOr<Handover> PgHandoverStore::Get(const RequestContext& context,
                                              const std::string& id) {
  Handover handover;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(handover,
                                   ReadHandover(t, statements::kGetHandover, id, *cipher_));
        return absl::OkStatus();
      },
      kReadAlone));
  return handover;
}

absl::StatusOr<HandoverSlice> PgHandoverStore::Slice(const RequestContext& context,
                                                     const postgres::Statement& statement,
                                                     const std::vector<Value>& values) const {
  HandoverSlice slice;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        slice = {};
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statement, values));
        slice.handovers.reserve(rows.size());
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(Handover handover, HandoverOf(row, *cipher_));
          slice.handovers.push_back(std::move(handover));
          slice.more = row.Int64(kLookedAtColumn) > static_cast<std::int64_t>(rows.size());
        }
        return absl::OkStatus();
      },
      kReadAlone));
  return slice;
}

absl::StatusOr<HandoverSlice> PgHandoverStore::List(const RequestContext& context,
                                                    std::optional<HandoverState> state,
                                                    std::int64_t before, std::int64_t limit,
                                                    std::int64_t max_bytes) {
  const int number = state.has_value() ? static_cast<int>(*state) : 0;
  return Slice(context, statements::kListHandovers, {before, number, limit, max_bytes});
}

absl::StatusOr<HandoverSlice> PgHandoverStore::ListAfter(const RequestContext& context,
                                                         std::int64_t after, std::int64_t limit,
                                                         std::int64_t max_bytes) {
  return Slice(context, statements::kListHandoversAfter, {after, limit, max_bytes});
}

absl::StatusOr<bool> PgHandoverStore::Reached(const RequestContext& context,
                                              const HandoverPosition& position) {
  bool reached = false;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kReachedHandover,
                                                                {position.sequence, position.id}));
        reached = !rows.empty() && rows[0].Bool(0);
        return absl::OkStatus();
      },
      kReadAlone));
  return reached;
}

absl::StatusOr<Handover> PgHandoverStore::Update(const RequestContext& context,
                                                 const MutationId& mutation, const std::string& id,
                                                 Edit edit) {
  Handover updated;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    const auto change = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_ASSIGN_OR_RETURN(const Handover current,
                                 ReadHandover(t, statements::kLockHandover, id, *cipher_));
      CLIENTELE_ASSIGN_OR_RETURN(const Handover next, edit(current));
      std::optional<Bytes> note;
      if (!next.note.empty()) {
        note = Bytes{cipher_->Encrypt(next.note, HandoverPlace("note", current.customer_id, id))};
      }
      CLIENTELE_RETURN_IF_ERROR(
          t.Execute(statements::kUpdateHandover,
                    {id, static_cast<int>(next.topic), static_cast<int>(next.state),
                     next.close_time, next.closed_by, static_cast<int>(next.resolution), note})
              .status());
      return id;
    };
    // The result is read again: it holds what was said, and must go with the customer.
    CLIENTELE_RETURN_IF_ERROR(ledger_->Once(t, mutation, "", change).status());
    CLIENTELE_ASSIGN_OR_RETURN(updated, ReadHandover(t, statements::kGetHandover, id, *cipher_));
    return absl::OkStatus();
  }));
  return updated;
}

absl::StatusOr<std::vector<ComplaintCount>> PgHandoverStore::CountComplaints(
    const RequestContext& context, absl::Time since) {
  std::vector<ComplaintCount> counts;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        counts.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(statements::kCountComplaints, {since}));
        counts.reserve(rows.size());
        for (const Row row : rows) {
          counts.push_back(
              {row.Time(0), static_cast<ComplaintTopic>(row.Int64(1)), row.Int64(2), row.Int64(3)});
        }
        return absl::OkStatus();
      },
      kReadAlone));
  return counts;
}

absl::StatusOr<std::int64_t> PgHandoverStore::Prune(const RequestContext& context,
                                                    absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kPruneHandovers, {before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa
