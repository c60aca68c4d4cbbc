#include "services/profile-service/rpc/media_conversion.h"

#include <cstddef>
#include <cstdint>
#include <tuple>

#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

v1::DetectedObject ToProto(const SeenObject& object) {
  v1::DetectedObject proto;
  proto.set_label(object.label);
  proto.set_score(object.score);
  if (object.box) {
    proto.mutable_box()->set_left(object.box->left);
    proto.mutable_box()->set_top(object.box->top);
    proto.mutable_box()->set_right(object.box->right);
    proto.mutable_box()->set_bottom(object.box->bottom);
  }
  if (object.offset) *proto.mutable_offset() = rpc::ToProtoDuration(*object.offset);
  proto.set_frame_count(object.frame_count);
  return proto;
}

}  // namespace

absl::StatusOr<std::pair<std::string, std::string>> ParseMediaName(absl::string_view name,
                                                                   absl::string_view field) {
  return rpc::ParseNestedResourceName("customers/{}/media/{}", name, field);
}

absl::StatusOr<Media> FromProto(const v1::Media& proto) {
  Media media;
  CLIENTELE_ASSIGN_OR_RETURN(auto ids, ParseMediaName(proto.name(), "media.name"));
  std::tie(media.customer_id, media.media_id) = std::move(ids);
  media.keep = proto.keep();
  media.capture_time = absl::InfiniteFuture();
  if (proto.has_capture_time()) {
    media.capture_time =
        rpc::ToTime(proto.capture_time(), "media.capture_time").value_or(absl::InfinitePast());
  }
  return media;
}

v1::Media ToProto(const Media& media) {
  v1::Media proto;
  proto.set_name(MediaName(media.customer_id, media.media_id));
  proto.set_content_type(std::string(ContentTypeOf(media.format)));
  *proto.mutable_capture_time() = rpc::ToTimestamp(media.capture_time);
  proto.set_keep(media.keep);
  proto.set_format(static_cast<v1::MediaFormat>(media.format));
  proto.set_byte_count(media.byte_count);
  proto.set_width(static_cast<std::int32_t>(media.width));
  proto.set_height(static_cast<std::int32_t>(media.height));
  *proto.mutable_upload_time() = rpc::ToTimestamp(media.upload_time);
  proto.set_state(static_cast<v1::MediaState>(media.state));
  proto.set_failure(media.failure);
  if (media.duration > absl::ZeroDuration()) {
    *proto.mutable_duration() = rpc::ToProtoDuration(media.duration);
  }
  proto.set_frame_count(media.frame_count);
  for (const Sighting& sighting : media.sightings) {
    v1::Sighting& added = *proto.add_sightings();
    added.set_model(sighting.model_id);
    *added.mutable_see_time() = rpc::ToTimestamp(sighting.see_time);
    for (const SeenObject& object : sighting.objects) *added.add_objects() = ToProto(object);
  }
  return proto;
}

v1::Interest ToProto(const Interest& interest) {
  v1::Interest proto;
  proto.set_label(interest.label);
  proto.set_picture_count(interest.pictures);
  *proto.mutable_last_seen_time() = rpc::ToTimestamp(interest.last_seen);
  proto.set_score(interest.score);
  for (const auto& [customer, media] : interest.evidence) {
    proto.add_media(MediaName(customer, media));
  }
  return proto;
}

v1::DetectObjectsResponse ToProto(const DetectedPicture& detected) {
  v1::DetectObjectsResponse proto;
  for (const SeenObject& object : detected.sighting.objects) *proto.add_objects() = ToProto(object);
  proto.set_model(detected.sighting.model_id);
  proto.set_width(static_cast<std::int32_t>(detected.width));
  proto.set_height(static_cast<std::int32_t>(detected.height));
  return proto;
}

}  // namespace clientele::profile
