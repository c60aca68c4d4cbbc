#include "services/profile-service/model/fuser_features.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/inference/bundle/manifest.h"
#include "services/profile-service/core/profiles/fuser_settings.h"

namespace clientele::profile {
namespace {

model::v1::Bundle Manifest(std::int64_t features, const std::string& names,
                           const std::string& typical = "") {
  model::v1::Bundle manifest;
  inference::AddSpec(*manifest.mutable_inputs(), "behavior", model::v1::DATA_TYPE_FLOAT32,
                     {-1, features});
  if (!names.empty()) (*manifest.mutable_settings())[kFeatureNamesSetting] = names;
  if (!typical.empty()) (*manifest.mutable_settings())[kTypicalSetting] = typical;
  return manifest;
}

bool IsRefusedFor(const absl::Status& status, const std::string& words) {
  INFO(status);
  return absl::IsInvalidArgument(status) && absl::StrContains(status.message(), words);
}

TEST_CASE("a bundle gets the features that it names, in its order, however many there are") {
  const auto features = FuserFeaturesOf(Manifest(3, "views,recency_days,messages", "1.5,0,2"));
  REQUIRE(features.ok());
  // In parentheses: glog has a << for vectors that enumerations have not.
  CHECK((features->order == std::vector<BehaviorFeature>{BehaviorFeature::kViews,
                                                         BehaviorFeature::kRecencyDays,
                                                         BehaviorFeature::kMessages}));
  CHECK(features->typical[BehaviorFeature::kViews] == 1.5F);
  CHECK(features->typical[BehaviorFeature::kMessages] == 2);
  CHECK(features->typical[BehaviorFeature::kCarts] == 0);
}

TEST_CASE("a bundle without names gets the first features of the list, as many as it takes") {
  const auto features = FuserFeaturesOf(Manifest(24, ""));
  REQUIRE(features.ok());
  REQUIRE(features->order.size() == 24);
  CHECK(features->order.front() == BehaviorFeature::kRecencyDays);
  CHECK(features->order.back() == BehaviorFeature::kSocialPosts);
  const auto more = static_cast<std::int64_t>(kBehaviorFeatures) + 1;
  CHECK(IsRefusedFor(FuserFeaturesOf(Manifest(more, "")).status(), "features of behavior"));
}

TEST_CASE("features that are unknown, named twice or of another number are refused") {
  CHECK(IsRefusedFor(FuserFeaturesOf(Manifest(1, "heartbeat")).status(), "heartbeat"));
  CHECK(IsRefusedFor(FuserFeaturesOf(Manifest(2, "views,views")).status(), "twice"));
  CHECK(IsRefusedFor(FuserFeaturesOf(Manifest(3, "views,carts")).status(), "[-1, 2]"));
  CHECK(IsRefusedFor(FuserFeaturesOf(Manifest(2, "views,carts", "1")).status(), "each feature"));
  CHECK(IsRefusedFor(FuserFeaturesOf(Manifest(1, "views", "much")).status(), "much"));
}

TEST_CASE("scores have a name for each column of the second output") {
  model::v1::Bundle manifest = Manifest(1, "views");
  inference::AddSpec(*manifest.mutable_outputs(), "profile", model::v1::DATA_TYPE_FLOAT32, {-1, 8});
  REQUIRE(FuserScoresOf(manifest).ok());
  CHECK(FuserScoresOf(manifest)->empty());
  inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  CHECK(IsRefusedFor(FuserScoresOf(manifest).status(), "each column"));
  (*manifest.mutable_settings())[kScoresSetting] = "churn,value";
  REQUIRE(FuserScoresOf(manifest).ok());
  CHECK(*FuserScoresOf(manifest) == std::vector<std::string>{"churn", "value"});
}

}  // namespace
}  // namespace clientele::profile
