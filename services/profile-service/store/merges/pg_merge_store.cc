#include "services/profile-service/store/merges/pg_merge_store.h"

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/features/precision.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/consent/kept_consents.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/merges/merge_plan.h"
#include "services/profile-service/store/merges/merge_statements.h"
#include "services/profile-service/store/merges/reasons_codec.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

constexpr postgres::TransactionOptions kReadsMerges{.read_only = true};

absl::StatusOr<Merge> ToMerge(const Row& row) {
  Merge merge{.id = row.Int64(0),
              .customer_id = row.Text(1),
              .into_id = row.Text(2),
              .origin = static_cast<MergeOrigin>(row.Int64(3)),
              .probability = row.Double(4),
              .merge_time = row.Time(6),
              .undo_time = row.OptionalTime(7)};
  CLIENTELE_ASSIGN_OR_RETURN(merge.reasons, DecodeReasons(row.TextView(5)));
  return merge;
}

absl::StatusOr<std::vector<Merge>> ToMerges(const Result& rows) {
  std::vector<Merge> merges;
  merges.reserve(rows.size());
  for (const Row row : rows) {
    CLIENTELE_ASSIGN_OR_RETURN(Merge merge, ToMerge(row));
    merges.push_back(std::move(merge));
  }
  return merges;
}

absl::StatusOr<Match> ToMatch(const Row& row) {
  Match match{.id = row.Int64(0),
              .customer_id = row.Text(1),
              .other_id = row.Text(2),
              .probability = row.Double(3),
              .state = static_cast<MatchState>(row.Int64(5)),
              .create_time = row.Time(6)};
  CLIENTELE_ASSIGN_OR_RETURN(match.reasons, DecodeReasons(row.TextView(4)));
  return match;
}

// "12,13": what is remembered of a request.
std::vector<std::int64_t> IdsOf(const std::string& encoded) {
  std::vector<std::int64_t> ids;
  for (const absl::string_view part : absl::StrSplit(encoded, ',', absl::SkipEmpty())) {
    std::int64_t id = 0;
    if (absl::SimpleAtoi(part, &id)) ids.push_back(id);
  }
  return ids;
}

// Tells who stands for whom, and what those decided for whom it is another thing now. Last.
absl::Status TellFollowers(Transaction& transaction, const std::vector<std::string>& moved,
                           const NewChanges& consents, absl::Time now) {
  CLIENTELE_RETURN_IF_ERROR(
      AppendChanges(transaction, {.kind = ChangeKind::kSurvivor, .customer_ids = moved}, now)
          .status());
  return AppendChanges(transaction, consents, now).status();
}

}  // namespace

absl::StatusOr<std::string> PgMergeStore::MergeIn(Transaction& transaction, const MergePlan& plan,
                                                  const consent::Policy& policy) const {
  CLIENTELE_RETURN_IF_ERROR(BeginMerging(transaction));
  CLIENTELE_ASSIGN_OR_RETURN(const CheckedPlan checked, CheckPlan(transaction, plan));
  if (plan.validate_only) return std::string();
  CLIENTELE_ASSIGN_OR_RETURN(const Result theirs,
                             transaction.Execute(statements::kListMerged, {checked.customer_ids}));
  std::vector<std::string> moved = checked.customer_ids;
  for (const Row row : theirs) moved.push_back(row.Text(0));
  std::sort(moved.begin(), moved.end());
  const absl::Time now = ToMicroseconds(clock_->Now());
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result made,
      transaction.Execute(statements::kInsertMerges,
                          {checked.customer_ids, checked.survivor_id, static_cast<int>(plan.origin),
                           checked.probability, checked.reasons, now}));
  const auto count = static_cast<std::int64_t>(moved.size());
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(statements::kSetSurvivor, {checked.survivor_id, moved, count}).status());
  CLIENTELE_ASSIGN_OR_RETURN(const Result left,
                             transaction.Execute(statements::kLeaveSegments, {moved}));
  NewChanges memberships{.kind = ChangeKind::kSegmentLeft};
  for (const Row row : left) {
    memberships.customer_ids.push_back(row.Text(0));
    memberships.event_ids.push_back(row.Text(1));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> person,
                             MembersOf(transaction, checked.survivor_id));
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kNoteMergedMatches, {person}).status());
  CLIENTELE_ASSIGN_OR_RETURN(
      const NewChanges consents,
      KeepConsents(transaction, {checked.survivor_id}, policy, ConsentsOf::kChanged));
  std::vector<std::int64_t> ids;
  for (const Row row : made) ids.push_back(row.Int64(0));
  CLIENTELE_RETURN_IF_ERROR(TellFollowers(transaction, moved, consents, now));
  CLIENTELE_RETURN_IF_ERROR(AppendChanges(transaction, memberships, now).status());
  return absl::StrJoin(ids, ",");
}

absl::StatusOr<std::vector<Merge>> PgMergeStore::MergeCustomers(const RequestContext& context,
                                                                const MutationId& mutation,
                                                                const MergePlan& plan,
                                                                const consent::Policy& policy) {
  std::vector<Merge> merges;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        if (plan.validate_only) return MergeIn(transaction, plan, policy).status();
        // What is remembered names no customer.
        CLIENTELE_ASSIGN_OR_RETURN(const std::string ids,
                                   ledger_->Once(transaction, mutation, "", [&] {
                                     return MergeIn(transaction, plan, policy);
                                   }));
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(statements::kGetMerges, {IdsOf(ids)}));
        CLIENTELE_ASSIGN_OR_RETURN(merges, ToMerges(rows));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  return merges;
}

absl::Status PgMergeStore::UndoIn(Transaction& transaction, std::int64_t id,
                                  const consent::Policy& policy) const {
  CLIENTELE_RETURN_IF_ERROR(BeginMerging(transaction));
  const absl::Time now = ToMicroseconds(clock_->Now());
  CLIENTELE_ASSIGN_OR_RETURN(const Result undone,
                             transaction.Execute(statements::kUndo, {id, now}));
  if (undone.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result known,
        transaction.Execute(statements::kGetMerges, {std::vector<std::int64_t>{id}}));
    if (known.empty()) return NotFound(MergeName(id));
    return absl::FailedPreconditionError(absl::StrCat(MergeName(id), " was undone before"));
  }
  const std::string customer = undone[0].Text(0);
  const std::string into = undone[0].Text(1);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> before,
                             MembersOf(transaction, customer));
  const std::string& stood = before.front();
  CLIENTELE_ASSIGN_OR_RETURN(const Result subtree,
                             transaction.Execute(statements::kListSubtree, {customer}));
  std::vector<std::string> moved;
  for (const Row row : subtree) moved.push_back(row.Text(0));
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(statements::kRestoreSurvivor, {customer, moved, stood}).status());
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> others, MembersOf(transaction, stood));
  CLIENTELE_RETURN_IF_ERROR(
      transaction
          .Execute(statements::kKeepDismissed, {std::min(customer, into), std::max(customer, into),
                                                undone[0].Double(2), undone[0].Text(3), now})
          .status());
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(statements::kDropMatches, {moved, others}).status());
  CLIENTELE_ASSIGN_OR_RETURN(const NewChanges consents, KeepConsents(transaction, {customer, stood},
                                                                     policy, ConsentsOf::kChanged));
  return TellFollowers(transaction, moved, consents, now);
}

absl::StatusOr<Merge> PgMergeStore::UndoMerge(const RequestContext& context,
                                              const MutationId& mutation, std::int64_t id,
                                              const consent::Policy& policy) {
  std::vector<Merge> merges;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        const auto undo = [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_RETURN_IF_ERROR(UndoIn(transaction, id, policy));
          return std::string();
        };
        CLIENTELE_RETURN_IF_ERROR(ledger_->Once(transaction, mutation, "", undo).status());
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            transaction.Execute(statements::kGetMerges, {std::vector<std::int64_t>{id}}));
        if (rows.empty()) return NotFound(MergeName(id));
        CLIENTELE_ASSIGN_OR_RETURN(merges, ToMerges(rows));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  return std::move(merges.front());
}

absl::StatusOr<std::vector<Merge>> PgMergeStore::ListMerges(const RequestContext& context,
                                                            absl::string_view customer_id,
                                                            std::int64_t before, int limit) {
  std::vector<Merge> merges;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        Result rows;
        if (customer_id.empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(rows,
                                     transaction.Execute(statements::kListMerges, {before, limit}));
        } else {
          CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                     MembersOf(transaction, customer_id));
          CLIENTELE_ASSIGN_OR_RETURN(
              rows, transaction.Execute(statements::kListMergesOf, {before, limit, members}));
        }
        CLIENTELE_ASSIGN_OR_RETURN(merges, ToMerges(rows));
        return absl::OkStatus();
      },
      kReadsMerges));
  return merges;
}

absl::StatusOr<std::vector<Match>> PgMergeStore::ListMatches(
    const RequestContext& context, const std::optional<MatchPosition>& after, int limit) {
  const MatchPosition position = after.value_or(MatchPosition{.probability = 2, .id = 0});
  std::vector<Match> matches;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        matches.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(statements::kListMatches,
                                                       {position.probability, position.id, limit}));
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(Match match, ToMatch(row));
          matches.push_back(std::move(match));
        }
        return absl::OkStatus();
      },
      kReadsMerges));
  return matches;
}

absl::StatusOr<Match> PgMergeStore::DismissMatch(const RequestContext& context,
                                                 const MutationId& mutation, std::int64_t id) {
  Match match;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    const auto dismiss = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_ASSIGN_OR_RETURN(const Result dismissed,
                                 transaction.Execute(statements::kDismiss, {id}));
      if (dismissed.affected_rows() > 0) return std::string();
      CLIENTELE_ASSIGN_OR_RETURN(const Result known,
                                 transaction.Execute(statements::kGetMatch, {id}));
      if (known.empty()) return NotFound(MatchName(id));
      return absl::FailedPreconditionError(
          absl::StrCat(MatchName(id), " was merged: undo the merge"));
    };
    CLIENTELE_RETURN_IF_ERROR(ledger_->Once(transaction, mutation, "", dismiss).status());
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statements::kGetMatch, {id}));
    if (rows.empty()) return NotFound(MatchName(id));
    CLIENTELE_ASSIGN_OR_RETURN(match, ToMatch(rows[0]));
    return absl::OkStatus();
  }));
  return match;
}

absl::StatusOr<std::optional<std::int64_t>> PgMergeStore::BeginSearch(const RequestContext& context,
                                                                      absl::Time now,
                                                                      absl::Duration lease) {
  std::optional<std::int64_t> search;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    search.reset();
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               transaction.Execute(statements::kBeginSearch, {now, now + lease}));
    if (!rows.empty()) search = rows[0].Int64(0);
    return absl::OkStatus();
  }));
  return search;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> PgMergeStore::DismissedPersons(
    const RequestContext& context) {
  std::vector<std::pair<std::string, std::string>> pairs;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        pairs.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(statements::kListDismissed));
        for (const Row row : rows) {
          const std::string one = row.Text(0);
          const std::string other = row.Text(1);
          pairs.emplace_back(std::min(one, other), std::max(one, other));
        }
        return absl::OkStatus();
      },
      kReadsMerges));
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

absl::StatusOr<std::vector<std::int64_t>> PgMergeStore::Propose(const RequestContext& context,
                                                                std::int64_t search,
                                                                const std::vector<Match>& matches,
                                                                absl::Time now) {
  std::vector<std::string> customers, others, reasons;
  std::vector<double> probabilities;
  for (const Match& match : matches) {
    customers.push_back(match.customer_id);
    others.push_back(match.other_id);
    probabilities.push_back(match.probability);
    reasons.push_back(EncodeReasons(match.reasons));
  }
  std::map<std::pair<std::string, std::string>, std::int64_t> waiting;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    waiting.clear();
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result rows,
        transaction.Execute(statements::kPropose,
                            {customers, others, probabilities, reasons, now, search}));
    for (const Row row : rows) waiting[{row.Text(0), row.Text(1)}] = row.Int64(2);
    return absl::OkStatus();
  }));
  std::vector<std::int64_t> ids;
  for (const Match& match : matches) {
    const auto found = waiting.find({match.customer_id, match.other_id});
    ids.push_back(found == waiting.end() ? 0 : found->second);
  }
  return ids;
}

absl::Status PgMergeStore::EndSearch(const RequestContext& context, std::int64_t search) {
  return pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kDropOldMatches, {search}).status());
    return transaction.Execute(statements::kEndSearch, {search}).status();
  });
}

}  // namespace clientele::profile
