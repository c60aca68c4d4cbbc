#include "services/profile-service/core/segments/rules/rule_narrowing.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "services/profile-service/core/segments/rules/customer_facts.h"
#include "services/profile-service/core/segments/rules/rule_evaluation.h"

namespace clientele::profile {
namespace {

using Kind = StoredFact::Kind;
using Operation = RuleExpression::Operation;
using Part = RuleExpression;
using Facts = std::vector<StoredFact>;

// What is 0 without an event of these types; of the other features, without any event.
Facts FactsOfFeature(BehaviorFeature feature) {
  const auto types = [](std::initializer_list<EventType> list) {
    Facts facts;
    for (const EventType type : list) {
      facts.push_back({.kind = Kind::kEventsOfType, .type = type});
    }
    return facts;
  };
  switch (feature) {
    case BehaviorFeature::kPurchaseLines:
    case BehaviorFeature::kPurchaseDays:
    case BehaviorFeature::kAverageBasket:
    case BehaviorFeature::kConversion:
      return types({EventType::kPurchase});
    case BehaviorFeature::kMonetaryNet:
      return types({EventType::kPurchase, EventType::kReturn});
    case BehaviorFeature::kReturnRate:
      return types({EventType::kReturn});
    case BehaviorFeature::kViews:
      return types({EventType::kView});
    case BehaviorFeature::kSearches:
      return types({EventType::kSearch});
    case BehaviorFeature::kCarts:
      return types({EventType::kCart});
    case BehaviorFeature::kRatingMean:
      return types({EventType::kRating});
    case BehaviorFeature::kMessages:
      return types({EventType::kMessage});
    case BehaviorFeature::kSocialPosts:
      return types({EventType::kSocial});
    case BehaviorFeature::kMobileShare:
      return {{.kind = Kind::kDevice, .key = "ios"}, {.kind = Kind::kDevice, .key = "android"}};
    case BehaviorFeature::kAppShare:
      return {{.kind = Kind::kChannel, .key = "app"}};
    default:
      return {{.kind = Kind::kAnyEvent}};
  }
}

// What is counted of all time is in sums; of a window, or of an item, it is looked for among the
// events. Dismissals are in no sum, and of campaigns and coupons there is one by type alone.
StoredFact FactOfFilter(const EventFilter& filter, bool of_amounts) {
  const bool summed =
      filter.CountsAll() ||
      (!filter.window && filter.item.empty() && filter.campaign.empty() && filter.coupon.empty() &&
       (of_amounts || (filter.type && IsBehavior(*filter.type))));
  if (!summed) {
    return {.kind = of_amounts ? Kind::kAmounts : Kind::kEvents, .filter = filter};
  }
  if (!filter.category.empty()) return {.kind = Kind::kCategory, .key = filter.category};
  if (!filter.channel.empty()) return {.kind = Kind::kChannel, .key = filter.channel};
  if (!filter.device.empty()) return {.kind = Kind::kDevice, .key = filter.device};
  if (of_amounts) return {.kind = Kind::kCurrency, .key = filter.currency};
  if (filter.type) return {.kind = Kind::kEventsOfType, .type = *filter.type};
  return {.kind = Kind::kAnyEvent};
}

// Without any of which the facts that `part` reads are 0 or "". False where there are none such.
bool AddFacts(const Part& part, Facts& facts) {
  if (part.operation == Operation::kFact) {
    const FactReference& fact = part.fact;
    switch (fact.kind) {
      case FactReference::Kind::kFeature: {
        Facts added = FactsOfFeature(fact.feature);
        std::move(added.begin(), added.end(), std::back_inserter(facts));
        break;
      }
      case FactReference::Kind::kScore:
        facts.push_back({.kind = Kind::kAnyEvent});
        break;
      case FactReference::Kind::kResponse:
        facts.push_back({.kind = Kind::kAnyResponse});
        break;
      case FactReference::Kind::kAffinity:
        facts.push_back({.kind = Kind::kCategory, .key = fact.key});
        break;
      case FactReference::Kind::kChannelShare:
        facts.push_back({.kind = Kind::kChannel, .key = fact.key});
        break;
      case FactReference::Kind::kDeviceShare:
        facts.push_back({.kind = Kind::kDevice, .key = fact.key});
        break;
      case FactReference::Kind::kAttribute:
        facts.push_back({.kind = Kind::kAttributes});
        break;
      case FactReference::Kind::kEventCount:
        facts.push_back(FactOfFilter(fact.filter, false));
        break;
      case FactReference::Kind::kSpending:
        facts.push_back(FactOfFilter(fact.filter, true));
        break;
      case FactReference::Kind::kLanguage:
      case FactReference::Kind::kRegion:
      case FactReference::Kind::kConsent:
        return false;
    }
  }
  return std::all_of(part.operands.begin(), part.operands.end(),
                     [&](const auto& operand) { return AddFacts(*operand, facts); });
}

bool IsPlace(const Part& part) {
  return part.operation == Operation::kFact && (part.fact.kind == FactReference::Kind::kLanguage ||
                                                part.fact.kind == FactReference::Kind::kRegion);
}

// A language or a region that must be one of some texts.
bool AddTexts(const Part& part, bool wanted, Facts& facts) {
  const bool same = part.operation == Operation::kEqual || part.operation == Operation::kIn;
  if (!(same && wanted) && !(part.operation == Operation::kNotEqual && !wanted)) return false;
  const auto place = std::find_if(part.operands.begin(), part.operands.end(),
                                  [](const auto& operand) { return IsPlace(*operand); });
  if (place == part.operands.end()) return false;
  const Kind kind =
      (*place)->fact.kind == FactReference::Kind::kLanguage ? Kind::kLanguage : Kind::kRegion;
  for (const auto& operand : part.operands) {
    if (operand == *place) continue;
    if (operand->operation != Operation::kText) return false;
    facts.push_back({.kind = kind, .key = operand->text});
  }
  return true;
}

// How many customers one expects to have it, as a rank.
int RankOf(const StoredFact& fact) {
  switch (fact.kind) {
    case Kind::kEvents:
    case Kind::kAmounts:
      if (!fact.filter.category.empty() || !fact.filter.item.empty() ||
          !fact.filter.campaign.empty() || !fact.filter.coupon.empty()) {
        return 1;
      }
      return fact.kind == Kind::kAmounts || fact.filter.type ? 3 : 7;
    case Kind::kCategory:
      return 2;
    case Kind::kLanguage:
    case Kind::kRegion:
      return 4;
    case Kind::kChannel:
    case Kind::kDevice:
    case Kind::kCurrency:
    case Kind::kEventsOfType:
      return 5;
    case Kind::kAttributes:
    case Kind::kAnyResponse:
      return 6;
    case Kind::kAnyEvent:
      return 8;
  }
  return 9;
}

std::pair<int, std::size_t> RankOf(const RuleNarrowing& narrowing) {
  if (narrowing.everyone) return {10, 0};
  int rank = 0;
  for (const StoredFact& fact : narrowing.any_of) rank = std::max(rank, RankOf(fact));
  return {rank, narrowing.any_of.size()};
}

RuleNarrowing Either(RuleNarrowing left, RuleNarrowing right) {
  if (left.everyone || right.everyone) return {};
  for (StoredFact& fact : right.any_of) {
    if (std::find(left.any_of.begin(), left.any_of.end(), fact) == left.any_of.end()) {
      left.any_of.push_back(std::move(fact));
    }
  }
  return left;
}

RuleNarrowing Narrower(RuleNarrowing left, RuleNarrowing right) {
  if (RankOf(right) < RankOf(left)) return right;
  return left;
}

// Whom `part` can be `wanted` for.
RuleNarrowing NarrowingOfPart(const Part& part, bool wanted) {
  if (part.operation == Operation::kNot) return NarrowingOfPart(*part.operands[0], !wanted);
  if (part.operation == Operation::kAnd || part.operation == Operation::kOr) {
    RuleNarrowing left = NarrowingOfPart(*part.operands[0], wanted);
    RuleNarrowing right = NarrowingOfPart(*part.operands[1], wanted);
    const bool both = (part.operation == Operation::kAnd) == wanted;
    return both ? Narrower(std::move(left), std::move(right))
                : Either(std::move(left), std::move(right));
  }
  CustomerFacts unknown;
  unknown.now = absl::UnixEpoch();
  if (RuleEvaluation("", unknown).Truth(part, nullptr) == wanted) return {};
  RuleNarrowing narrowing{.everyone = false, .any_of = {}};
  if (AddTexts(part, wanted, narrowing.any_of)) return narrowing;
  narrowing.any_of.clear();
  if (!AddFacts(part, narrowing.any_of)) return {};
  return Either({.everyone = false, .any_of = {}}, std::move(narrowing));
}

}  // namespace

RuleNarrowing NarrowingOf(const RuleExpression& root) { return NarrowingOfPart(root, true); }

}  // namespace clientele::profile
