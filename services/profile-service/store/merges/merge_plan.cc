#include "services/profile-service/store/merges/merge_plan.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/merges/merge_statements.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

struct Party {
  std::string survivor_id;
  std::int64_t merged_count = 0;
  absl::Time create_time;
};
using Parties = std::map<std::string, Party>;

// NOT_FOUND names the first who is not there.
absl::StatusOr<Parties> LockParties(Transaction& transaction, std::vector<std::string> ids) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kLockParties, {ids}));
  Parties parties;
  for (const Row row : rows) parties[row.Text(0)] = {row.Text(1), row.Int64(2), row.Time(3)};
  for (const std::string& id : ids) {
    if (!parties.contains(id)) return NotFound(CustomerName(id));
  }
  return parties;
}

const std::string& PersonOf(const Parties& parties, const std::string& id) {
  const std::string& survivor = parties.at(id).survivor_id;
  return survivor.empty() ? id : survivor;
}

absl::Status CheckMatch(const Row& row, const std::string& name) {
  switch (static_cast<MatchState>(row.Int64(2))) {
    case MatchState::kDismissed:
      return absl::FailedPreconditionError(absl::StrCat(name, " was dismissed"));
    case MatchState::kMerged:
      return absl::FailedPreconditionError(absl::StrCat(name, " was merged before"));
    default:
      return absl::OkStatus();
  }
}

// Who stands for whom where a match is accepted.
absl::StatusOr<CheckedPlan> PlanOfMatch(Transaction& transaction, const MergePlan& plan) {
  const std::string name = MatchName(*plan.match_id);
  CLIENTELE_ASSIGN_OR_RETURN(const Result match,
                             transaction.Execute(statements::kLockMatch, {*plan.match_id}));
  if (match.empty()) return NotFound(name);
  CLIENTELE_RETURN_IF_ERROR(CheckMatch(match[0], name));
  const std::pair<std::string, std::string> pair = {match[0].Text(0), match[0].Text(1)};
  CLIENTELE_ASSIGN_OR_RETURN(const Parties named,
                             LockParties(transaction, {pair.first, pair.second}));
  std::string one = PersonOf(named, pair.first);
  std::string other = PersonOf(named, pair.second);
  if (one == other) {
    return absl::FailedPreconditionError(absl::StrCat(name, ": they are one person already"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Parties persons, LockParties(transaction, {one, other}));
  const auto age = [&](const std::string& id) { return std::tie(persons.at(id).create_time, id); };
  bool swap = age(other) < age(one);
  if (!plan.survivor_id.empty()) {
    swap = plan.survivor_id == other || plan.survivor_id == pair.second;
    if (!swap && plan.survivor_id != one && plan.survivor_id != pair.first) {
      return InvalidField("survivor",
                          absl::StrCat("must be ", CustomerName(one), " or ", CustomerName(other)));
    }
  }
  if (swap) std::swap(one, other);
  return CheckedPlan{.survivor_id = one,
                     .customer_ids = {other},
                     .probability = match[0].Double(3),
                     .reasons = match[0].Text(4)};
}

}  // namespace

absl::StatusOr<CheckedPlan> CheckPlan(Transaction& transaction, const MergePlan& plan) {
  CheckedPlan checked{.survivor_id = plan.survivor_id, .customer_ids = plan.customer_ids};
  if (plan.match_id) {
    CLIENTELE_ASSIGN_OR_RETURN(checked, PlanOfMatch(transaction, plan));
  }
  std::vector<std::string> all = checked.customer_ids;
  all.push_back(checked.survivor_id);
  CLIENTELE_ASSIGN_OR_RETURN(const Parties parties, LockParties(transaction, all));
  std::int64_t count = 0;
  for (const auto& [id, party] : parties) {
    if (!party.survivor_id.empty()) return AlreadyMerged(id, party.survivor_id);
    count += 1 + party.merged_count;
  }
  if (count > kMaxPersonCustomers) return TooManyCustomers(count);
  return checked;
}

}  // namespace clientele::profile
