#include "services/profile-service/rpc/explanation_conversion.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

TEST_CASE(
    "an explanation names events, pictures, types and states as the rest of the service does") {
  ProfileExplanation explanation;
  explanation.customer_id = "42";
  explanation.compute_time = absl::FromUnixSeconds(1'700'000'000);
  explanation.models = {"text/1", "fuser/7"};
  explanation.purposes = {{consent::Purpose::kImageAnalysis, consent::Decision::kWithdrawn, false}};
  explanation.modalities = {
      {.modality = "text",
       .state = PartState::kUsed,
       .signals = 1,
       .first_time = absl::UnixEpoch(),
       .last_time = absl::UnixEpoch(),
       .influence = 0.25,
       .evidence = {{.customer_id = "43", .id = "e", .time = absl::UnixEpoch(), .share = 1}}},
      {.modality = "image",
       .state = PartState::kNotTaken,
       .evidence = {{.customer_id = "43", .id = "p", .time = absl::UnixEpoch(), .share = -0.5}}}};
  explanation.features = {{.feature = BehaviorFeature::kRecencyDays, .value = 3, .influence = 0.5}};
  explanation.categories = {{.category = "garden",
                             .share = 1,
                             .weight = 2,
                             .contributions = {{.type = EventType::kPurchase,
                                                .events = 3,
                                                .last_event_time = absl::UnixEpoch(),
                                                .weight = 1.5}},
                             .older_weight = 0.5,
                             .evidence = {{.customer_id = "42",
                                           .event_id = "e",
                                           .type = EventType::kPurchase,
                                           .event_time = absl::UnixEpoch(),
                                           .weight = 1}}}};
  explanation.interests = {{.interest = {.label = "dress",
                                         .pictures = 1,
                                         .last_seen = absl::UnixEpoch(),
                                         .evidence = {}},
                            .evidence = {{.customer_id = "42",
                                          .media_id = "p",
                                          .model_id = "encoder/1",
                                          .capture_time = absl::UnixEpoch(),
                                          .score = 0.75}}}};
  Event redeemed;
  redeemed.type = EventType::kCouponRedeemed;
  redeemed.event_time = absl::UnixEpoch();
  redeemed.coupon_id = "ten-off";
  explanation.responses = {
      {.feature = ResponseFeature::kCouponsRedeemed, .value = 1, .evidence = {redeemed}}};
  explanation.read_events = 5000;
  explanation.scores = {{.id = "churn",
                         .value = 0.75,
                         .features = {{.feature = BehaviorFeature::kViews, .change = -0.25}}}};
  const v1::ProfileExplanation proto = ToProto(explanation);
  CHECK(proto.name() == "customers/42/profile");
  CHECK(proto.models_size() == 2);
  CHECK(proto.purposes(0).purpose() == v1::CONSENT_PURPOSE_IMAGE_ANALYSIS);
  CHECK(proto.purposes(0).state() == v1::CONSENT_STATE_WITHDRAWN);
  CHECK(proto.modalities(0).state() == v1::MODALITY_STATE_USED);
  CHECK(proto.modalities(0).signals(0).customer() == "customers/43");
  CHECK(proto.modalities(0).signals(0).event_id() == "e");
  CHECK(proto.modalities(0).signals(0).media().empty());
  CHECK(proto.modalities(1).state() == v1::MODALITY_STATE_NOT_TAKEN);
  CHECK_FALSE(proto.modalities(1).has_first_time());
  CHECK(proto.modalities(1).signals(0).media() == "customers/43/media/p");
  CHECK(proto.features(0).id() == "recency_days");
  CHECK(proto.features(0).influence() == 0.5);
  CHECK(proto.categories(0).contributions(0).type() == v1::EVENT_TYPE_PURCHASE);
  CHECK(proto.categories(0).contributions(0).event_count() == 3);
  CHECK(proto.categories(0).events(0).event_id() == "e");
  CHECK(proto.interests(0).interest().label() == "dress");
  CHECK(proto.interests(0).pictures(0).media() == "customers/42/media/p");
  CHECK(proto.examined_event_count() == 5000);
  REQUIRE(proto.responses_size() == 1);
  CHECK(proto.responses(0).id() == "coupons_redeemed");
  CHECK(proto.responses(0).value() == 1);
  CHECK(proto.responses(0).events(0).type() == v1::EVENT_TYPE_COUPON_REDEEMED);
  CHECK(proto.responses(0).events(0).coupon_id() == "ten-off");
  REQUIRE(proto.scores_size() == 1);
  CHECK(proto.scores(0).id() == "churn");
  CHECK(proto.scores(0).value() == 0.75);
  CHECK(proto.scores(0).features(0).feature() == "views");
  CHECK(proto.scores(0).features(0).change() == -0.25);
}

}  // namespace
}  // namespace clientele::profile
