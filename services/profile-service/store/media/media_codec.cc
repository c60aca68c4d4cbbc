#include "services/profile-service/store/media/media_codec.h"

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

using Json = nlohmann::json;

absl::Status UnreadableObjects() {
  return WithReason(absl::DataLossError("what was seen in a picture cannot be read"),
                    reason::kDataLoss);
}

bool IsObject(const Json& row) {
  if (!row.is_array() || row.size() < 2 || !row[0].is_string() || !row[1].is_number()) return false;
  if (row.size() == 2) return true;
  if (row.size() > 3) {
    const bool timed = row.size() == 5 && row[4].is_number_integer() &&
                       (row[3].is_null() || row[3].is_number_integer());
    if (!timed) return false;
  }
  if (!row[2].is_array() || row[2].size() != 4) return false;
  for (const Json& edge : row[2]) {
    if (!edge.is_number()) return false;
  }
  return true;
}

}  // namespace

std::string MediaPiecePlace(absl::string_view customer_id, absl::string_view media_id,
                            absl::string_view piece) {
  return absl::StrCat("profile.media_pieces.content:", customer_id, "/", media_id, "/", piece);
}

std::string SightingPlace(absl::string_view column, absl::string_view customer_id,
                          absl::string_view media_id, absl::string_view model_id) {
  return absl::StrCat("profile.media_sightings.", column, ":", customer_id, "/", media_id, "/",
                      model_id);
}

std::string EncodeObjects(const std::vector<SeenObject>& objects) {
  Json rows = Json::array();
  for (const SeenObject& object : objects) {
    Json row = Json::array({object.label, object.score});
    if (object.box) {
      const Box& box = *object.box;
      row.push_back(Json::array({box.left, box.top, box.right, box.bottom}));
    } else if (object.frame_count > 0) {
      row.push_back(Json::array({0, 0, 0, 0}));
    }
    if (object.frame_count > 0) {
      row.push_back(object.box && object.offset ? Json(absl::ToInt64Microseconds(*object.offset))
                                                : Json());
      row.push_back(object.frame_count);
    }
    rows.push_back(std::move(row));
  }
  return rows.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<std::vector<SeenObject>> DecodeObjects(absl::string_view json) {
  const Json rows = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (!rows.is_array()) return UnreadableObjects();
  std::vector<SeenObject> objects;
  objects.reserve(rows.size());
  for (const Json& row : rows) {
    if (!IsObject(row)) return UnreadableObjects();
    SeenObject& object = objects.emplace_back();
    object.label = row[0].get<std::string>();
    object.score = row[1].get<double>();
    if (row.size() == 2) continue;
    if (row.size() == 5) {
      object.frame_count = row[4].get<int>();
      if (row[3].is_null()) continue;
      object.offset = absl::Microseconds(row[3].get<std::int64_t>());
    }
    object.box = Box{row[2][0].get<double>(), row[2][1].get<double>(), row[2][2].get<double>(),
                     row[2][3].get<double>()};
  }
  return objects;
}

std::string ContentIndex(const crypto::Cipher& cipher, absl::string_view bytes) {
  return cipher.BlindIndex(bytes, "profile.media");
}

}  // namespace clientele::profile
