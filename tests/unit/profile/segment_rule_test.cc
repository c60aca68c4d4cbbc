#include "services/profile-service/core/segments/rules/segment_rule.h"

#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

namespace clientele::profile {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

Event Happened(EventType type, int days_ago, const std::string& category = "",
               const std::string& channel = "") {
  Event event;
  event.type = type;
  event.event_time = kNow - absl::Hours(24 * days_ago);
  event.category = category;
  event.channel = channel;
  if (type == EventType::kPurchase || type == EventType::kReturn) {
    event.amount_micros = 12'500'000;
    event.currency_code = "GBP";
  }
  return event;
}

CustomerFacts Ada() {
  CustomerFacts facts;
  facts.now = kNow;
  facts.language = "zh";
  facts.region = "GB";
  facts.attributes = {{"size", "M"}};
  facts.features[BehaviorFeature::kRecencyDays] = 3;
  facts.affinity = {{"garden", 0.6}};
  facts.consents = {{consent::Purpose::kMarketing, true}};
  facts.events = {Happened(EventType::kPurchase, 10, "garden", "web"),
                  Happened(EventType::kPurchase, 60, "garden", "app"),
                  Happened(EventType::kPurchase, 200, "books", "app"),
                  Happened(EventType::kReturn, 5, "garden", "web"),
                  Happened(EventType::kView, 1, "books", "app")};
  for (const Event& event : facts.events) ++facts.counts[static_cast<std::size_t>(event.type)];
  return facts;
}

bool Holds(const std::string& rule, const CustomerFacts& facts = Ada()) {
  const auto parsed = SegmentRule::Parse(rule);
  INFO(rule << ": " << parsed.status());
  REQUIRE(parsed.ok());
  return parsed->Evaluate(facts).belongs;
}

std::string Mistake(const std::string& rule) {
  const auto parsed = SegmentRule::Parse(rule);
  REQUIRE_FALSE(parsed.ok());
  CHECK(absl::IsInvalidArgument(parsed.status()));
  return std::string(parsed.status().message());
}

TEST_CASE("events are counted within their window and by their filters") {
  CHECK(Holds("purchases = 3"));
  CHECK(Holds("purchases(90d) = 2"));
  CHECK(Holds("purchases(90d, category = \"garden\") >= 2"));
  CHECK(Holds("purchases(category = \"garden\", 30d) = 1"));
  CHECK(Holds("views(7d, channel = \"app\") = 1"));
  CHECK(Holds("events(4w) = 3"));
  CHECK(Holds("events(12h) = 0"));
  CHECK_FALSE(Holds("purchases(90d, category = \"books\") > 0"));
}

TEST_CASE("campaigns and coupons are counted by their own names, and are no events of behavior") {
  CustomerFacts facts = Ada();
  const auto add = [&](EventType type, int days_ago, const std::string& campaign,
                       const std::string& coupon = "") {
    Event event = Happened(type, days_ago, "mailing");
    event.campaign_id = campaign;
    event.coupon_id = coupon;
    facts.events.push_back(event);
    ++facts.counts[static_cast<std::size_t>(type)];
  };
  add(EventType::kCampaignSent, 3, "spring");
  add(EventType::kCampaignSent, 100, "winter");
  add(EventType::kCampaignOpened, 2, "spring");
  add(EventType::kCouponIssued, 3, "spring", "ten-off");
  add(EventType::kCouponIssued, 3, "spring", "free-hat");
  add(EventType::kCouponRedeemed, 1, "spring", "ten-off");
  facts.responses[ResponseFeature::kCampaignOpenRate] = 0.5;
  facts.responses[ResponseFeature::kResponseRecencyDays] = 1;
  CHECK(Holds("campaigns_sent = 2 and campaigns_sent(90d) = 1", facts));
  CHECK(Holds("campaigns_sent(campaign = \"winter\") = 1", facts));
  CHECK(Holds("campaigns_opened(7d, campaign = \"spring\") = 1", facts));
  CHECK(Holds("campaigns_clicked = 0 and campaigns_unsubscribed = 0", facts));
  CHECK(Holds("coupons_issued = 2 and coupons_redeemed(coupon = \"ten-off\") = 1", facts));
  CHECK(Holds("coupons_issued(30d, coupon = \"free-hat\", category = \"mailing\") = 1", facts));
  CHECK(Holds("campaign_open_rate >= 0.5 and response_recency_days < 2", facts));
  CHECK(Holds("events = 5 and events(4w) = 3", facts));
  CHECK(Holds("purchases(campaign = \"spring\") = 0", facts));
}

TEST_CASE("a rule of days since a response is due when they reach the bound") {
  CustomerFacts facts = Ada();
  facts.responses[ResponseFeature::kResponseRecencyDays] = 1;
  const auto rule = SegmentRule::Parse("response_recency_days > 30");
  REQUIRE(rule.ok());
  const RuleOutcome outcome = rule->Evaluate(facts);
  CHECK_FALSE(outcome.belongs);
  CHECK(outcome.next_change == kNow + absl::Hours(24 * 29) + absl::Seconds(1));
}

TEST_CASE("an event at the end of its window is out of it, and one to come does not count") {
  CHECK(Holds("purchases(10d) = 0"));
  CHECK(Holds("purchases(241h) = 1"));
  CustomerFacts facts = Ada();
  facts.events.push_back(Happened(EventType::kPurchase, -1));
  CHECK(Holds("purchases = 3", facts));
}

TEST_CASE("amounts are purchases less returns in one currency") {
  CHECK(Holds("spent(currency = \"GBP\") = 25"));
  CHECK(Holds("spent(30d, currency = \"GBP\") = 0"));
  CHECK(Holds("spent(currency = \"EUR\") = 0"));
}

TEST_CASE("numbers are calculated as people write them") {
  CHECK(Holds("1 + 2 * 3 = 7"));
  CHECK(Holds("(1 + 2) * 3 = 9"));
  CHECK(Holds("10 - 4 - 3 = 3"));
  CHECK(Holds("12 / 4 / 3 = 1"));
  CHECK(Holds("-2 + 3 = 1"));
  CHECK(Holds("- -2 = 2"));
  CHECK(Holds("1e3 = 1000 and .5 = 0.5"));
  CHECK(Holds("recency_days in [1, 3, -5]"));
}

TEST_CASE("a score is compared as a number, and has no value where nobody tells it") {
  CustomerFacts facts = Ada();
  CHECK_FALSE(Holds("churn > 0.6", facts));
  CHECK_FALSE(Holds("churn <= 0.6", facts));
  facts.scores = {{"churn", 0.75}};
  CHECK(Holds("churn > 0.6 and views >= 1", facts));
  CHECK_FALSE(Holds("value > 0", facts));
  const auto rule = SegmentRule::Parse("churn > 0.6");
  REQUIRE(rule.ok());
  const RuleOutcome outcome = rule->Evaluate(facts);
  CHECK(outcome.reasons == std::vector<std::string>{"churn > 0.6 (it is 0.75)"});
  // Days that pass move it.
  CHECK(outcome.next_change == kNow + absl::Hours(24));
  CHECK(rule->Reads(kNow).scores);
  CHECK(rule->Reads(kNow).behavior.currencies);
  CHECK_FALSE(SegmentRule::Parse("views > 1")->Reads(kNow).scores);
}

TEST_CASE("and binds tighter than or, not tighter than both") {
  CHECK(Holds("true or false and false"));
  CHECK_FALSE(Holds("(true or false) and false"));
  CHECK(Holds("not false and true"));
  CHECK_FALSE(Holds("not (false or true)"));
  CHECK(Holds("not not true"));
  CHECK(Holds("(1 < 2) = true"));
}

TEST_CASE("texts are compared as they are written") {
  CHECK(Holds("language = \"zh\" and region != \"US\""));
  CHECK(Holds("region in [\"US\", \"GB\"]"));
  CHECK(Holds("attribute(\"size\") = \"M\""));
  CHECK(Holds("attribute(\"color\") = \"\""));
  CHECK_FALSE(Holds("language = \"ZH\""));
  CHECK(Holds("affinity(\"garden\") > 0.5 and affinity(\"园艺\") = 0"));
  CHECK(Holds("consent(\"marketing\") and not consent(\"profiling\")"));
}

TEST_CASE("a division by zero has no value, and every comparison with it is false") {
  for (const char* comparison : {"=", "!=", "<", "<=", ">", ">="}) {
    CHECK_FALSE(Holds(absl::StrCat("1 / (purchases(1h) * 2) ", comparison, " 1")));
  }
  CHECK_FALSE(Holds("1 / 0 in [1]"));
  CHECK(Holds("not 1 / 0 = 1"));
}

TEST_CASE("the conditions that decided are told with their values") {
  const auto rule = SegmentRule::Parse(
      "purchases(90d, category = \"garden\") >= 2 and region in [\"GB\"] or language = \"en\"");
  REQUIRE(rule.ok());
  const RuleOutcome outcome = rule->Evaluate(Ada());
  CHECK(outcome.belongs);
  CHECK(outcome.reasons ==
        std::vector<std::string>{"purchases(90d, category = \"garden\") >= 2 (it is 2)",
                                 "region in [\"GB\"] (it is \"GB\")"});
  CustomerFacts facts = Ada();
  facts.region = "US";
  const RuleOutcome other = rule->Evaluate(facts);
  CHECK_FALSE(other.belongs);
  CHECK(other.reasons == std::vector<std::string>{"region in [\"GB\"] (it is \"US\")",
                                                  "language = \"en\" (it is \"zh\")"});
}

TEST_CASE("the next change is when the first counted event leaves its window") {
  const auto next = [](const std::string& rule) {
    return SegmentRule::Parse(rule)->Evaluate(Ada()).next_change;
  };
  CHECK(next("purchases(90d) > 0") == kNow + absl::Hours(24 * 30));
  CHECK(next("purchases(30d) = 0 or purchases(90d) > 5") == kNow + absl::Hours(24 * 20));
  CHECK(next("purchases > 0") == std::nullopt);
  CHECK(next("region = \"GB\"") == std::nullopt);
}

TEST_CASE("a number of days changes the outcome when it reaches what it is compared with") {
  CustomerFacts facts = Ada();
  const auto next = [&](const std::string& rule) {
    return SegmentRule::Parse(rule)->Decide(facts).next_change;
  };
  // It is 3.
  CHECK(next("recency_days > 90") == kNow + absl::Hours(24 * 87) + absl::Seconds(1));
  CHECK(next("5 > recency_days") == kNow + absl::Hours(24 * 2) + absl::Seconds(1));
  CHECK(next("recency_days >= 2") == std::nullopt);
  CHECK(next("recency_days < 2") == std::nullopt);
  CHECK(next("recency_days = 90") == kNow + absl::Hours(1));
  CHECK(next("recency_days * 2 > 90") == kNow + absl::Hours(1));
  facts.now = *next("recency_days > 90");
  facts.features[BehaviorFeature::kRecencyDays] = 90 + 1 / 86400.0;
  CHECK(Holds("recency_days > 90", facts));
  CHECK(next("recency_days > 90") == std::nullopt);
}

TEST_CASE("a decision is the outcome without its reasons") {
  for (const char* rule : {"purchases(90d) > 0 and region = \"GB\"", "not views(2h) > 1",
                           "(views > 0) = (purchases > 9)"}) {
    const auto parsed = SegmentRule::Parse(rule);
    const RuleOutcome outcome = parsed->Evaluate(Ada());
    const RuleOutcome decision = parsed->Decide(Ada());
    CHECK(decision.belongs == outcome.belongs);
    CHECK(decision.next_change == outcome.next_change);
    CHECK(decision.reasons.empty());
    CHECK_FALSE(outcome.reasons.empty());
  }
}

TEST_CASE("time that passes changes the outcome no sooner than it was told") {
  const auto rule = SegmentRule::Parse("purchases(90d, category = \"garden\") >= 2");
  REQUIRE(rule.ok());
  CustomerFacts facts = Ada();
  const RuleOutcome now = rule->Evaluate(facts);
  REQUIRE(now.next_change.has_value());
  facts.now = *now.next_change - absl::Microseconds(1);
  CHECK(rule->Evaluate(facts).belongs == now.belongs);
  facts.now = *now.next_change;
  CHECK(rule->Evaluate(facts).belongs != now.belongs);
}

TEST_CASE("a mistake is named with its column") {
  CHECK(Mistake("") ==
        "column 1: expected a number, a text or a fact of the customer, found the "
        "end of the rule");
  CHECK(Mistake("purchases(90d") == "column 14: expected ), found the end of the rule");
  CHECK(
      Mistake("purchases(90d, color = \"x\") > 1") ==
      "column 16: expected a duration, category, item, channel, device, campaign or coupon, found "
      "color");
  CHECK(Mistake("churnn > 0.6") == "column 1: churnn is no fact of a customer");
  CHECK(Mistake("purchases") == "column 1: expected a condition, found a number");
  CHECK(Mistake("purchases > \"2\"") == "column 13: expected a number, found a text");
  CHECK(Mistake("language > \"a\"") == "column 1: expected a number, found a text");
  CHECK(Mistake("true and 1") == "column 10: expected a condition, found a number");
  CHECK(Mistake("region in [\"GB\", 2]") == "column 18: expected a text, found a number");
  CHECK(Mistake("1 < 2 < 3") == "column 7: comparisons do not chain: write a < b and b < c");
  CHECK(Mistake("purchases(90x) > 1") == "column 11: 90x is no duration; write 12h, 90d or 4w");
  CHECK(Mistake("region = \"GB") == "column 10: the text does not end: \" is missing");
  CHECK(Mistake("region = \"园艺\" ; true") == "column 15: ; means nothing here");
  CHECK(Mistake("consent(\"spam\")") == "column 9: \"spam\" is no purpose of consent");
  CHECK(Mistake("spent(90d) > 1") ==
        "column 1: spent needs a currency: spent(90d, currency = \"GBP\")");
  CHECK(Mistake("true true") == "column 6: expected and, or or the end, found true");
  CHECK(Mistake("purchases(0d) > 1") == "column 11: a duration is above 0 and at most 3660d");
}

TEST_CASE("a rule is neither too long nor too deep") {
  CHECK(Mistake(std::string(5000, '(')) == "column 1: a rule has at most 4096 bytes");
  CHECK(Mistake(std::string(2000, '(') + "true").find("nested at most 100 deep") !=
        std::string::npos);
  CHECK(Mistake(std::string(2000, '-') + "1 = 1").find("nested at most 100 deep") !=
        std::string::npos);
  std::string nots;
  for (int i = 0; i < 500; ++i) nots += "not ";
  CHECK(Mistake(nots + "true").find("nested at most 100 deep") != std::string::npos);
  CHECK(Holds(std::string(90, '(') + "true" + std::string(90, ')')));
  // Long is not deep.
  std::string chain = "true";
  for (int i = 0; i < 500; ++i) chain += " and 1=1";
  CHECK(Holds(chain));
}

TEST_CASE("what a rule counts of events is known before it is evaluated") {
  const auto rule = SegmentRule::Parse(
      "purchases(90d) > 1 and (views > 3 or purchases(90d) > 5) and spent(30d, currency = \"GBP\") "
      "> 9");
  REQUIRE(rule.ok());
  const std::vector<EventFilter> filters = rule->Filters();
  REQUIRE(filters.size() == 2 + 1);
  CHECK(filters[0].type == EventType::kPurchase);
  CHECK(filters[0].window == absl::Hours(24 * 90));
  const RuleReads reads = rule->Reads(kNow);
  CHECK(reads.events_since == kNow - absl::Hours(24 * 90));
  CHECK(reads.types == std::set<EventType>{EventType::kPurchase, EventType::kReturn});
  CHECK_FALSE(reads.categories.has_value());
  CHECK(reads.behavior.totals);
  CHECK_FALSE(reads.behavior.categories);
  CHECK_FALSE(reads.attributes);
}

TEST_CASE("nothing is read that a rule does not need") {
  const auto reads = [](const char* rule) { return SegmentRule::Parse(rule)->Reads(kNow); };
  CHECK_FALSE(reads("region = \"GB\" and views > 3").events());
  CHECK_FALSE(reads("region = \"GB\" and consent(\"marketing\")").behavior.totals);
  CHECK(reads("affinity(\"garden\") > 0.1 and average_basket > 3").behavior.categories);
  CHECK(reads("affinity(\"garden\") > 0.1 and average_basket > 3").behavior.currencies);
  CHECK_FALSE(reads("affinity(\"garden\") > 0.1 and average_basket > 3").behavior.devices);
  CHECK(reads("attribute(\"size\") = \"M\"").attributes);
  const RuleReads app = reads("views(channel = \"app\") > 3");
  CHECK(app.events_since == absl::InfinitePast());
  CHECK(app.types == std::set<EventType>{EventType::kView});
  const RuleReads two = reads("views(3d, category = \"a\") > 1 or carts(9d, category = \"b\") > 1");
  CHECK(two.categories == std::set<std::string>{"a", "b"});
  CHECK(two.events_since == kNow - absl::Hours(24 * 9));
  CHECK_FALSE(reads("events(3d) > 1").types.has_value());
}

}  // namespace
}  // namespace clientele::profile
