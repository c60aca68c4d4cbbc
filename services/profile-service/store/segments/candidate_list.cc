#include "services/profile-service/store/segments/candidate_list.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "common/postgres/statement.h"
#include "common/postgres/value.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Value;

// What is not asked for is not read: its condition is a parameter alone. Customers whose sums are
// not complete may have more events than their sums tell.
constexpr Statement kListCandidates{
    "profile.list_segment_candidates",
    "SELECT c.customer_id, coalesce(c.survivor_id, c.customer_id) FROM ("
    "SELECT e.customer_id FROM profile.events AS e "
    "WHERE $3::boolean AND e.customer_id > $1 AND e.event_time > $4::timestamptz "
    "AND ($5::smallint[] IS NULL OR e.type = ANY($5::smallint[])) "
    "AND ($6::text[] IS NULL OR e.category = ANY($6::text[])) "
    "AND ($7::text[] IS NULL OR e.item_id = ANY($7::text[])) "
    "AND ($8::text[] IS NULL OR e.channel = ANY($8::text[])) "
    "AND ($9::text[] IS NULL OR e.device = ANY($9::text[])) "
    "AND ($10::text[] IS NULL OR e.currency_code = ANY($10::text[])) "
    "UNION SELECT k.customer_id FROM profile.behavior_keys AS k "
    "WHERE $11::boolean AND k.customer_id > $1 "
    "AND k.kind = ANY($12::smallint[]) AND k.key = ANY($13::text[]) "
    "UNION SELECT b.customer_id FROM profile.behavior AS b "
    "WHERE $14::boolean AND b.customer_id > $1 AND ("
    "(b.last_event_time IS NOT NULL AND 0 = ANY($15::smallint[])) OR "
    "(b.first_campaign_micros IS NOT NULL AND -1 = ANY($15)) OR (b.views > 0 AND 1 = ANY($15)) OR "
    "(b.searches > 0 AND 2 = ANY($15)) OR (b.carts > 0 AND 3 = ANY($15)) OR "
    "(b.purchases > 0 AND 4 = ANY($15)) OR (b.returns > 0 AND 5 = ANY($15)) OR "
    "(b.messages > 0 AND 6 = ANY($15)) OR (b.social_posts > 0 AND 7 = ANY($15)) OR "
    "(b.ratings > 0 AND 8 = ANY($15)) OR (b.device_events > 0 AND 9 = ANY($15)) OR "
    "(b.campaigns_sent > 0 AND 11 = ANY($15)) OR (b.campaigns_opened > 0 AND 12 = ANY($15)) OR "
    "(b.campaigns_clicked > 0 AND 13 = ANY($15)) OR "
    "(b.campaigns_unsubscribed > 0 AND 14 = ANY($15)) OR "
    "(b.coupons_issued > 0 AND 15 = ANY($15)) OR (b.coupons_redeemed > 0 AND 16 = ANY($15))) "
    "UNION SELECT b.customer_id FROM profile.behavior AS b "
    "WHERE ($11::boolean OR $14::boolean) AND b.affinity_half_life = 0 AND b.customer_id > $1 "
    "UNION (SELECT c.customer_id FROM profile.customers AS c "
    "WHERE $16::boolean AND c.customer_id > $1 AND ($17::boolean "
    "OR c.language_code = ANY($18::text[]) OR c.region = ANY($19::text[]) "
    "OR ($20::boolean AND c.attributes IS NOT NULL)) ORDER BY c.customer_id LIMIT $2)"
    ") AS found JOIN profile.customers AS c ON c.customer_id = found.customer_id "
    "WHERE c.deleted_time IS NULL ORDER BY c.customer_id LIMIT $2"};

// Values of a column, or any.
struct AnyOfValues {
  std::vector<std::string> values;
  bool any = false;

  void Add(const std::string& value) {
    any = any || value.empty();
    values.push_back(value);
  }
  Value ToValue() const { return any ? Value(nullptr) : Value(values); }
};

// The parameters of kListCandidates: each list is that of all facts together, so that some
// customers are listed whom no fact asks for.
class CandidateConditions {
 public:
  void Add(const StoredFact& fact, absl::Time now) {
    switch (fact.kind) {
      case StoredFact::Kind::kEvents:
      case StoredFact::Kind::kAmounts:
        AddFilter(fact.filter, fact.kind == StoredFact::Kind::kAmounts, now);
        break;
      case StoredFact::Kind::kCategory:
        AddKey(1, fact.key);
        break;
      case StoredFact::Kind::kCurrency:
        AddKey(2, fact.key);
        break;
      case StoredFact::Kind::kChannel:
        AddKey(3, fact.key);
        break;
      case StoredFact::Kind::kDevice:
        AddKey(4, fact.key);
        break;
      case StoredFact::Kind::kEventsOfType:
      case StoredFact::Kind::kAnyEvent:
        counted_.push_back(static_cast<std::int64_t>(fact.type));
        break;
      case StoredFact::Kind::kAnyResponse:
        counted_.push_back(-1);
        break;
      case StoredFact::Kind::kLanguage:
        languages_.push_back(fact.key);
        break;
      case StoredFact::Kind::kRegion:
        regions_.push_back(fact.key);
        break;
      case StoredFact::Kind::kAttributes:
        attributes_ = true;
        break;
    }
  }

  std::vector<Value> Values(absl::string_view after_id, int limit, bool everyone) const {
    const bool columns = everyone || attributes_ || !languages_.empty() || !regions_.empty();
    return {after_id,
            limit,
            filters_,
            events_since_,
            any_type_ ? Value(nullptr) : Value(types_),
            categories_.ToValue(),
            items_.ToValue(),
            channels_.ToValue(),
            devices_.ToValue(),
            currencies_.ToValue(),
            !keys_.empty(),
            key_kinds_,
            keys_,
            !counted_.empty(),
            counted_,
            columns,
            everyone,
            languages_,
            regions_,
            attributes_};
  }

 private:
  void AddFilter(const EventFilter& filter, bool of_amounts, absl::Time now) {
    filters_ = true;
    events_since_ =
        std::min(events_since_, filter.window ? now - *filter.window : absl::InfinitePast());
    if (of_amounts) {
      types_.push_back(static_cast<std::int64_t>(EventType::kPurchase));
      types_.push_back(static_cast<std::int64_t>(EventType::kReturn));
    } else if (filter.type) {
      types_.push_back(static_cast<std::int64_t>(*filter.type));
    } else {
      any_type_ = true;
    }
    categories_.Add(filter.category);
    items_.Add(filter.item);
    channels_.Add(filter.channel);
    devices_.Add(filter.device);
    currencies_.Add(filter.currency);
  }
  void AddKey(int kind, const std::string& key) {
    key_kinds_.push_back(kind);
    keys_.push_back(key);
  }

  bool filters_ = false;
  absl::Time events_since_ = absl::InfiniteFuture();
  std::vector<std::int64_t> types_;
  bool any_type_ = false;
  AnyOfValues categories_, items_, channels_, devices_, currencies_;
  std::vector<std::int64_t> key_kinds_;  // of profile.behavior_keys
  std::vector<std::string> keys_;
  std::vector<std::int64_t> counted_;  // types; 0: any that is behavior, -1: any other
  std::vector<std::string> languages_, regions_;
  bool attributes_ = false;
};

}  // namespace

absl::StatusOr<std::vector<Candidate>> ListCandidates(postgres::Transaction& transaction,
                                                      const RuleNarrowing& narrowing,
                                                      absl::string_view after_id, int limit,
                                                      absl::Time now) {
  CandidateConditions conditions;
  for (const StoredFact& fact : narrowing.any_of) conditions.Add(fact, now);
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(kListCandidates, conditions.Values(after_id, limit, narrowing.everyone)));
  std::vector<Candidate> candidates;
  candidates.reserve(rows.size());
  for (const Row row : rows) candidates.push_back({row.Text(0), row.Text(1)});
  return candidates;
}

}  // namespace clientele::profile
