#include "services/recommend-service/rpc/item_conversion.h"

#include <string>
#include <variant>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::recommend {
namespace {

TEST_CASE("an item is available unless it says otherwise") {
  v1::Item proto;
  CHECK(FromProto(proto, "a")->available);
  proto.set_available(false);
  CHECK(!FromProto(proto, "a")->available);
  CHECK(!ToProto(*FromProto(proto, "a")).available());
  CHECK(ToProto(*FromProto(proto, "a")).name() == "items/a");
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
  CHECK(FromProto(request)->fields.size() == 13);
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

TEST_CASE("an item's details come back as they were sent") {
  v1::Item proto;
  proto.set_category("mugs");
  proto.add_parent_categories("home");
  proto.add_parent_categories("kitchen");
  proto.set_brand("Acme");
  (*proto.mutable_attributes())["color"].set_text("red");
  (*proto.mutable_attributes())["weight"].set_number(0.3);
  (*proto.mutable_attributes())["sizes"].mutable_list()->add_values("S");
  proto.add_additional_image_uris("https://example.com/2.png");
  proto.mutable_available_from()->set_seconds(1'700'000'000);
  proto.mutable_available_from()->set_nanos(1'999);
  const auto item = FromProto(proto, "a");
  REQUIRE(item.ok());
  CHECK(item->parent_categories == std::vector<std::string>{"home", "kitchen"});
  CHECK(item->available_until == absl::InfiniteFuture());
  const v1::Item back = ToProto(*item);
  CHECK(back.parent_categories_size() == 2);
  CHECK(back.brand() == "Acme");
  CHECK(back.attributes().at("color").text() == "red");
  CHECK(back.attributes().at("weight").number() == 0.3);
  CHECK(back.attributes().at("sizes").list().values(0) == "S");
  CHECK(back.additional_image_uris(0) == "https://example.com/2.png");
  CHECK(back.available_from().nanos() == 1'000);
  CHECK(!back.has_available_until());
}

TEST_CASE("what is no time, and a value without a kind, are refused") {
  v1::Item proto;
  proto.set_title("t");
  (*proto.mutable_attributes())["color"];
  FieldViolations violations;
  CheckItem(*FromProto(proto, "a"), "item.", "item_id", violations);
  REQUIRE(GetFieldViolations(violations.ToStatus()).size() == 1);
  CHECK(GetFieldViolations(violations.ToStatus())[0].field == "item.attributes.color");
  proto.mutable_available_until()->set_nanos(-1);
  const auto wrong = GetFieldViolations(FromProto(proto, "a").status());
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].field == "item.available_until");
}

TEST_CASE("a mask names single attributes") {
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/a");
  request.mutable_update_mask()->add_paths("attributes.color");
  request.mutable_update_mask()->add_paths("brand");
  const auto update = FromProto(request);
  REQUIRE(update.ok());
  CHECK(update->attributes == std::vector<std::string>{"color"});
  CHECK(update->fields == std::vector<ItemField>{ItemField::kBrand});
  request.mutable_update_mask()->set_paths(0, "attributes.");
  CHECK(!FromProto(request).ok());
}

}  // namespace
}  // namespace clientele::recommend
