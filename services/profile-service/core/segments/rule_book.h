#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULE_BOOK_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULE_BOOK_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/segments/segment.h"
#include "services/profile-service/core/segments/segment_rule.h"

namespace clientele::profile {

// What rules read of a customer, in their terms.
CustomerFacts FactsOf(const CustomerRecord& record, const consent::Policy& policy, absl::Time now);

// Whether the customer's data may be used for segments at all.
bool MayBeProfiled(const CustomerRecord& record, const consent::Policy& policy);

// The rules of all segments, read once. Immutable and thread-safe.
class RuleBook {
 public:
  // A rule that cannot be read, of a later version, holds for nobody.
  explicit RuleBook(const std::vector<Segment>& segments);

  bool empty() const { return rules_.empty(); }
  // The events that some rule reads are after this; InfiniteFuture where none reads any.
  absl::Time EventsSince(absl::Time now) const;

  struct Memberships {
    std::vector<std::string> segment_ids;
    std::optional<absl::Time> next_change;
  };
  Memberships Decide(const CustomerFacts& facts) const;

 private:
  std::vector<std::pair<std::string, SegmentRule>> rules_;  // by segment
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULE_BOOK_H_
