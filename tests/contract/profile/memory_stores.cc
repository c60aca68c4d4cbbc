#include "tests/contract/profile/memory_stores.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/changes/snapshot.h"
#include "services/profile-service/core/consent/unsubscription.h"

namespace clientele::profile::testing {
void MemoryStores::FailWith(absl::Status status) {
  std::lock_guard lock(mutex_);
  failure_ = std::move(status);
}

int MemoryStores::reads() const {
  std::lock_guard lock(mutex_);
  return reads_;
}

absl::Status MemoryStores::CheckIdLocked(absl::string_view id) const {
  const std::string key(id);
  if (customers_.contains(key) || tombstones_.contains(key)) {
    return AlreadyExists(CustomerName(id));
  }
  return absl::OkStatus();
}

void MemoryStores::AppendLocked(ChangeKind kind, std::string customer_id, std::string event_id) {
  log_[++last_seq_] = {kind, std::move(customer_id), std::move(event_id), clock_->Now()};
}

absl::StatusOr<Customer> MemoryStores::Create(const RequestContext&, const MutationId& mutation,
                                              const Customer& customer) {
  std::lock_guard lock(mutex_);
  return Once<Customer>(mutation, customer.id, [&]() -> absl::StatusOr<Customer> {
    CLIENTELE_RETURN_IF_ERROR(CheckIdLocked(customer.id));
    customers_[customer.id] = customer;
    MakeDueLocked(customer.id);
    AppendLocked(ChangeKind::kCustomerCreated, customer.id, "");
    return customer;
  });
}

absl::StatusOr<CustomerBatchOutcome> MemoryStores::CreateMany(
    const RequestContext&, const MutationId& mutation, const std::vector<Customer>& customers) {
  std::lock_guard lock(mutex_);
  return Once<CustomerBatchOutcome>(mutation, "", [&]() -> absl::StatusOr<CustomerBatchOutcome> {
    CustomerBatchOutcome outcome;
    for (const Customer& customer : customers) {
      if (!CheckIdLocked(customer.id).ok()) {
        ++outcome.existing;
        continue;
      }
      ++outcome.created;
      customers_[customer.id] = customer;
      MakeDueLocked(customer.id);
      AppendLocked(ChangeKind::kCustomerCreated, customer.id, "");
    }
    return outcome;
  });
}

absl::StatusOr<Customer> MemoryStores::Get(const RequestContext&, absl::string_view id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = customers_.find(std::string(id));
  if (found == customers_.end()) return NotFound(CustomerName(id));
  return WithPersonLocked(found->second);
}

absl::Status MemoryStores::CheckFree(const RequestContext&, absl::string_view id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  return CheckIdLocked(id);
}

absl::StatusOr<std::vector<Customer>> MemoryStores::List(const RequestContext&,
                                                         absl::string_view after_id, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<Customer> page;
  for (auto next = customers_.upper_bound(std::string(after_id));
       next != customers_.end() && static_cast<int>(page.size()) < limit; ++next) {
    page.push_back(WithPersonLocked(next->second));
  }
  return page;
}

absl::StatusOr<Customer> MemoryStores::Update(
    const RequestContext&, const MutationId& mutation, absl::string_view id,
    absl::FunctionRef<absl::StatusOr<Customer>(Customer)> change) {
  std::lock_guard lock(mutex_);
  return Once<Customer>(mutation, std::string(id), [&]() -> absl::StatusOr<Customer> {
    const auto found = customers_.find(std::string(id));
    if (found == customers_.end()) return NotFound(CustomerName(id));
    CLIENTELE_ASSIGN_OR_RETURN(found->second, change(found->second));
    MakeDueLocked(found->first);
    return WithPersonLocked(found->second);
  });
}

void MemoryStores::EraseLocked(const std::string& key) {
  customers_.erase(key);
  tombstones_.insert(key);
  std::erase_if(events_, [&](const auto& entry) { return entry.first.first == key; });
  std::erase_if(decisions_, [&](const auto& decision) { return decision.customer_id == key; });
  std::erase_if(merges_, [&](const Merge& merge) {
    return merge.customer_id == key || merge.into_id == key;
  });
  std::erase_if(matches_, [&](const auto& entry) {
    return entry.first.first == key || entry.first.second == key;
  });
  due_.erase(key);
  profile_vectors_.erase(key);
  for (auto& [id, fill] : fills_) {
    if (fill.after_id == key) fill.after_id.clear();
  }
  for (auto& [id, segment] : segments_) {
    segment.member_count -= static_cast<int64_t>(members_.erase({id, key}));
  }
  std::erase_if(pending_texts_, [&](const auto& entry) { return entry.first.first == key; });
  std::erase_if(vectors_, [&](const auto& entry) { return entry.first.first.first == key; });
  std::erase_if(media_, [&](const auto& entry) { return entry.first.first == key; });
  std::erase_if(quarantine_, [&](const auto& entry) {
    return ClaimedCustomer(entry.second.event.event.customer) == key;
  });
  std::erase_if(log_, [&](const auto& entry) { return entry.second.customer_id == key; });
  std::erase_if(ledger_, [&](const auto& entry) { return entry.second.subject == key; });
  AppendLocked(ChangeKind::kCustomerDeleted, key, "");
}

absl::Status MemoryStores::Delete(const RequestContext&, const MutationId& mutation,
                                  absl::string_view id, absl::string_view etag) {
  std::lock_guard lock(mutex_);
  const std::string key(id);
  return Once<bool>(mutation, "",
                    [&]() -> absl::StatusOr<bool> {
                      const auto found = customers_.find(key);
                      if (found == customers_.end()) return NotFound(CustomerName(id));
                      if (!etag.empty() && etag != EtagOf(found->second)) {
                        return EtagMismatch(CustomerName(id));
                      }
                      for (const std::string& member : MembersLocked(id)) EraseLocked(member);
                      return true;
                    })
      .status();
}

absl::StatusOr<EventBatchOutcome> MemoryStores::Insert(const RequestContext&,
                                                       const MutationId& mutation,
                                                       const EventBatch& batch) {
  std::lock_guard lock(mutex_);
  return Once<EventBatchOutcome>(mutation, "", [&]() -> absl::StatusOr<EventBatchOutcome> {
    EventBatchOutcome outcome = batch.outcome;
    std::vector<int64_t> unknown;
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      if (!customers_.contains(batch.events[i].customer_id)) unknown.push_back(batch.indices[i]);
    }
    if (!unknown.empty() && !batch.skip_unknown_customers) return UnknownCustomers(unknown);
    for (const int64_t index : unknown) outcome.Reject(index, UnknownCustomer(index));
    outcome.Sort();
    if (batch.quarantine) {
      for (const QuarantineCandidate& candidate : batch.candidates) {
        QuarantineLocked(candidate, *batch.quarantine, outcome);
      }
    }
    for (const Event& event : batch.events) {
      if (customers_.contains(event.customer_id)) {
        InsertLocked(event, outcome);
      } else if (batch.quarantine) {
        QuarantineLocked({ToSentEvent(event), UnknownCustomerAt(kQuarantinePath)},
                         *batch.quarantine, outcome);
      }
    }
    outcome.change = last_seq_;
    FinishBatchLocked();
    return outcome;
  });
}

void MemoryStores::InsertLocked(const Event& event, EventBatchOutcome& outcome) {
  if (!events_.emplace(EventKey(event.customer_id, event.event_id), event).second) {
    ++outcome.duplicates;
    return;
  }
  ++outcome.created;
  MakeDueLocked(event.customer_id);
  if (HasText(event)) {
    pending_texts_[EventKey(event.customer_id, event.event_id)] = absl::InfinitePast();
  }
  AppendLocked(ChangeKind::kEvent, event.customer_id, event.event_id);
  if (auto decision = DecisionOf(event, clock_->Now())) {
    unsubscriptions_.push_back(*std::move(decision));
  }
}

std::vector<const Event*> MemoryStores::EventsOfLocked(absl::string_view customer_id) const {
  std::vector<const Event*> events;
  for (const std::string& member : MembersLocked(customer_id)) {
    for (const auto& [key, event] : events_) {
      if (key.first == member) events.push_back(&event);
    }
  }
  std::sort(events.begin(), events.end(), [](const Event* a, const Event* b) {
    return std::tie(a->event_time, a->event_id, a->customer_id) >
           std::tie(b->event_time, b->event_id, b->customer_id);
  });
  return events;
}

absl::StatusOr<std::vector<Event>> MemoryStores::List(const RequestContext&,
                                                      absl::string_view customer_id,
                                                      const std::optional<EventPosition>& after,
                                                      int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  std::vector<Event> page;
  for (const Event* event : EventsOfLocked(customer_id)) {
    const bool before =
        after && std::tie(event->event_time, event->event_id, event->customer_id) >=
                     std::tie(after->event_time, after->event_id, after->customer_id);
    if (before || static_cast<int>(page.size()) >= limit) continue;
    page.push_back(*event);
  }
  return page;
}

FeedState MemoryStores::StateLocked() const {
  return {.epoch = absl::StrCat("epoch-", epoch_),
          .last_seq = last_seq_,
          .compacted_seq = compacted_seq_};
}

absl::StatusOr<FeedState> MemoryStores::State(const RequestContext&) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  return StateLocked();
}

absl::StatusOr<ChangePage> MemoryStores::Read(const RequestContext&, int64_t after,
                                              const PageLimit& limit) {
  std::lock_guard lock(mutex_);
  ++reads_;
  CLIENTELE_RETURN_IF_ERROR(failure_);
  ChangePage page{.changes = {}, .last_seq = after, .feed = StateLocked()};
  int64_t bytes = 0;
  for (auto next = log_.upper_bound(after);
       next != log_.end() && static_cast<int>(page.changes.size()) < limit.changes; ++next) {
    const LogEntry& entry = next->second;
    if (PartOf(entry.kind) != limit.part) {
      page.last_seq = next->first;
      page.last_time = entry.time;
      continue;
    }
    Change change{.kind = entry.kind,
                  .customer_id = entry.customer_id,
                  .change_time = entry.time,
                  .event = {}};
    if (entry.kind == ChangeKind::kEvent) {
      change.event = events_.at({entry.customer_id, entry.event_id});
      if (!limit.include_text) change.event.text.clear();
    }
    change.expired = entry.expired;
    if (limit.part == FeedPart::kSegments) change.segment_id = entry.event_id;
    if (entry.kind == ChangeKind::kConsents) {
      change.consents = ConsentsOfLocked(entry.customer_id);
    }
    if (entry.kind == ChangeKind::kSurvivor) {
      change.survivor_id = WithPersonLocked({.id = entry.customer_id}).survivor_id;
    }
    bytes += BytesOf(change);
    if (bytes > limit.bytes && !page.changes.empty()) break;
    page.last_seq = next->first;
    page.last_time = entry.time;
    page.changes.push_back(std::move(change));
  }
  return page;
}

absl::StatusOr<std::optional<absl::Time>> MemoryStores::TimeOf(const RequestContext&, int64_t seq) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = log_.find(seq);
  if (found == log_.end()) return std::nullopt;
  return found->second.time;
}

absl::StatusOr<SnapshotPage> MemoryStores::ReadSnapshot(const RequestContext&,
                                                        absl::string_view place,
                                                        const PageLimit& limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::optional<SnapshotKey> after;
  if (!place.empty()) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(place, absl::MaxSplits(' ', 1));
    after = SnapshotKey{parts.first, parts.second};
  }
  const SnapshotKey from = after.value_or(SnapshotKey());
  SnapshotRows rows;
  for (auto next = customers_.upper_bound(from.customer_id); next != customers_.end(); ++next) {
    rows.customers.push_back({.id = next->first,
                              .consents = ConsentsOfLocked(next->first),
                              .survivor_id = WithPersonLocked(next->second).survivor_id});
  }
  for (auto next = events_.upper_bound({from.customer_id, from.event_id}); next != events_.end();
       ++next) {
    rows.events.push_back(next->second);
    if (!limit.include_text) rows.events.back().text.clear();
  }
  SnapshotPage page = MakeSnapshotPage(after, std::move(rows), limit, clock_->Now());
  page.epoch = StateLocked().epoch;
  if (const auto& through = page.range.through; through.has_value()) {
    page.next_place = absl::StrCat(through->customer_id, " ", through->event_id);
  }
  return page;
}

absl::Status MemoryStores::Acknowledge(const RequestContext&, absl::string_view follower,
                                       absl::string_view epoch, int64_t seq) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  followers_[std::string(follower)] = {std::string(epoch), seq, clock_->Now()};
  return absl::OkStatus();
}

absl::Status MemoryStores::RenewEpoch(const RequestContext&, absl::string_view expected) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (StateLocked().epoch == expected) ++epoch_;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> MemoryStores::Compact(const RequestContext&, absl::Time before,
                                              int64_t limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::erase_if(followers_, [&](const auto& entry) { return entry.second.seen_time < before; });
  int64_t acknowledged = INT64_MAX;
  for (const auto& [name, follower] : followers_) {
    if (follower.epoch != StateLocked().epoch) continue;
    acknowledged = std::min(acknowledged, follower.acknowledged_seq);
  }
  int64_t deleted = 0;
  while (!log_.empty() && deleted < limit && log_.begin()->first <= acknowledged &&
         log_.begin()->second.time < before) {
    compacted_seq_ = log_.begin()->first;
    log_.erase(log_.begin());
    ++deleted;
  }
  return deleted;
}

absl::StatusOr<CustomerBehavior> MemoryStores::Read(const RequestContext&,
                                                    absl::string_view customer_id, absl::Time now,
                                                    const AffinityModel& affinity,
                                                    const SignalQuery& texts) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  CustomerBehavior behavior;
  behavior.customer_id = PersonLocked(std::string(customer_id));
  behavior.consents = ConsentsOfLocked(customer_id);
  behavior.summary = SummarizeLocked(customer_id, now, affinity);
  int left = texts.limit;
  for (const Event* event : EventsOfLocked(customer_id)) {
    if (!HasText(*event) || left-- <= 0) continue;
    const auto found =
        vectors_.find({EventKey(event->customer_id, event->event_id), texts.model_id});
    if (found == vectors_.end()) {
      ++behavior.texts.pending;
    } else {
      behavior.texts.vectors.push_back(found->second.vector);
      behavior.texts.sources.push_back({event->customer_id, event->event_id, event->event_time});
    }
  }
  if (texts.pictures.limit > 0) {
    std::vector<Media>& pictures = behavior.pictures.pictures;
    pictures = MediaOfLocked(customer_id);
    if (pictures.size() > static_cast<std::size_t>(texts.pictures.limit)) {
      pictures.resize(static_cast<std::size_t>(texts.pictures.limit));
    }
    for (Media& picture : pictures) {
      behavior.pictures.pending += picture.state == MediaState::kPending ? 1 : 0;
      for (Sighting& sighting : picture.sightings) {
        if (sighting.model_id != texts.pictures.encoder_id) sighting.vector.clear();
      }
    }
  }
  return behavior;
}

absl::StatusOr<int> MemoryStores::RebuildSums(const RequestContext&, const AffinityModel&, int) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  return 0;
}

absl::StatusOr<std::vector<MonthOfActivity>> MemoryStores::CountByMonth(
    const RequestContext&, absl::string_view customer_id, absl::CivilMonth first,
    absl::CivilMonth last) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::map<absl::CivilMonth, MonthOfActivity> months;
  for (const Event* event : EventsOfLocked(customer_id)) {
    const absl::CivilMonth month(absl::ToCivilSecond(event->event_time, absl::UTCTimeZone()));
    if (!IsBehavior(*event) || month < first || month > last) continue;
    MonthOfActivity& counted = months[month];
    counted.month = month;
    ++counted.events;
    counted.purchases += event->type == EventType::kPurchase ? 1 : 0;
  }
  std::vector<MonthOfActivity> list;
  for (const auto& [month, counted] : months) list.push_back(counted);
  return list;
}

absl::StatusOr<std::vector<PendingText>> MemoryStores::Take(const RequestContext&, int limit,
                                                            absl::Time now, absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<PendingText> texts;
  std::erase_if(pending_texts_, [&](const auto& entry) {
    return entry.second <= now && !ProfiledLocked(entry.first.first);
  });
  for (auto& [key, leased_until] : pending_texts_) {
    if (leased_until > now || static_cast<int>(texts.size()) >= limit) continue;
    leased_until = now + lease;
    texts.push_back({key.first, key.second, events_.at(key).text});
  }
  return texts;
}

absl::Status MemoryStores::Put(const RequestContext&, absl::string_view model_id,
                               absl::Span<const TextVector> vectors, absl::Time now) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  for (const TextVector& vector : vectors) {
    const EventKey key(vector.customer_id, vector.event_id);
    if (!events_.contains(key) || !ProfiledLocked(key.first)) continue;
    pending_texts_.erase(key);
    vectors_.try_emplace({key, std::string(model_id)}, KeptVector{vector.vector, now});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> MemoryStores::ScanTexts(const RequestContext&, absl::string_view model_id,
                                             const Scan& scan) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  TextScan& state = scans_[std::string(model_id)];
  if (state.complete_time) {
    if (*state.complete_time > scan.now - scan.pause) return false;
    state = {};
  }
  int seen = 0;
  for (auto next = events_.upper_bound(state.last); next != events_.end() && seen < scan.limit;
       ++next) {
    if (!HasText(next->second)) continue;
    ++seen;
    state.last = next->first;
    if (!vectors_.contains({next->first, std::string(model_id)})) {
      pending_texts_.try_emplace(next->first, absl::InfinitePast());
    }
    std::erase_if(vectors_, [&](const auto& entry) {
      return entry.first.first == next->first && entry.first.second != model_id &&
             entry.second.time < scan.now - scan.keep_old;
    });
  }
  if (seen == 0) state = {.last = {}, .complete_time = scan.now};
  return seen > 0;
}

void MemoryStores::DropEvent(const std::string& customer_id, const std::string& event_id) {
  std::lock_guard lock(mutex_);
  DropEventLocked(EventKey(customer_id, event_id));
}

void MemoryStores::DropEventLocked(const EventKey& key) {
  events_.erase(key);
  MakeDueLocked(key.first);
  pending_texts_.erase(key);
  std::erase_if(vectors_, [&](const auto& entry) { return entry.first.first == key; });
  std::erase_if(log_, [&](const auto& entry) {
    return entry.second.customer_id == key.first && entry.second.event_id == key.second;
  });
}

}  // namespace clientele::profile::testing
