#include "services/profile-service/core/cards/profile_cards.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_embedder.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile::testing {
namespace {

class NoFuser final : public RowFuser {
 public:
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts&) override {
    return FusedVector{"fuser/1", {0.0f}};
  }
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct CardsFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakeEmbedder embedder;
  NoFuser fuser;
  Profiles profiles{&stores, &embedder, &fuser, &clock, {}};
  Overviews overviews{&stores, &profiles, &clock};
  ProfileCards cards{&overviews, &stores, &clock};
  RequestContext context;

  CardsFixture() {
    Customer customer = MakeCustomer("42");
    customer.display_name = "Ada <王>";
    REQUIRE(stores.Create(context, Mutation(), customer).ok());
  }
  void Buy(int count, const std::string& category, absl::Time time) {
    std::vector<Event> events;
    for (int i = 0; i < count; ++i) {
      Event event = MakeEvent("42", absl::StrCat(category, absl::ToUnixSeconds(time), "-", i),
                              EventType::kPurchase);
      event.event_time = time;
      event.category = category;
      event.amount_micros = 1'234'500'000;
      event.currency_code = "GBP";
      event.channel = "web";
      event.device = "ios";
      events.push_back(event);
    }
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch(events)).ok());
  }
  std::string Render(const std::string& language) {
    const auto svg = cards.Render(context, "42", language);
    REQUIRE(svg.ok());
    return *svg;
  }
};

TEST_CASE("a card shows what is known, in words too") {
  CardsFixture f;
  f.Buy(3, "garden", kNow - absl::Hours(24 * 3));
  f.Buy(1, "园艺", kNow - absl::Hours(24 * 40));
  const std::string svg = f.Render("en");
  CHECK(Has(svg, "<title>Profile of Ada &lt;王&gt;</title>"));
  CHECK(Has(svg, "Purchases: 4."));
  CHECK(Has(svg, "Spent, less returns (GBP): 4,938."));
  CHECK(Has(svg, "Last seen: 3 days ago."));
  CHECK(Has(svg, "Favorite categories: garden 80%, 园艺 20%."));
  CHECK(Has(svg, "Activity in the last 12 months: Events 4, Purchases 4."));
  CHECK(Has(svg, "Channels: web 100%."));
  CHECK(Has(svg, "Made of behavior, as of 2023-11-14"));
}

TEST_CASE("a card shows responses to campaigns and coupons, also where nothing else is known") {
  CardsFixture f;
  std::vector<Event> events;
  const auto add = [&](const char* id, EventType type, const char* about) {
    Event& event = events.emplace_back(MakeEvent("42", id, type));
    event.event_time = kNow - absl::Hours(5);
    (type == EventType::kCouponIssued || type == EventType::kCouponRedeemed ? event.coupon_id
                                                                            : event.campaign_id) =
        about;
  };
  add("1", EventType::kCampaignSent, "spring");
  add("2", EventType::kCampaignSent, "summer");
  add("3", EventType::kCampaignSent, "autumn");
  add("4", EventType::kCampaignOpened, "spring");
  add("5", EventType::kCampaignOpened, "summer");
  add("6", EventType::kCampaignClicked, "summer");
  REQUIRE(f.stores.Insert(f.context, Mutation(), MakeBatch(events)).ok());
  const std::string svg = f.Render("en");
  CHECK(Has(svg, "Campaigns and coupons: Campaigns opened 2 of 3, Campaigns clicked 1 of 3."));
  CHECK_FALSE(Has(svg, "Coupons redeemed"));
  CHECK_FALSE(Has(svg, "Nothing is known yet."));
  events.clear();
  add("7", EventType::kCouponIssued, "ten-percent");
  add("8", EventType::kCouponRedeemed, "ten-percent");
  add("9", EventType::kCouponRedeemed, "from-a-leaflet");
  REQUIRE(f.stores.Insert(f.context, Mutation(), MakeBatch(events)).ok());
  CHECK(Has(f.Render("zh"),
            "营销活动与优惠券: 打开的营销活动 2 / 3、点击的营销活动 1 / "
            "3、使用的优惠券 2 / 2."));
}

TEST_CASE("the words are the reader's") {
  CardsFixture f;
  f.Buy(2, "garden", kNow - absl::Hours(30));
  const std::string svg = f.Render("zh-CN");
  CHECK(Has(svg, "<title>Ada &lt;王&gt;的画像</title>"));
  CHECK(Has(svg, "购买次数: 2."));
  CHECK(Has(svg, "最近活跃: 昨天."));
  CHECK(Has(svg, "2月"));
  CHECK_FALSE(Has(svg, "Purchases"));
}

TEST_CASE("a customer without events, and one who is not profiled, have a card that says so") {
  CardsFixture f;
  CHECK(Has(f.Render(""), "Nothing is known yet."));
  f.Buy(2, "garden", kNow - absl::Hours(30));
  REQUIRE(f.stores
              .Record(f.context, Mutation(),
                      {{.customer_id = "42",
                        .purpose = consent::Purpose::kProfiling,
                        .granted = false,
                        .decision_time = kNow}},
                      {})
              .ok());
  const std::string svg = f.Render("");
  CHECK(Has(svg, "Not profiled"));
  CHECK_FALSE(Has(svg, "garden"));
  CHECK_FALSE(Has(svg, "Events"));
}

TEST_CASE("months without events and events of other years are no bars") {
  CardsFixture f;
  f.Buy(5, "old", kNow - absl::Hours(24 * 400));
  const std::string svg = f.Render("en");
  CHECK(Has(svg, "Purchases: 5."));
  CHECK_FALSE(Has(svg, "Activity in the last 12 months"));
}

TEST_CASE("nobody's card is not found") {
  CardsFixture f;
  CHECK(absl::IsNotFound(f.cards.Render(f.context, "43", "en").status()));
  CHECK(absl::IsInvalidArgument(f.cards.Render(f.context, "a b", "en").status()));
}

}  // namespace
}  // namespace clientele::profile::testing
