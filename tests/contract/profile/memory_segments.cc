// The segments of MemoryStores.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

void MemoryStores::MakeDueLocked(const std::string& customer_id) {
  if (segments_.empty()) return;
  Due& due = due_[PersonLocked(customer_id)];
  due.time = absl::InfinitePast();
  ++due.revision;
}

absl::StatusOr<Segment> MemoryStores::CreateSegment(const RequestContext&,
                                                    const MutationId& mutation,
                                                    const Segment& segment, int max_segments) {
  std::lock_guard lock(mutex_);
  return Once<Segment>(mutation, "", [&]() -> absl::StatusOr<Segment> {
    if (static_cast<int>(segments_.size()) >= max_segments) {
      return absl::ResourceExhaustedError("too many segments");
    }
    if (!segments_.emplace(segment.id, segment).second) {
      return AlreadyExists(SegmentName(segment.id));
    }
    fills_[segment.id] = {.id = ++last_fill_};
    return segment;
  });
}

absl::StatusOr<Segment> MemoryStores::GetSegment(const RequestContext&, absl::string_view id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = segments_.find(std::string(id));
  if (found == segments_.end()) return NotFound(SegmentName(id));
  return found->second;
}

absl::StatusOr<std::vector<Segment>> MemoryStores::ListSegments(const RequestContext&) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<Segment> segments;
  for (const auto& [id, segment] : segments_) segments.push_back(segment);
  return segments;
}

absl::Status MemoryStores::DeleteSegment(const RequestContext&, const MutationId& mutation,
                                         absl::string_view id) {
  std::lock_guard lock(mutex_);
  return Once<bool>(mutation, "",
                    [&]() -> absl::StatusOr<bool> {
                      if (segments_.erase(std::string(id)) == 0) return NotFound(SegmentName(id));
                      fills_.erase(std::string(id));
                      sizes_.erase(std::string(id));
                      std::erase_if(members_,
                                    [&](const auto& one) { return one.first.first == id; });
                      return true;
                    })
      .status();
}

absl::StatusOr<std::vector<SegmentMember>> MemoryStores::ListMembers(const RequestContext&,
                                                                     absl::string_view id,
                                                                     absl::string_view after_id,
                                                                     int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!segments_.contains(std::string(id))) return NotFound(SegmentName(id));
  std::vector<SegmentMember> members;
  for (auto next = members_.upper_bound({std::string(id), std::string(after_id)});
       next != members_.end() && next->first.first == id &&
       static_cast<int>(members.size()) < limit;
       ++next) {
    members.push_back({next->first.second, next->second, {}});
  }
  return members;
}

absl::Status MemoryStores::RecordSizes(const RequestContext&, absl::CivilDay day,
                                       absl::CivilDay keep_from) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  for (const auto& [id, segment] : segments_) sizes_[id][day] = segment.member_count;
  for (auto& [id, sizes] : sizes_) {
    std::erase_if(sizes, [&](const auto& size) { return size.first < keep_from; });
  }
  return absl::OkStatus();
}

absl::StatusOr<SizedSegment> MemoryStores::GetSizedSegment(const RequestContext& context,
                                                           absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(Segment segment, GetSegment(context, id));
  SizedSegment sized{.segment = std::move(segment), .sizes = {}};
  std::lock_guard lock(mutex_);
  for (const auto& [day, count] : sizes_[std::string(id)]) sized.sizes.push_back({day, count});
  return sized;
}

absl::StatusOr<std::vector<std::string>> MemoryStores::Sample(
    const RequestContext&, const std::optional<std::string>& segment_id, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<std::string> ids;
  for (const auto& [id, customer] : customers_) {
    if (!segment_id || members_.contains({*segment_id, id})) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end(), [](const std::string& a, const std::string& b) {
    return std::hash<std::string>()(a) < std::hash<std::string>()(b);
  });
  if (ids.size() > static_cast<std::size_t>(limit)) ids.resize(static_cast<std::size_t>(limit));
  return ids;
}

absl::StatusOr<std::vector<MonthOfPersons>> MemoryStores::CountActive(
    const RequestContext&, const std::vector<std::string>& customer_ids, absl::CivilMonth first,
    absl::CivilMonth last) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::map<absl::CivilMonth, std::pair<std::set<std::string>, std::set<std::string>>> persons;
  for (const std::string& id : customer_ids) {
    for (const Event* event : EventsOfLocked(id)) {
      const absl::CivilMonth month(absl::ToCivilSecond(event->event_time, absl::UTCTimeZone()));
      if (!IsBehavior(*event) || month < first || month > last) continue;
      auto& [active, bought] = persons[month];
      active.insert(id);
      if (event->type == EventType::kPurchase) bought.insert(id);
    }
  }
  std::vector<MonthOfPersons> months;
  for (const auto& [month, who] : persons) {
    months.push_back({month, static_cast<std::int64_t>(who.first.size()),
                      static_cast<std::int64_t>(who.second.size())});
  }
  return months;
}

absl::StatusOr<std::vector<DueCustomer>> MemoryStores::TakeDue(const RequestContext&, int limit,
                                                               absl::Time now,
                                                               absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<DueCustomer> taken;
  for (auto& [customer, due] : due_) {
    if (due.time > now || due.leased_until > now || static_cast<int>(taken.size()) >= limit) {
      continue;
    }
    due.leased_until = now + lease;
    taken.push_back({customer, due.revision});
  }
  return taken;
}

absl::StatusOr<std::vector<CustomerRecord>> MemoryStores::ReadRecords(
    const RequestContext& context, const std::vector<std::string>& customer_ids,
    const RecordQuery& query) {
  std::vector<CustomerRecord> records;
  for (const std::string& id : std::set<std::string>(customer_ids.begin(), customer_ids.end())) {
    const absl::StatusOr<Customer> customer = Get(context, id);
    if (absl::IsNotFound(customer.status())) continue;
    CLIENTELE_RETURN_IF_ERROR(customer.status());
    CustomerRecord& record = records.emplace_back(
        CustomerRecord{.customer_id = id, .merged = !customer->survivor_id.empty()});
    record.has_merged = customer->merged_count > 0;
    if (!record.merged) {
      CLIENTELE_ASSIGN_OR_RETURN(CustomerBehavior behavior,
                                 Read(context, id, query.now, query.affinity, {}));
      record.consents = behavior.consents;
      record.language = customer->language_code;
      record.region = customer->region;
      if (query.reads.attributes) record.attributes = customer->attributes;
      if (query.reads.behavior.totals) record.behavior = std::move(behavior.summary);
    }
    std::lock_guard lock(mutex_);
    record.revision = RevisionLocked(id);
    if (record.merged) continue;
    for (const Event* event : EventsOfLocked(id)) {
      if (event->left_out == LeftOut::kNo && query.reads.Wants(*event))
        record.events.push_back(*event);
    }
  }
  return records;
}

std::int64_t MemoryStores::RevisionLocked(const std::string& customer_id) const {
  const auto found = due_.find(customer_id);
  return found == due_.end() ? 0 : found->second.revision;
}

bool MemoryStores::StandsLocked(const std::string& customer_id) const {
  return customers_.contains(customer_id) && PersonLocked(customer_id) == customer_id;
}

absl::StatusOr<int> MemoryStores::Settle(const RequestContext&, const DecisionBatch& batch) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<std::pair<std::string, std::string>> joined, left;
  for (const CustomerDecision& decision : batch.customers) {
    const std::string& customer = decision.customer_id;
    if (!StandsLocked(customer)) {
      if (due_.erase(customer) > 0 && customers_.contains(customer)) MakeDueLocked(customer);
      continue;
    }
    Due& due = due_[customer];
    due.leased_until = absl::InfinitePast();
    if (due.revision != decision.revision) {
      due.time = absl::InfinitePast();
      continue;
    }
    due.time = decision.next_change.value_or(absl::InfiniteFuture());
    for (const std::string& id : batch.segment_ids) {
      const auto segment = segments_.find(id);
      if (segment == segments_.end()) continue;
      const bool belongs = std::find(decision.segment_ids.begin(), decision.segment_ids.end(),
                                     id) != decision.segment_ids.end();
      if (belongs && members_.try_emplace({id, customer}, batch.decide_time).second) {
        ++segment->second.member_count;
        joined.emplace_back(customer, id);
      } else if (!belongs && members_.erase({id, customer}) > 0) {
        --segment->second.member_count;
        left.emplace_back(customer, id);
      }
    }
  }
  for (const auto& [customer, id] : left) AppendLocked(ChangeKind::kSegmentLeft, customer, id);
  for (const auto& [customer, id] : joined) AppendLocked(ChangeKind::kSegmentJoined, customer, id);
  return static_cast<int>(left.size() + joined.size());
}

absl::StatusOr<std::optional<SegmentFill>> MemoryStores::TakeFill(const RequestContext&,
                                                                  absl::Time now,
                                                                  absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  for (auto& [id, fill] : fills_) {
    if (fill.leased_until > now) continue;
    fill.leased_until = now + lease;
    return SegmentFill{.segment_id = id,
                       .rule = segments_.at(id).rule,
                       .after_id = fill.after_id,
                       .begin_id = fill.id};
  }
  return std::nullopt;
}

bool MemoryStores::MatchesLocked(const RuleNarrowing& narrowing, const Customer& customer,
                                 absl::Time now) const {
  if (narrowing.everyone) return true;
  std::vector<Event> all, counted;
  for (const auto& [key, event] : events_) {
    if (key.first != customer.id) continue;
    if (event.left_out != LeftOut::kNo) continue;
    all.push_back(event);
    if (IsBehavior(event)) counted.push_back(event);
  }
  const auto has = [&](auto matches) {
    return std::any_of(counted.begin(), counted.end(), matches);
  };
  const auto is_amount = [](const Event& event) {
    return event.type == EventType::kPurchase || event.type == EventType::kReturn;
  };
  const auto holds = [&](const StoredFact& fact) {
    const EventFilter& filter = fact.filter;
    switch (fact.kind) {
      case StoredFact::Kind::kEvents:
      case StoredFact::Kind::kAmounts:
        return std::any_of(all.begin(), all.end(), [&](const Event& event) {
          return filter.Matches(event) &&
                 (fact.kind == StoredFact::Kind::kEvents || is_amount(event)) &&
                 (!filter.window || event.event_time > now - *filter.window);
        });
      case StoredFact::Kind::kCategory:
        return has([&](const Event& event) { return event.category == fact.key; });
      case StoredFact::Kind::kCurrency:
        return has([&](const Event& event) {
          return event.currency_code == fact.key &&
                 (event.type == EventType::kPurchase || event.type == EventType::kReturn);
        });
      case StoredFact::Kind::kChannel:
        return has([&](const Event& event) { return event.channel == fact.key; });
      case StoredFact::Kind::kDevice:
        return has([&](const Event& event) { return event.device == fact.key; });
      case StoredFact::Kind::kEventsOfType:
        return std::any_of(all.begin(), all.end(),
                           [&](const Event& event) { return event.type == fact.type; });
      case StoredFact::Kind::kAnyResponse:
        return std::any_of(all.begin(), all.end(), [](const Event& event) {
          return IsOfCampaign(event.type) || IsOfCoupon(event.type);
        });
      case StoredFact::Kind::kAnyEvent:
        return has([](const Event&) { return true; });
      case StoredFact::Kind::kLanguage:
        return customer.language_code == fact.key;
      case StoredFact::Kind::kRegion:
        return customer.region == fact.key;
      case StoredFact::Kind::kAttributes:
        return !customer.attributes.empty();
    }
    return false;
  };
  return std::any_of(narrowing.any_of.begin(), narrowing.any_of.end(), holds);
}

absl::StatusOr<std::vector<Candidate>> MemoryStores::ListCandidates(const RequestContext&,
                                                                    const RuleNarrowing& narrowing,
                                                                    absl::string_view after_id,
                                                                    int limit, absl::Time now) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<Candidate> candidates;
  for (const auto& [id, customer] : customers_) {
    if (id <= after_id || !MatchesLocked(narrowing, customer, now)) continue;
    if (static_cast<int>(candidates.size()) == limit) break;
    candidates.push_back({id, PersonLocked(id)});
  }
  return candidates;
}

absl::StatusOr<int> MemoryStores::SettleFill(const RequestContext&, const SegmentFill& fill,
                                             const std::optional<std::string>& next_after,
                                             const DecisionBatch& batch) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = fills_.find(fill.segment_id);
  if (found == fills_.end() || found->second.after_id != fill.after_id) return 0;
  found->second.leased_until = absl::InfinitePast();
  if (next_after && !customers_.contains(*next_after)) return 0;
  if (next_after) {
    found->second.after_id = *next_after;
  } else {
    fills_.erase(found);
  }
  int joined = 0;
  for (const CustomerDecision& decision : batch.customers) {
    const std::string& customer = decision.customer_id;
    if (!StandsLocked(customer)) continue;
    if (decision.segment_ids.empty() && !decision.next_change) continue;
    if (RevisionLocked(customer) != decision.revision) {
      MakeDueLocked(customer);
      continue;
    }
    if (decision.next_change) {
      const auto due = due_.try_emplace(customer, Due{.time = absl::InfiniteFuture()}).first;
      due->second.time = std::min(due->second.time, *decision.next_change);
      ++due->second.revision;
    }
    if (decision.segment_ids.empty()) continue;
    if (!members_.try_emplace({fill.segment_id, customer}, batch.decide_time).second) continue;
    ++segments_.at(fill.segment_id).member_count;
    AppendLocked(ChangeKind::kSegmentJoined, customer, fill.segment_id);
    ++joined;
  }
  return joined;
}

}  // namespace clientele::profile::testing
