#include "services/recommend-service/core/interactions/interaction.h"

#include <cmath>
#include <limits>

#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

AnonymousInteraction View() {
  return {"mug", "line-1", InteractionType::kView, kNow - absl::Hours(1), 1.0};
}

std::vector<FieldViolation> Violations(const AnonymousInteraction& interaction) {
  FieldViolations violations;
  CheckAnonymousInteraction(interaction, "interactions[3].", kNow, violations);
  return GetFieldViolations(violations.ToStatus());
}

bool Refuses(const AnonymousInteraction& interaction, const std::string& field) {
  const auto violations = Violations(interaction);
  return violations.size() == 1 && violations[0].field == field;
}

TEST_CASE("campaigns, coupons and what is no customer's doing are no interactions") {
  changefeed::ChangedEvent event;
  event.item_id = "mug";
  event.type = changefeed::EventKind::kView;
  CHECK(InteractionTypeOf(event) == InteractionType::kView);
  event.left_out = true;
  CHECK_FALSE(InteractionTypeOf(event).has_value());
  event.left_out = false;
  for (const changefeed::EventKind kind :
       {changefeed::EventKind::kCampaignSent, changefeed::EventKind::kCampaignOpened,
        changefeed::EventKind::kCampaignClicked, changefeed::EventKind::kCampaignUnsubscribed,
        changefeed::EventKind::kCouponIssued, changefeed::EventKind::kCouponRedeemed}) {
    event.type = kind;
    CHECK_FALSE(InteractionTypeOf(event).has_value());
  }
}

TEST_CASE("an anonymous interaction within its limits is accepted") {
  CHECK(Violations(View()).empty());
  AnonymousInteraction tomorrow = View();
  tomorrow.interaction_time = kNow + absl::Hours(24);
  CHECK(Violations(tomorrow).empty());
}

TEST_CASE("numbers that are not numbers are refused") {
  AnonymousInteraction bad = View();
  bad.quantity = std::nan("");
  CHECK(Refuses(bad, "interactions[3].quantity"));
  bad.quantity = std::numeric_limits<double>::infinity();
  CHECK(Refuses(bad, "interactions[3].quantity"));
  bad.quantity = -1;
  CHECK(Refuses(bad, "interactions[3].quantity"));
  bad.quantity = 1.1e9;
  CHECK(Refuses(bad, "interactions[3].quantity"));
}

TEST_CASE("times before 1970 and in the far future are refused") {
  AnonymousInteraction bad = View();
  bad.interaction_time = absl::UnixEpoch();
  CHECK(Refuses(bad, "interactions[3].interaction_time"));
  bad.interaction_time = kNow + absl::Hours(25);
  CHECK(Refuses(bad, "interactions[3].interaction_time"));
}

TEST_CASE("ids are ASCII without spaces") {
  AnonymousInteraction bad = View();
  bad.interaction_id = "";
  CHECK(Refuses(bad, "interactions[3].interaction_id"));
  bad.interaction_id = "a b";
  CHECK(Refuses(bad, "interactions[3].interaction_id"));
  bad.interaction_id = std::string(65, 'x');
  CHECK(Refuses(bad, "interactions[3].interaction_id"));
  bad = View();
  bad.item_id = "no/item";
  CHECK(Refuses(bad, "interactions[3].item"));
}

TEST_CASE("what is no interaction, or only one of a known customer, is refused") {
  AnonymousInteraction bad = View();
  bad.type = std::nullopt;
  CHECK(Refuses(bad, "interactions[3].type"));
  for (const InteractionType type : {InteractionType::kRating, InteractionType::kDismiss}) {
    bad.type = type;
    CHECK(Refuses(bad, "interactions[3].type"));
  }
}

TEST_CASE("views, carts, purchases, returns, ratings and dismissals are interactions") {
  using changefeed::EventKind;
  CHECK(InteractionTypeOf(EventKind::kView) == InteractionType::kView);
  CHECK(InteractionTypeOf(EventKind::kCart) == InteractionType::kCart);
  CHECK(InteractionTypeOf(EventKind::kPurchase) == InteractionType::kPurchase);
  CHECK(InteractionTypeOf(EventKind::kReturn) == InteractionType::kReturn);
  CHECK(InteractionTypeOf(EventKind::kRating) == InteractionType::kRating);
  CHECK(InteractionTypeOf(EventKind::kDismiss) == InteractionType::kDismiss);
  for (const EventKind kind : {EventKind::kUnknown, EventKind::kSearch, EventKind::kMessage,
                               EventKind::kSocial, EventKind::kDevice}) {
    CHECK(!InteractionTypeOf(kind).has_value());
  }
}

TEST_CASE("an event counts with an item, a rating with its value") {
  changefeed::ChangedEvent event;
  event.type = changefeed::EventKind::kPurchase;
  CHECK(!InteractionTypeOf(event).has_value());
  event.item_id = "mug";
  CHECK(InteractionTypeOf(event) == InteractionType::kPurchase);
  event.type = changefeed::EventKind::kRating;
  CHECK(!InteractionTypeOf(event).has_value());
  event.rating = 0.5;
  CHECK(InteractionTypeOf(event) == InteractionType::kRating);
}

}  // namespace
}  // namespace clientele::recommend
