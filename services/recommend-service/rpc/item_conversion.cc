#include "services/recommend-service/rpc/item_conversion.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

constexpr char kItemName[] = "items/{}";
constexpr char kNoItemName[] = "must be items/{item}";
constexpr char kAttributePath[] = "attributes.";

struct NamedField {
  const char* path;
  ItemField field;
};
constexpr NamedField kUpdatable[] = {
    {"title", ItemField::kTitle},
    {"description", ItemField::kDescription},
    {"category", ItemField::kCategory},
    {"parent_categories", ItemField::kParentCategories},
    {"brand", ItemField::kBrand},
    {"attributes", ItemField::kAttributes},
    {"price_micros", ItemField::kPriceMicros},
    {"currency_code", ItemField::kCurrencyCode},
    {"image_uri", ItemField::kImageUri},
    {"additional_image_uris", ItemField::kAdditionalImageUris},
    {"available", ItemField::kAvailable},
    {"available_from", ItemField::kAvailableFrom},
    {"available_until", ItemField::kAvailableUntil},
};

bool IsSet(const v1::Item& item, ItemField field) {
  switch (field) {
    case ItemField::kTitle:
      return !item.title().empty();
    case ItemField::kDescription:
      return !item.description().empty();
    case ItemField::kCategory:
      return !item.category().empty();
    case ItemField::kParentCategories:
      return !item.parent_categories().empty();
    case ItemField::kBrand:
      return !item.brand().empty();
    case ItemField::kAttributes:
      return !item.attributes().empty();
    case ItemField::kPriceMicros:
      return item.price_micros() != 0;
    case ItemField::kCurrencyCode:
      return !item.currency_code().empty();
    case ItemField::kImageUri:
      return !item.image_uri().empty();
    case ItemField::kAdditionalImageUris:
      return !item.additional_image_uris().empty();
    case ItemField::kAvailable:
      return item.has_available();
    case ItemField::kAvailableFrom:
      return item.has_available_from();
    case ItemField::kAvailableUntil:
      return item.has_available_until();
  }
  return false;
}

// A value without a kind becomes an empty text, which no attribute may have.
AttributeValue FromProto(const v1::AttributeValue& proto) {
  if (proto.has_number()) return proto.number();
  if (proto.has_list()) {
    return std::vector<std::string>(proto.list().values().begin(), proto.list().values().end());
  }
  return proto.text();
}

v1::AttributeValue ToProto(const AttributeValue& value) {
  v1::AttributeValue proto;
  if (const auto* text = std::get_if<std::string>(&value)) {
    proto.set_text(*text);
  } else if (const auto* number = std::get_if<double>(&value)) {
    proto.set_number(*number);
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    proto.mutable_list()->mutable_values()->Assign(list->begin(), list->end());
  }
  return proto;
}

absl::StatusOr<absl::Time> WholeMicroseconds(const google::protobuf::Timestamp& proto,
                                             const std::string& field) {
  CLIENTELE_ASSIGN_OR_RETURN(const absl::Time time, rpc::ToTime(proto, field));
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace

absl::StatusOr<Item> FromProto(const v1::Item& proto, std::string id, absl::string_view prefix) {
  Item item;
  item.id = std::move(id);
  item.title = proto.title();
  item.description = proto.description();
  item.category = proto.category();
  item.parent_categories.assign(proto.parent_categories().begin(), proto.parent_categories().end());
  item.brand = proto.brand();
  for (const auto& [name, value] : proto.attributes()) item.attributes[name] = FromProto(value);
  item.price_micros = proto.price_micros();
  item.currency_code = proto.currency_code();
  item.image_uri = proto.image_uri();
  item.additional_image_uris.assign(proto.additional_image_uris().begin(),
                                    proto.additional_image_uris().end());
  item.available = !proto.has_available() || proto.available();
  if (proto.has_available_from()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        item.available_from,
        WholeMicroseconds(proto.available_from(), absl::StrCat(prefix, "available_from")));
  }
  if (proto.has_available_until()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        item.available_until,
        WholeMicroseconds(proto.available_until(), absl::StrCat(prefix, "available_until")));
  }
  item.etag = proto.etag();
  return item;
}

v1::Item ToProto(const Item& item) {
  v1::Item proto;
  proto.set_name(rpc::FormatResourceName(kItemName, item.id));
  proto.set_title(item.title);
  proto.set_description(item.description);
  proto.set_category(item.category);
  proto.mutable_parent_categories()->Assign(item.parent_categories.begin(),
                                            item.parent_categories.end());
  proto.set_brand(item.brand);
  for (const auto& [name, value] : item.attributes) {
    (*proto.mutable_attributes())[name] = ToProto(value);
  }
  proto.set_price_micros(item.price_micros);
  proto.set_currency_code(item.currency_code);
  proto.set_image_uri(item.image_uri);
  proto.mutable_additional_image_uris()->Assign(item.additional_image_uris.begin(),
                                                item.additional_image_uris.end());
  proto.set_available(item.available);
  if (item.available_from != absl::InfinitePast()) {
    *proto.mutable_available_from() = rpc::ToTimestamp(item.available_from);
  }
  if (item.available_until != absl::InfiniteFuture()) {
    *proto.mutable_available_until() = rpc::ToTimestamp(item.available_until);
  }
  // Unset for an item that was only checked.
  if (!item.etag.empty()) {
    *proto.mutable_create_time() = rpc::ToTimestamp(item.create_time);
    *proto.mutable_update_time() = rpc::ToTimestamp(item.update_time);
    proto.set_etag(item.etag);
  }
  return proto;
}

absl::StatusOr<std::vector<Item>> FromProto(const v1::BatchCreateItemsRequest& request) {
  FieldViolations violations;
  std::vector<Item> items;
  items.reserve(static_cast<std::size_t>(request.items_size()));
  for (int i = 0; i < request.items_size(); ++i) {
    auto id = rpc::ParseResourceName(kItemName, request.items(i).name(), "name");
    if (!id.ok()) violations.Add(absl::StrCat("items[", i, "].name"), kNoItemName);
    CLIENTELE_ASSIGN_OR_RETURN(Item item,
                               FromProto(request.items(i), id.ok() ? *std::move(id) : "invalid",
                                         absl::StrCat("items[", i, "].")));
    items.push_back(std::move(item));
  }
  // Other fields of the same batch are reported together with the names.
  if (!violations.empty()) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string prefix = absl::StrCat("items[", i, "].");
      CheckItem(items[i], prefix, prefix + "name", violations);
    }
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return items;
}

absl::StatusOr<ItemUpdate> FromProto(const v1::UpdateItemRequest& request) {
  FieldViolations violations;
  auto id = rpc::ParseResourceName(kItemName, request.item().name(), "item.name");
  if (!id.ok()) violations.Add("item.name", kNoItemName);
  ItemUpdate update;
  CLIENTELE_ASSIGN_OR_RETURN(
      update.item, FromProto(request.item(), id.ok() ? *std::move(id) : "invalid", "item."));
  if (request.update_mask().paths().empty()) {
    for (const NamedField& named : kUpdatable) {
      if (IsSet(request.item(), named.field)) update.fields.push_back(named.field);
    }
  }
  for (const std::string& path : request.update_mask().paths()) {
    absl::string_view attribute = path;
    if (absl::ConsumePrefix(&attribute, kAttributePath) && !attribute.empty()) {
      update.attributes.emplace_back(attribute);
      continue;
    }
    bool known = false;
    for (const NamedField& named : kUpdatable) {
      if (path != named.path && path != "*") continue;
      known = true;
      update.fields.push_back(named.field);
    }
    if (!known) {
      violations.Add("update_mask",
                     "names a field that cannot be changed; use title, description, category, "
                     "parent_categories, brand, attributes, attributes.NAME, price_micros, "
                     "currency_code, image_uri, additional_image_uris, available, available_from, "
                     "available_until or *");
    }
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return update;
}

ItemFilter FromProto(const v1::ItemFilter& proto) {
  ItemFilter filter;
  filter.brands.assign(proto.brands().begin(), proto.brands().end());
  for (const v1::AttributeCondition& one : proto.attributes()) {
    AttributeCondition& condition = filter.attributes.emplace_back();
    condition.attribute = one.attribute();
    condition.any_of.assign(one.any_of().begin(), one.any_of().end());
    if (one.has_minimum()) condition.minimum = one.minimum();
    if (one.has_maximum()) condition.maximum = one.maximum();
  }
  return filter;
}

}  // namespace clientele::recommend
