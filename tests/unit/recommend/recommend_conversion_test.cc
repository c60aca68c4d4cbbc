#include "services/recommend-service/rpc/recommend_conversion.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::recommend {
namespace {

TEST_CASE("an item is available unless it says otherwise") {
  v1::Item proto;
  CHECK(FromProto(proto, "a").available);
  proto.set_available(false);
  CHECK(!FromProto(proto, "a").available);
  CHECK(!ToProto(FromProto(proto, "a")).available());
  CHECK(ToProto(FromProto(proto, "a")).name() == "items/a");
}

TEST_CASE("an empty mask means every field that is set") {
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/a");
  request.mutable_item()->set_title("t");
  request.mutable_item()->set_available(false);
  const auto update = FromProto(request);
  REQUIRE(update.ok());
  CHECK(update->item.id == "a");
  CHECK(update->fields == std::vector<ItemField>{ItemField::kTitle, ItemField::kAvailable});
}

TEST_CASE("a mask names what to change, and unknown fields are refused") {
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/a");
  request.mutable_item()->set_title("t");
  request.mutable_update_mask()->add_paths("description");
  CHECK(FromProto(request)->fields == std::vector<ItemField>{ItemField::kDescription});
  request.mutable_update_mask()->set_paths(0, "*");
  CHECK(FromProto(request)->fields.size() == 7);
  request.mutable_update_mask()->set_paths(0, "etag");
  request.mutable_item()->set_name("things/a");
  const absl::Status status = FromProto(request).status();
  CHECK(GetFieldViolations(status).size() == 2);
}

TEST_CASE("a batch tells every wrong name and field at once") {
  v1::BatchCreateItemsRequest request;
  request.add_items()->set_name("items/ok");
  request.add_items()->set_name("nonsense");
  const auto violations = GetFieldViolations(FromProto(request).status());
  REQUIRE(violations.size() == 3);
  CHECK(violations[0].field == "items[1].name");
  CHECK(violations[1].field == "items[0].title");
  CHECK(violations[2].field == "items[1].title");
}

TEST_CASE("anonymous interactions keep their kind and refuse what is no interaction") {
  v1::BatchCreateAnonymousInteractionsRequest request;
  v1::AnonymousInteraction& good = *request.add_interactions();
  good.set_item("items/mug");
  good.set_interaction_id("line-1");
  good.set_type(v1::INTERACTION_TYPE_RETURN);
  good.mutable_interaction_time()->set_seconds(1'600'000'000);
  good.set_quantity(2);
  const auto interactions = FromProto(request);
  REQUIRE(interactions.ok());
  CHECK(interactions->at(0).item_id == "mug");
  CHECK(interactions->at(0).type == InteractionType::kReturn);
  CHECK(interactions->at(0).interaction_time == absl::FromUnixSeconds(1'600'000'000));

  v1::AnonymousInteraction& bad = *request.add_interactions();
  bad.set_item("mug");
  bad.mutable_interaction_time()->set_seconds(std::numeric_limits<std::int64_t>::max());
  const auto violations = GetFieldViolations(FromProto(request).status());
  REQUIRE(violations.size() == 3);
  CHECK(violations[0].field == "interactions[1].item");
  CHECK(violations[1].field == "interactions[1].type");
  CHECK(violations[2].field == "interactions[1].interaction_time");
}

TEST_CASE("zeros of a training request become the defaults") {
  v1::TrainModelRequest request;
  CHECK(FromProto(request).factors == 32);
  CHECK(FromProto(request).epochs == 20);
  request.set_factors(1);
  CHECK(absl::IsInvalidArgument(CheckTrainingOptions(FromProto(request))));
}

TEST_CASE("an operation shows its progress, its result or its error") {
  TrainingOperation operation;
  operation.id = "abc";
  operation.epoch = 3;
  operation.epochs = 20;
  v1::TrainModelMetadata metadata;
  auto proto = ToProto(operation);
  CHECK(proto.name() == "operations/abc");
  CHECK(!proto.done());
  REQUIRE(proto.metadata().UnpackTo(&metadata));
  CHECK(metadata.epoch() == 3);
  CHECK(!metadata.has_start_time());

  operation.done = true;
  operation.report = {"factorization/1", 0.5, 77, {}};
  v1::TrainModelResponse response;
  proto = ToProto(operation);
  REQUIRE(proto.response().UnpackTo(&response));
  CHECK(response.model() == "factorization/1");
  CHECK(response.interaction_count() == 77);

  operation.error = absl::FailedPreconditionError("nothing to train on");
  CHECK(ToProto(operation).error().code() == 9);
}

}  // namespace
}  // namespace clientele::recommend
