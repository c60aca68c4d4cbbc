#include "services/profile-service/core/profiles/profile_explanations.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_embedder.h"
#include "tests/unit/profile/fake_picture_models.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile::testing {
namespace {

using Catch::Approx;

// Views, purchases, the text and the image side by side, of unit length.
class PlainFuser final : public RowFuser {
 public:
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts& parts) override {
    std::vector<float> vector(6, 0.0F);
    if (parts.behavior != nullptr) {
      vector[0] = (*parts.behavior)[BehaviorFeature::kViews];
      vector[1] = (*parts.behavior)[BehaviorFeature::kPurchaseLines];
    }
    for (std::size_t i = 0; i < parts.text.size(); ++i) vector[2 + i] = parts.text[i];
    for (std::size_t i = 0; i < parts.image.size(); ++i) vector[4 + i] = parts.image[i];
    const std::vector<float> direction = MeanDirection({vector});
    if (swaps && calls > 1) id = "fuser/2";
    FusedVector fused{id, direction.empty() ? vector : direction, !parts.image.empty()};
    if (scores && parts.behavior != nullptr) {
      const BehaviorVector& behavior = *parts.behavior;
      fused.scores = {{"churn", 0.5 - 0.1 * behavior[BehaviorFeature::kPurchaseLines] +
                                    0.2 * behavior[BehaviorFeature::kViews]},
                      {"value", 7}};
    }
    return fused;
  }
  BehaviorVector TypicalBehavior() const override {
    BehaviorVector typical;
    typical[BehaviorFeature::kPurchaseLines] = 2;
    return typical;
  }
  std::string id = "fuser/1";
  bool swaps = false;
  bool scores = false;
};

struct ExplanationsFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakeEmbedder embedder;
  PlainFuser fuser;
  FakePictureModel encoder{"encoder/1", SightingKind::kClasses, "dress"};
  Profiles profiles{&stores, &embedder, &fuser, &clock, {.latest_pictures = 10}, &encoder};
  ProfileExplanations explanations{&stores, &profiles, &fuser, &clock, {.most_events = 6}};
  RequestContext context;

  ExplanationsFixture() { REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok()); }
  void Insert(const std::vector<Event>& events) {
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch(events)).ok());
  }
  void Decide(consent::Purpose purpose, bool granted) {
    REQUIRE(stores
                .Record(context, Mutation(),
                        {{.customer_id = "42",
                          .purpose = purpose,
                          .granted = granted,
                          .decision_time = clock.Now()}},
                        {})
                .ok());
  }
  void Picture(const std::string& id, absl::Duration ago, std::vector<float> vector) {
    const Media media{.customer_id = "42", .media_id = id, .capture_time = kNow - ago};
    REQUIRE(stores.InsertMedia(context, media, id, {}).ok());
    REQUIRE(stores
                .PutSighting(context, "42", id,
                             {.model_id = "encoder/1",
                              .kind = SightingKind::kClasses,
                              .see_time = kNow,
                              .objects = {{.label = "dress", .score = 0.8, .box = std::nullopt}},
                              .vector = std::move(vector)})
                .ok());
    REQUIRE(stores.SettlePicture(context, "42", id, "").ok());
  }
  ProfileExplanation Explain(const std::string& customer = "42") {
    auto explanation = explanations.Explain(context, customer);
    INFO(explanation.status().ToString());
    REQUIRE(explanation.ok());
    return *std::move(explanation);
  }
};

Event InCategory(const std::string& id, EventType type, const std::string& category, int days_ago) {
  Event event = MakeEvent("42", id, type);
  event.category = category;
  event.event_time = kNow - absl::Hours(24 * days_ago);
  return event;
}

Event Message(const std::string& id, int hours_ago) {
  Event event = MakeEvent("42", id, EventType::kMessage);
  event.text = id;
  event.event_time = kNow - absl::Hours(hours_ago);
  return event;
}

TEST_CASE("what events gave to a category adds up to its weight") {
  ExplanationsFixture f;
  f.Insert({InCategory("1", EventType::kPurchase, "garden", 90),
            InCategory("2", EventType::kView, "garden", 0),
            InCategory("3", EventType::kReturn, "garden", 180),
            InCategory("4", EventType::kView, "kitchen", 0),
            InCategory("5", EventType::kDismiss, "kitchen", 0)});
  const ProfileExplanation explanation = f.Explain();
  REQUIRE(explanation.categories.size() == 2);
  const CategoryExplanation& garden = explanation.categories[0];
  CHECK(garden.category == "garden");
  // 5 / 2 + 1 - 5 / 4.
  CHECK(garden.weight == Approx(2.25));
  CHECK(garden.share == Approx(2.25 / 3.25));
  CHECK(garden.older_weight == 0);
  REQUIRE(garden.contributions.size() == 3);
  CHECK(garden.contributions[0].type == EventType::kPurchase);
  CHECK(garden.contributions[0].weight == Approx(2.5));
  CHECK(garden.contributions[0].last_event_time == kNow - absl::Hours(24 * 90));
  CHECK(garden.contributions[1].type == EventType::kReturn);
  CHECK(garden.contributions[1].weight == Approx(-1.25));
  CHECK(garden.contributions[2].weight == Approx(1));
  REQUIRE(garden.evidence.size() == 3);
  CHECK(garden.evidence[0].event_id == "1");
  CHECK(explanation.categories[1].contributions.size() == 1);
  CHECK(explanation.read_events == 5);
  CHECK(explanation.all_events);
}

TEST_CASE("what is older than the events that are read is told apart") {
  ExplanationsFixture f;
  std::vector<Event> events;
  for (int i = 0; i < 8; ++i) {
    events.push_back(InCategory(std::to_string(i), EventType::kPurchase, "garden", 90 * i));
  }
  f.Insert(events);
  const ProfileExplanation explanation = f.Explain();
  CHECK(explanation.read_events == 6);
  CHECK_FALSE(explanation.all_events);
  REQUIRE(explanation.categories.size() == 1);
  const CategoryExplanation& garden = explanation.categories[0];
  REQUIRE(garden.contributions.size() == 1);
  CHECK(garden.contributions[0].events == 6);
  CHECK(garden.older_weight == Approx(5.0 / 64 + 5.0 / 128));
  CHECK(garden.contributions[0].weight + garden.older_weight == Approx(garden.weight));
  CHECK(garden.evidence.size() == 5);
}

TEST_CASE("responses come with the newest events that count in them") {
  ExplanationsFixture f;
  const auto of_campaign = [](const char* id, EventType type, int days_ago) {
    Event event = InCategory(id, type, "", days_ago);
    event.campaign_id = "spring";
    return event;
  };
  Event robots = of_campaign("robot", EventType::kCampaignOpened, 0);
  robots.left_out = LeftOut::kRobot;
  f.Insert({of_campaign("sent", EventType::kCampaignSent, 3),
            of_campaign("opened", EventType::kCampaignOpened, 2),
            of_campaign("clicked", EventType::kCampaignClicked, 1), robots});
  const ProfileExplanation explanation = f.Explain();
  REQUIRE(explanation.responses.size() == kResponseFeatures);
  const auto ids_of = [&](ResponseFeature feature) {
    const ResponseExplanation& response = explanation.responses[static_cast<std::size_t>(feature)];
    CHECK(response.feature == feature);
    std::vector<std::string> ids;
    for (const Event& event : response.evidence) ids.push_back(event.event_id);
    return ids;
  };
  using Ids = std::vector<std::string>;
  CHECK(ids_of(ResponseFeature::kCampaignsReceived) == Ids{"clicked", "opened", "sent"});
  CHECK(ids_of(ResponseFeature::kCampaignOpenRate) == Ids{"clicked", "opened"});
  CHECK(ids_of(ResponseFeature::kCampaignClickRate) == Ids{"clicked"});
  CHECK(ids_of(ResponseFeature::kResponseRecencyDays) == Ids{"clicked", "opened"});
  CHECK(ids_of(ResponseFeature::kCouponsRedeemed).empty());
  CHECK(explanation.responses[1].value == 1);
  CHECK(explanation.read_events == 4);
}

TEST_CASE("nothing is told of responses of those without campaigns, or without consent") {
  ExplanationsFixture f;
  f.Insert({MakeEvent("42", "v", EventType::kView)});
  CHECK(f.Explain().responses.empty());
  Event issued = MakeEvent("42", "c", EventType::kCouponIssued);
  issued.coupon_id = "ten-off";
  f.Insert({issued});
  CHECK(f.Explain().responses.size() == kResponseFeatures);
  f.Decide(consent::Purpose::kProfiling, false);
  CHECK(f.Explain().responses.empty());
}

TEST_CASE("influence is how far the vector turns without a modality, or a feature") {
  ExplanationsFixture f;
  f.Insert({MakeEvent("42", "v", EventType::kView), Message("x", 1), Message("y", 2)});
  REQUIRE(
      f.stores.Put(f.context, "text/1", {{{"42", "x", {1, 0}}, {"42", "y", {0, 1}}}}, kNow).ok());
  f.Decide(consent::Purpose::kImageAnalysis, true);
  f.Picture("p", absl::Hours(3), {3, 4});
  const ProfileExplanation explanation = f.Explain();
  REQUIRE(explanation.modalities.size() == 3);
  const double views = std::log1p(1.0);
  const double length = std::sqrt(views * views + 2);
  const ModalityExplanation& behavior = explanation.modalities[0];
  CHECK(behavior.state == PartState::kUsed);
  CHECK(behavior.signals == 3);
  CHECK(behavior.influence == Approx(1 - std::sqrt(2.0) / length).epsilon(1e-4));
  const ModalityExplanation& text = explanation.modalities[1];
  CHECK(text.state == PartState::kUsed);
  CHECK(text.model_id == "text/1");
  CHECK(text.signals == 2);
  CHECK(text.first_time == kNow - absl::Hours(2));
  CHECK(text.influence == Approx(1 - std::sqrt(views * views + 1) / length).epsilon(1e-4));
  REQUIRE(text.evidence.size() == 2);
  CHECK(text.evidence[0].share == Approx(0.5));
  const ModalityExplanation& image = explanation.modalities[2];
  CHECK(image.model_id == "encoder/1");
  REQUIRE(image.evidence.size() == 1);
  CHECK(image.evidence[0].id == "p");
  CHECK(image.evidence[0].share == Approx(1));
  REQUIRE(explanation.features.size() == kBehaviorFeatures);
  CHECK(explanation.features[0].feature == BehaviorFeature::kViews);
  CHECK(explanation.features[0].value == 1);
  CHECK(explanation.features[0].influence == Approx(behavior.influence).epsilon(1e-4));
  CHECK(explanation.features[1].influence == 0);
  CHECK(explanation.models == std::vector<std::string>{"text/1", "encoder/1", "fuser/1"});
}

TEST_CASE("without the only modality nothing is left of the vector") {
  ExplanationsFixture f;
  f.Insert({MakeEvent("42", "v", EventType::kView)});
  const ProfileExplanation explanation = f.Explain();
  CHECK(explanation.modalities[0].influence == 1);
  CHECK(explanation.modalities[1].state == PartState::kNothingKnown);
  CHECK(explanation.modalities[1].influence == 0);
}

TEST_CASE("what has no vector yet is pending, and what cancels out is not taken") {
  ExplanationsFixture f;
  f.Insert({Message("x", 1), Message("y", 2)});
  CHECK(f.Explain().modalities[1].state == PartState::kPending);
  CHECK(f.Explain().modalities[1].pending == 2);
  REQUIRE(
      f.stores.Put(f.context, "text/1", {{{"42", "x", {1, 0}}, {"42", "y", {-1, 0}}}}, kNow).ok());
  const ProfileExplanation explanation = f.Explain();
  CHECK(explanation.modalities[1].state == PartState::kNotTaken);
  CHECK(explanation.modalities[1].evidence.empty());
}

TEST_CASE("an interest comes with the pictures that show it, the model and its score") {
  ExplanationsFixture f;
  f.Decide(consent::Purpose::kImageAnalysis, true);
  f.Picture("p", absl::Hours(3), {3, 4});
  f.Picture("q", absl::Hours(1), {4, 3});
  const ProfileExplanation explanation = f.Explain();
  REQUIRE(explanation.interests.size() == 1);
  CHECK(explanation.interests[0].interest.label == "dress");
  REQUIRE(explanation.interests[0].evidence.size() == 2);
  CHECK(explanation.interests[0].evidence[0].media_id == "q");
  CHECK(explanation.interests[0].evidence[0].score == 0.8);
  CHECK(explanation.interests[0].evidence[0].model_id == "encoder/1");
}

TEST_CASE("withheld purposes are told with the decision, and nothing else is") {
  ExplanationsFixture f;
  f.Insert({InCategory("1", EventType::kPurchase, "garden", 1), Message("x", 1)});
  f.Decide(consent::Purpose::kImageAnalysis, true);
  f.Picture("p", absl::Hours(3), {3, 4});
  ProfileExplanation explanation = f.Explain();
  REQUIRE(explanation.purposes.size() == 2);
  CHECK(explanation.purposes[0].purpose == consent::Purpose::kProfiling);
  CHECK(explanation.purposes[0].decision == consent::Decision::kNone);
  CHECK(explanation.purposes[0].allowed);
  CHECK(explanation.purposes[1].decision == consent::Decision::kGranted);
  f.clock.Advance(absl::Seconds(1));
  f.Decide(consent::Purpose::kProfiling, false);
  explanation = f.Explain();
  CHECK(explanation.purposes[0].decision == consent::Decision::kWithdrawn);
  CHECK_FALSE(explanation.purposes[0].allowed);
  for (const ModalityExplanation& modality : explanation.modalities) {
    CHECK(modality.state == PartState::kWithheld);
    CHECK(modality.signals == 0);
    CHECK(modality.influence == 0);
  }
  CHECK(explanation.categories.empty());
  CHECK(explanation.features.empty());
  CHECK(explanation.interests.empty());
  CHECK(explanation.read_events == 0);
}

TEST_CASE("influences of two versions of the fuser are not mixed") {
  ExplanationsFixture f;
  f.Insert({MakeEvent("42", "v", EventType::kView)});
  f.fuser.swaps = true;
  const absl::Status status = f.explanations.Explain(f.context, "42").status();
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "MODEL_UNAVAILABLE");
}

TEST_CASE("everything that is left out is left out in one call of the fuser") {
  ExplanationsFixture f;
  f.Insert({MakeEvent("42", "v", EventType::kView), Message("x", 1)});
  REQUIRE(f.stores.Put(f.context, "text/1", {{{"42", "x", {1, 0}}}}, kNow).ok());
  f.Explain();
  CHECK(f.fuser.calls == 2);  // the profile, and all that is left out of it
}

TEST_CASE("a score is told with what each feature adds to a typical customer's") {
  ExplanationsFixture f;
  f.Insert({MakeEvent("42", "v", EventType::kView)});
  f.fuser.scores = true;
  const ProfileExplanation explanation = f.Explain();
  REQUIRE(explanation.scores.size() == 2);
  const ScoreExplanation& churn = explanation.scores[0];
  const double views = std::log1p(1.0);
  CHECK(churn.id == "churn");
  CHECK(churn.value == Approx(0.5 + 0.2 * views));
  REQUIRE(churn.features.size() == 2);
  // They bought nothing, where others buy.
  CHECK(churn.features[0].feature == BehaviorFeature::kPurchaseLines);
  CHECK(churn.features[0].change == Approx(0.2));
  CHECK(churn.features[1].feature == BehaviorFeature::kViews);
  CHECK(churn.features[1].change == Approx(0.2 * views));
  CHECK(explanation.scores[1].value == 7);
  CHECK(explanation.scores[1].features.empty());
}

TEST_CASE("shares of a direction sum to one, and are below zero against it") {
  const std::vector<std::vector<float>> rows = {{2, 0}, {2, 1}, {-1, 0}};
  const std::vector<double> shares = SharesOfDirection(rows);
  REQUIRE(shares.size() == 3);
  CHECK(shares[0] + shares[1] + shares[2] == Approx(1));
  CHECK(shares[2] == Approx(-0.3));
  CHECK(SharesOfDirection({}).empty());
}

TEST_CASE("nobody's explanation is not found") {
  ExplanationsFixture f;
  CHECK(absl::IsNotFound(f.explanations.Explain(f.context, "43").status()));
  CHECK(absl::IsInvalidArgument(f.explanations.Explain(f.context, "a b").status()));
}

}  // namespace
}  // namespace clientele::profile::testing
