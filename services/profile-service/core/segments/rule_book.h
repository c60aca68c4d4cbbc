#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULE_BOOK_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULE_BOOK_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/segments/membership.h"
#include "services/profile-service/core/segments/rules/segment_rule.h"
#include "services/profile-service/core/segments/segment.h"

namespace clientele::profile {

// What rules read of a customer, in their terms.
CustomerFacts FactsOf(CustomerRecord record, const consent::Policy& policy, absl::Time now);

// Whether the customer can belong anywhere: they may be profiled, and stand for themselves.
bool MayBelong(const CustomerRecord& record, const consent::Policy& policy);

// The rules of some segments, read once. Immutable and thread-safe.
class RuleBook {
 public:
  // A rule that cannot be read, of a later version, holds for nobody.
  explicit RuleBook(const std::vector<Segment>& segments);

  // Whether these are the segments, with these rules.
  bool IsOf(const std::vector<Segment>& segments) const;

  // What any of the rules needs at `now`.
  RuleReads Reads(absl::Time now) const;
  // Where the customers belong at `now`, about all segments of the book.
  DecisionBatch Decide(std::vector<CustomerRecord> records, const consent::Policy& policy,
                       absl::Time now) const;

 private:
  std::vector<std::string> segment_ids_, texts_;
  std::vector<std::pair<std::string, SegmentRule>> rules_;  // by segment
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULE_BOOK_H_
