// The merges and matches of MemoryStores.
#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

std::string MemoryStores::PersonLocked(const std::string& customer_id) const {
  std::string person = customer_id;
  for (bool moved = true; moved;) {
    moved = false;
    for (const Merge& merge : merges_) {
      if (merge.undo_time || merge.customer_id != person) continue;
      person = merge.into_id;
      moved = true;
    }
  }
  return person;
}

std::vector<std::string> MemoryStores::MembersLocked(absl::string_view customer_id) const {
  const std::string person = PersonLocked(std::string(customer_id));
  if (merges_.empty()) return {person};
  std::vector<std::string> members;
  for (const auto& [id, customer] : customers_) {
    if (PersonLocked(id) == person) members.push_back(id);
  }
  return members;
}

Customer MemoryStores::WithPersonLocked(Customer customer) const {
  const std::string person = PersonLocked(customer.id);
  if (person != customer.id) {
    customer.survivor_id = person;
  } else {
    customer.merged_count = static_cast<int>(MembersLocked(customer.id).size()) - 1;
  }
  return customer;
}

MemoryStores::PersonsAndConsents MemoryStores::DescribeLocked() const {
  PersonsAndConsents described;
  for (const auto& [id, customer] : customers_) {
    described[id] = {PersonLocked(id), ConsentsOfLocked(id)};
  }
  return described;
}

void MemoryStores::TellChangesLocked(const PersonsAndConsents& before) {
  const PersonsAndConsents now = DescribeLocked();
  for (const auto& [id, described] : now) {
    if (described.first == before.at(id).first) continue;
    AppendLocked(ChangeKind::kSurvivor, id, "");
    MakeDueLocked(before.at(id).first);
    MakeDueLocked(described.first);
  }
  for (const auto& [id, described] : now) {
    if (described.second == before.at(id).second) continue;
    ApplyToVectorsLocked(id);
    AppendLocked(ChangeKind::kConsents, id, "");
  }
  for (const auto& [id, described] : now) {
    if (described.first == id) continue;
    for (auto& [segment_id, segment] : segments_) {
      if (members_.erase({segment_id, id}) == 0) continue;
      --segment.member_count;
      AppendLocked(ChangeKind::kSegmentLeft, id, segment_id);
    }
  }
}

absl::StatusOr<MergePlan> MemoryStores::CheckPlanLocked(MergePlan plan) const {
  if (plan.match_id) {
    const auto found = std::find_if(matches_.begin(), matches_.end(), [&](const auto& entry) {
      return entry.second.match.id == *plan.match_id;
    });
    if (found == matches_.end()) return NotFound(MatchName(*plan.match_id));
    if (found->second.match.state != MatchState::kWaiting) {
      return absl::FailedPreconditionError("the match was decided");
    }
    std::string one = PersonLocked(found->first.first);
    std::string other = PersonLocked(found->first.second);
    if (one == other) return absl::FailedPreconditionError("they are one person already");
    const auto age = [&](const std::string& id) {
      return std::tie(customers_.at(id).create_time, customers_.at(id).id);
    };
    bool swap = age(other) < age(one);
    if (!plan.survivor_id.empty()) {
      swap = PersonLocked(plan.survivor_id) == other;
      if (!swap && PersonLocked(plan.survivor_id) != one) {
        return InvalidField("survivor", "must be one of the match");
      }
    }
    if (swap) std::swap(one, other);
    plan.survivor_id = one;
    plan.customer_ids = {other};
  }
  std::vector<std::string> all = plan.customer_ids;
  all.push_back(plan.survivor_id);
  std::sort(all.begin(), all.end());
  int64_t count = 0;
  for (const std::string& id : all) {
    if (!customers_.contains(id)) return NotFound(CustomerName(id));
  }
  for (const std::string& id : all) {
    if (PersonLocked(id) != id) return AlreadyMerged(id, PersonLocked(id));
    count += static_cast<int64_t>(MembersLocked(id).size());
  }
  if (count > kMaxPersonCustomers) return TooManyCustomers(count);
  return plan;
}

absl::StatusOr<std::vector<Merge>> MemoryStores::MergeCustomers(const RequestContext&,
                                                                const MutationId& mutation,
                                                                const MergePlan& plan,
                                                                const consent::Policy& policy) {
  std::lock_guard lock(mutex_);
  consent_policy_ = policy;
  const auto merge = [&]() -> absl::StatusOr<std::vector<Merge>> {
    CLIENTELE_ASSIGN_OR_RETURN(const MergePlan checked, CheckPlanLocked(plan));
    if (plan.validate_only) return std::vector<Merge>();
    const PersonsAndConsents before = DescribeLocked();
    Merge made{
        .into_id = checked.survivor_id, .origin = checked.origin, .merge_time = clock_->Now()};
    for (auto& [pair, kept] : matches_) {
      if (plan.match_id != kept.match.id) continue;
      made.probability = kept.match.probability;
      made.reasons = kept.match.reasons;
    }
    std::vector<Merge> all;
    for (const std::string& id : checked.customer_ids) {
      made.id = merges_.empty() ? 1 : merges_.back().id + 1;
      made.customer_id = id;
      merges_.push_back(made);
      all.push_back(made);
    }
    for (auto& [pair, kept] : matches_) {
      if (kept.match.state != MatchState::kWaiting) continue;
      if (PersonLocked(pair.first) != checked.survivor_id) continue;
      if (PersonLocked(pair.second) == checked.survivor_id) kept.match.state = MatchState::kMerged;
    }
    TellChangesLocked(before);
    return all;
  };
  if (plan.validate_only) return merge();
  return Once<std::vector<Merge>>(mutation, "", merge);
}

absl::StatusOr<Merge> MemoryStores::UndoMerge(const RequestContext&, const MutationId& mutation,
                                              std::int64_t id, const consent::Policy& policy) {
  std::lock_guard lock(mutex_);
  consent_policy_ = policy;
  return Once<Merge>(mutation, "", [&]() -> absl::StatusOr<Merge> {
    const auto found = std::find_if(merges_.begin(), merges_.end(),
                                    [&](const Merge& merge) { return merge.id == id; });
    if (found == merges_.end()) return NotFound(MergeName(id));
    if (found->undo_time) return absl::FailedPreconditionError("it was undone before");
    const PersonsAndConsents before = DescribeLocked();
    found->undo_time = clock_->Now();
    const auto pair = std::minmax(found->customer_id, found->into_id);
    KeptMatch& kept = matches_[pair];
    if (kept.match.id == 0) {
      kept.match = {.id = ++last_match_,
                    .customer_id = pair.first,
                    .other_id = pair.second,
                    .probability = found->probability,
                    .reasons = found->reasons,
                    .create_time = clock_->Now()};
    }
    kept.match.state = MatchState::kDismissed;
    const std::string customer = found->customer_id;
    const std::string stood = before.at(customer).first;
    std::erase_if(matches_, [&](const auto& entry) {
      if (entry.second.match.state != MatchState::kWaiting) return false;
      const std::set<std::string> persons = {PersonLocked(entry.first.first),
                                             PersonLocked(entry.first.second)};
      return persons == std::set<std::string>{customer, stood};
    });
    TellChangesLocked(before);
    return *found;
  });
}

absl::StatusOr<std::vector<Merge>> MemoryStores::ListMerges(const RequestContext&,
                                                            absl::string_view customer_id,
                                                            std::int64_t before, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const std::string of(customer_id);
  if (!of.empty() && !customers_.contains(of)) return NotFound(CustomerName(of));
  const std::vector<std::string> members = MembersLocked(of);
  const auto named = [&](const std::string& id) {
    return of.empty() || std::binary_search(members.begin(), members.end(), id);
  };
  std::vector<Merge> page;
  for (auto merge = merges_.rbegin(); merge != merges_.rend(); ++merge) {
    if (merge->id >= before || static_cast<int>(page.size()) >= limit) continue;
    if (named(merge->customer_id) || named(merge->into_id)) page.push_back(*merge);
  }
  return page;
}

absl::StatusOr<std::vector<Match>> MemoryStores::ListMatches(
    const RequestContext&, const std::optional<MatchPosition>& after, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto place = [](const Match& match) { return std::pair(-match.probability, match.id); };
  std::vector<Match> page;
  for (const auto& [pair, kept] : matches_) {
    const Match& match = kept.match;
    if (match.state != MatchState::kWaiting) continue;
    if (after && place(match) <= std::pair(-after->probability, after->id)) continue;
    if (PersonLocked(pair.first) != PersonLocked(pair.second)) page.push_back(match);
  }
  std::sort(page.begin(), page.end(),
            [&](const Match& a, const Match& b) { return place(a) < place(b); });
  if (static_cast<int>(page.size()) > limit) page.resize(static_cast<std::size_t>(limit));
  return page;
}

absl::StatusOr<Match> MemoryStores::DismissMatch(const RequestContext&, const MutationId& mutation,
                                                 std::int64_t id) {
  std::lock_guard lock(mutex_);
  return Once<Match>(mutation, "", [&]() -> absl::StatusOr<Match> {
    for (auto& [pair, kept] : matches_) {
      if (kept.match.id != id) continue;
      if (kept.match.state == MatchState::kMerged) {
        return absl::FailedPreconditionError("the match was merged");
      }
      kept.match.state = MatchState::kDismissed;
      return kept.match;
    }
    return NotFound(MatchName(id));
  });
}

absl::StatusOr<std::optional<std::int64_t>> MemoryStores::BeginSearch(const RequestContext&,
                                                                      absl::Time now,
                                                                      absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  absl::Time last = absl::InfinitePast();
  for (const auto& [id, customer] : customers_) last = std::max(last, customer.update_time);
  begun_ = {customers_.size(), last};
  if (search_leased_until_ > now || begun_ == searched_) return std::nullopt;
  search_leased_until_ = now + lease;
  return ++search_;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> MemoryStores::DismissedPersons(
    const RequestContext&) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::set<std::pair<std::string, std::string>> pairs;
  for (const auto& [pair, kept] : matches_) {
    if (kept.match.state != MatchState::kDismissed) continue;
    pairs.insert(std::minmax(PersonLocked(pair.first), PersonLocked(pair.second)));
  }
  return std::vector(pairs.begin(), pairs.end());
}

absl::StatusOr<std::vector<std::int64_t>> MemoryStores::Propose(const RequestContext&,
                                                                std::int64_t search,
                                                                const std::vector<Match>& matches,
                                                                absl::Time now) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<std::int64_t> ids;
  for (const Match& match : matches) {
    ids.push_back(0);
    if (!customers_.contains(match.customer_id) || !customers_.contains(match.other_id)) continue;
    KeptMatch& kept = matches_[{match.customer_id, match.other_id}];
    const bool is_new = kept.match.id == 0;
    if (!is_new && kept.match.state != MatchState::kWaiting) continue;
    const Match before = kept.match;
    kept = {.match = match, .search = search};
    kept.match.id = is_new ? ++last_match_ : before.id;
    kept.match.create_time = is_new ? now : before.create_time;
    ids.back() = kept.match.id;
  }
  return ids;
}

absl::Status MemoryStores::EndSearch(const RequestContext&, std::int64_t search) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::erase_if(matches_, [&](const auto& entry) {
    return entry.second.match.state == MatchState::kWaiting && entry.second.search < search;
  });
  if (search != search_) return absl::OkStatus();
  search_leased_until_ = absl::InfinitePast();
  searched_ = begun_;
  return absl::OkStatus();
}

}  // namespace clientele::profile::testing
