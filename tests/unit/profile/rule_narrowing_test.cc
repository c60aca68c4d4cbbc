#include "services/profile-service/core/segments/rules/rule_narrowing.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/core/segments/rules/segment_rule.h"

namespace clientele::profile {
namespace {

using Kind = StoredFact::Kind;
using Facts = std::vector<StoredFact>;

RuleNarrowing Narrowed(const std::string& rule) {
  const auto parsed = SegmentRule::Parse(rule);
  INFO(rule << ": " << parsed.status());
  REQUIRE(parsed.ok());
  return parsed->Narrowing();
}

Facts AnyOf(const std::string& rule) {
  const RuleNarrowing narrowing = Narrowed(rule);
  INFO(rule);
  CHECK_FALSE(narrowing.everyone);
  return narrowing.any_of;
}

TEST_CASE("a count that must be above none needs an event that is counted") {
  CHECK(AnyOf("purchases >= 1") ==
        Facts{{.kind = Kind::kEventsOfType, .type = EventType::kPurchase}});
  CHECK(
      AnyOf("views(7d, category = \"garden\") > 3") ==
      Facts{{.kind = Kind::kEvents,
             .filter = {
                 .type = EventType::kView, .window = absl::Hours(24 * 7), .category = "garden"}}});
  CHECK(AnyOf("views(category = \"garden\") > 3") ==
        Facts{{.kind = Kind::kCategory, .key = "garden"}});
  CHECK(AnyOf("carts(channel = \"app\") = 2") == Facts{{.kind = Kind::kChannel, .key = "app"}});
  CHECK(AnyOf("spent(30d, currency = \"GBP\") > 9") ==
        Facts{{.kind = Kind::kAmounts,
               .filter = {.window = absl::Hours(24 * 30), .currency = "GBP"}}});
  CHECK(AnyOf("spent(currency = \"GBP\") > 9") == Facts{{.kind = Kind::kCurrency, .key = "GBP"}});
  CHECK(AnyOf("average_basket > 20") == AnyOf("purchases >= 1"));
  CHECK(AnyOf("monetary_net < 0").size() == 2);
  CHECK(AnyOf("recency_days > 30") == Facts{{.kind = Kind::kAnyEvent}});
  CHECK(AnyOf("affinity(\"a\") + affinity(\"b\") > 0.5").size() == 2);
}

TEST_CASE("campaigns and coupons are found by their own sums, and by filters among the events") {
  CHECK(AnyOf("campaigns_sent > 0") ==
        Facts{{.kind = Kind::kEventsOfType, .type = EventType::kCampaignSent}});
  CHECK(AnyOf("coupons_redeemed(category = \"food\") > 0") ==
        Facts{{.kind = Kind::kEvents,
               .filter = {.type = EventType::kCouponRedeemed, .category = "food"}}});
  CHECK(AnyOf("views(campaign = \"spring\") > 0") ==
        Facts{{.kind = Kind::kEvents, .filter = {.type = EventType::kView, .campaign = "spring"}}});
  CHECK(AnyOf("campaign_open_rate > 0.2") == Facts{{.kind = Kind::kAnyResponse}});
}

TEST_CASE("what holds of somebody of whom nothing is known narrows nobody") {
  for (const char* rule :
       {"purchases(90d) = 0", "not purchases >= 1", "views < 5", "region != \"GB\"",
        "attribute(\"size\") = \"\"", "true", "recency_days <= 3", "affinity(\"a\") < 0.1",
        "consent(\"marketing\")", "purchases >= 1 or region != \"GB\"", "language = \"\"",
        "region in [\"GB\", \"\"]", "not false"}) {
    INFO(rule);
    CHECK(Narrowed(rule).everyone);
  }
}

TEST_CASE("dismissals, which are in no sum, are looked for among the events") {
  CHECK(AnyOf("events(90d) >= 1") ==
        Facts{{.kind = Kind::kEvents, .filter = {.window = absl::Hours(24 * 90)}}});
  CHECK(AnyOf("events(category = \"a\") >= 1") ==
        Facts{{.kind = Kind::kEvents, .filter = {.category = "a"}}});
  CHECK(AnyOf("events >= 1") == Facts{{.kind = Kind::kAnyEvent}});
}

TEST_CASE("of two conditions that must both hold the rarer one narrows") {
  const Facts garden = AnyOf("views(category = \"garden\") > 0");
  CHECK(AnyOf("views(category = \"garden\") > 0 and purchases(90d) > 0") == garden);
  CHECK(AnyOf("purchases(90d) > 0 and views(category = \"garden\") > 0") == garden);
  CHECK(AnyOf("not (purchases(90d) = 0 or not views(category = \"garden\") > 0)") == garden);
  CHECK(AnyOf("consent(\"marketing\") and views(category = \"garden\") > 0") == garden);
  CHECK(AnyOf("purchases(30d) > 0 and attribute(\"x\") = \"y\"") == AnyOf("purchases(30d) > 0"));
}

TEST_CASE("of two conditions of which one suffices both narrow") {
  CHECK(AnyOf("views > 0 or carts > 0").size() == 2);
  CHECK(AnyOf("views > 0 or views > 3").size() == 1);
  CHECK(AnyOf("not (views = 0 and carts = 0)").size() == 2);
  CHECK(AnyOf("false").empty());
  CHECK(AnyOf("views > 0 or false") == AnyOf("views > 0"));
  CHECK(AnyOf("views > 0 and false").empty());
}

TEST_CASE("a region or a language that must be one of some narrows to them") {
  CHECK(AnyOf("region in [\"US\", \"GB\"]") ==
        Facts{{.kind = Kind::kRegion, .key = "US"}, {.kind = Kind::kRegion, .key = "GB"}});
  CHECK(AnyOf("\"zh\" = language") == Facts{{.kind = Kind::kLanguage, .key = "zh"}});
  CHECK(AnyOf("not language != \"zh\"") == Facts{{.kind = Kind::kLanguage, .key = "zh"}});
  CHECK(AnyOf("attribute(\"size\") = \"L\"") == Facts{{.kind = Kind::kAttributes}});
  CHECK(Narrowed("region = language").everyone);
}

}  // namespace
}  // namespace clientele::profile
