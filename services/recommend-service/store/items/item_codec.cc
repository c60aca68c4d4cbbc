#include "services/recommend-service/store/items/item_codec.h"

#include <cstdint>

#include <nlohmann/json.hpp>

namespace clientele::recommend {
namespace {

using Json = nlohmann::json;

absl::Status Unreadable() {
  return absl::DataLossError("the stored result of an earlier request cannot be read");
}

}  // namespace

std::string EncodeItem(const Item& item) {
  return Json{{"id", item.id},
              {"title", item.title},
              {"description", item.description},
              {"category", item.category},
              {"price_micros", item.price_micros},
              {"currency_code", item.currency_code},
              {"image_uri", item.image_uri},
              {"available", item.available},
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
