#include "services/recommend-service/store/items/item_codec.h"

#include <cstdint>
#include <limits>
#include <variant>

#include <nlohmann/json.hpp>

namespace clientele::recommend {
namespace {

using Json = nlohmann::json;

absl::Status Unreadable() {
  return absl::DataLossError("the stored result of an earlier request cannot be read");
}

constexpr std::int64_t kMinMicros = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMaxMicros = std::numeric_limits<std::int64_t>::max();

// As absl::ToUnixMicros has infinite times.
absl::Time FromMicros(std::int64_t micros) {
  if (micros == kMinMicros) return absl::InfinitePast();
  if (micros == kMaxMicros) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}

Json AttributesToJson(const ItemAttributes& attributes) {
  Json json = Json::object();
  for (const auto& [name, value] : attributes) {
    std::visit([&, key = name](const auto& one) { json[key] = one; }, value);
  }
  return json;
}

// Throws Json::exception for what is no attribute.
ItemAttributes AttributesFromJson(const Json& json) {
  ItemAttributes attributes;
  for (const auto& [name, value] : json.items()) {
    if (value.is_number()) {
      attributes[name] = value.get<double>();
    } else if (value.is_array()) {
      attributes[name] = value.get<std::vector<std::string>>();
    } else {
      attributes[name] = value.get<std::string>();
    }
  }
  return attributes;
}

template <class Value, class Read>
absl::StatusOr<Value> ReadColumn(absl::string_view text, const Read& read) {
  try {
    return read(Json::parse(text.begin(), text.end()));
  } catch (const Json::exception&) {
    return absl::DataLossError("a stored item cannot be read");
  }
}

}  // namespace

std::string EncodeTexts(const std::vector<std::string>& texts) { return Json(texts).dump(); }

absl::StatusOr<std::vector<std::string>> DecodeTexts(absl::string_view json) {
  return ReadColumn<std::vector<std::string>>(
      json, [](const Json& value) { return value.get<std::vector<std::string>>(); });
}

std::string EncodeAttributes(const ItemAttributes& attributes) {
  return AttributesToJson(attributes).dump();
}

absl::StatusOr<ItemAttributes> DecodeAttributes(absl::string_view json) {
  return ReadColumn<ItemAttributes>(json, AttributesFromJson);
}

std::string EncodeItem(const Item& item) {
  return Json{{"id", item.id},
              {"title", item.title},
              {"description", item.description},
              {"category", item.category},
              {"parent_categories", item.parent_categories},
              {"brand", item.brand},
              {"attributes", AttributesToJson(item.attributes)},
              {"price_micros", item.price_micros},
              {"currency_code", item.currency_code},
              {"image_uri", item.image_uri},
              {"additional_image_uris", item.additional_image_uris},
              {"available", item.available},
              {"available_from_us", absl::ToUnixMicros(item.available_from)},
              {"available_until_us", absl::ToUnixMicros(item.available_until)},
              {"create_time_us", absl::ToUnixMicros(item.create_time)},
              {"update_time_us", absl::ToUnixMicros(item.update_time)},
              {"etag", item.etag}}
      .dump();
}

absl::StatusOr<Item> DecodeItem(absl::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    Item item;
    item.id = json.at("id").get<std::string>();
    item.title = json.at("title").get<std::string>();
    item.description = json.at("description").get<std::string>();
    item.category = json.at("category").get<std::string>();
    item.price_micros = json.at("price_micros").get<std::int64_t>();
    item.currency_code = json.at("currency_code").get<std::string>();
    item.image_uri = json.at("image_uri").get<std::string>();
    item.available = json.at("available").get<bool>();
    // Results of earlier versions lack the rest.
    item.parent_categories = json.value("parent_categories", std::vector<std::string>());
    item.brand = json.value("brand", std::string());
    item.attributes = AttributesFromJson(json.value("attributes", Json::object()));
    item.additional_image_uris = json.value("additional_image_uris", std::vector<std::string>());
    item.available_from = FromMicros(json.value("available_from_us", kMinMicros));
    item.available_until = FromMicros(json.value("available_until_us", kMaxMicros));
    item.create_time = absl::FromUnixMicros(json.at("create_time_us").get<std::int64_t>());
    item.update_time = absl::FromUnixMicros(json.at("update_time_us").get<std::int64_t>());
    item.etag = json.at("etag").get<std::string>();
    return item;
  } catch (const Json::exception&) {
    return Unreadable();
  }
}

std::string EncodeBatchCreated(const BatchCreated& created) {
  return Json{{"created", created.created}, {"existing", created.existing}}.dump();
}

absl::StatusOr<BatchCreated> DecodeBatchCreated(absl::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    return BatchCreated{json.at("created").get<std::int64_t>(),
                        json.at("existing").get<std::int64_t>()};
  } catch (const Json::exception&) {
    return Unreadable();
  }
}

}  // namespace clientele::recommend
