#ifndef CLIENTELE_TESTS_CONTRACT_PROFILE_STORE_CALLS_H_
#define CLIENTELE_TESTS_CONTRACT_PROFILE_STORE_CALLS_H_

// Calls of the stores under test that must go well.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {

inline const RequestContext kContext;

inline std::vector<std::string> Describe(const std::vector<Change>& changes) {
  std::vector<std::string> texts;
  for (const Change& change : changes) {
    const char* kind = change.kind == ChangeKind::kEvent             ? "event "
                       : change.kind == ChangeKind::kCustomerCreated ? "created "
                       : change.kind == ChangeKind::kConsents        ? "consents "
                       : change.kind == ChangeKind::kSurvivor        ? "survivor "
                       : change.kind == ChangeKind::kEventsExpired   ? "expired "
                                                                     : "deleted ";
    texts.push_back(absl::StrCat(kind, change.customer_id, change.event.event_id));
  }
  return texts;
}

inline std::vector<std::string> ReadAll(StoresUnderTest& stores) {
  const auto page = stores.changes().Read(kContext, 0, {});
  REQUIRE(page.ok());
  return Describe(page->changes);
}

inline void CreateCustomers(StoresUnderTest& stores, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    REQUIRE(stores.customers().Create(kContext, Mutation(), MakeCustomer(id)).ok());
  }
}

inline void Decide(StoresUnderTest& stores, const std::string& customer, consent::Purpose purpose,
                   bool granted, absl::Time time = kNow) {
  const ConsentDecision decision{.customer_id = customer,
                                 .purpose = purpose,
                                 .granted = granted,
                                 .decision_time = time,
                                 .store_time = kNow};
  REQUIRE(stores.consents().Record(kContext, Mutation(), {decision}, {}).ok());
}

inline EventBatchOutcome Insert(StoresUnderTest& stores, std::vector<Event> events,
                                bool skip = false) {
  const auto outcome =
      stores.events().Insert(kContext, Mutation(), MakeBatch(std::move(events), skip));
  REQUIRE(outcome.ok());
  return *outcome;
}

// Who was taken belongs to `segment_ids` of all segments that there are.
inline void SettleOne(StoresUnderTest& stores, const DueCustomer& customer,
                      std::vector<std::string> segment_ids,
                      std::optional<absl::Time> next_change = std::nullopt) {
  DecisionBatch batch{.segment_ids = segment_ids,
                      .customers = {{.customer_id = customer.customer_id,
                                     .revision = customer.revision,
                                     .segment_ids = segment_ids,
                                     .next_change = next_change}},
                      .decide_time = kNow};
  const auto segments = stores.segments().ListSegments(kContext);
  REQUIRE(segments.ok());
  for (const Segment& segment : *segments) batch.segment_ids.push_back(segment.id);
  REQUIRE(stores.memberships().Settle(kContext, batch).ok());
}

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_CONTRACT_PROFILE_STORE_CALLS_H_
