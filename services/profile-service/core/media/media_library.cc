#include "services/profile-service/core/media/media_library.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/features/precision.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kMostAhead = absl::Hours(24);

constexpr char kQuickTime[] = "video/quicktime";

std::optional<MediaFormat> FormatNamed(absl::string_view content_type) {
  for (const MediaFormat format : {MediaFormat::kJpeg, MediaFormat::kPng, MediaFormat::kWebp,
                                   MediaFormat::kMp4, MediaFormat::kWebm}) {
    if (content_type == ContentTypeOf(format)) return format;
  }
  if (content_type == kQuickTime) return MediaFormat::kMp4;
  return std::nullopt;
}

absl::Status NoPictureModels(absl::string_view flags) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          "the service was started without models of pictures: name one with ", flags)),
      kNoPictureModels);
}

void ValidateMediaId(absl::string_view id, FieldViolations& bad) {
  if (!IsValidId(id)) {
    bad.Add("name",
            "must be \"customers/{customer}/media/{media}\" with ids of 1 to 64 of letters, "
            "digits, '.', '_', '-'");
  }
}

std::size_t MediaBytes(const Media& media) {
  std::size_t bytes = 2 * paging::kRowBytes + media.failure.size();
  for (const Sighting& sighting : media.sightings) {
    bytes += sighting.objects.size() * paging::kRowBytes;
  }
  return bytes;
}

std::string PageTokenAfter(absl::string_view customer_id, const Media& last) {
  return absl::WebSafeBase64Escape(absl::StrCat("m ", customer_id, " ",
                                                absl::ToUnixMicros(last.capture_time), " ",
                                                last.media_id, " ", last.customer_id));
}

absl::StatusOr<std::optional<MediaPosition>> ParseMediaPageToken(absl::string_view customer_id,
                                                                 absl::string_view token) {
  if (token.empty()) return std::optional<MediaPosition>();
  std::string plain;
  std::int64_t micros = 0;
  if (absl::WebSafeBase64Unescape(token, &plain)) {
    const std::vector<std::string> parts = absl::StrSplit(plain, ' ');
    if (parts.size() == 5 && parts[0] == "m" && parts[1] == customer_id &&
        absl::SimpleAtoi(parts[2], &micros) && IsValidId(parts[3]) && IsValidId(parts[4])) {
      return MediaPosition{absl::FromUnixMicros(micros), parts[3], parts[4]};
    }
  }
  return InvalidField("page_token", "must come from the response before, of the same list");
}

}  // namespace

absl::Status MediaLibrary::Begin(const RequestContext& context, MediaUpload& upload, Media media,
                                 absl::string_view content_type) {
  if (upload.begun()) return upload.Begin(std::move(media), std::nullopt);
  if (decoder_ == nullptr) return NoPictureModels("--image_encoder or --object_detector");
  const absl::Time now = clock_->Now();
  FieldViolations bad;
  ValidateCustomerId(media.customer_id, "media.name", bad);
  if (!IsValidId(media.media_id)) {
    bad.Add("media.name",
            "must be \"customers/{customer}/media/{media}\" with ids of 1 to 64 of letters, "
            "digits, '.', '_', '-'");
  }
  if (media.capture_time == absl::InfiniteFuture()) media.capture_time = now;
  if (media.capture_time <= absl::UnixEpoch() || media.capture_time > now + kMostAhead) {
    bad.Add("media.capture_time",
            "must be after 1970 and at most one day ahead of the service's clock");
  }
  const std::optional<MediaFormat> named = FormatNamed(content_type);
  if (!content_type.empty() && !named) {
    bad.Add("media.content_type",
            "must be empty, image/jpeg, image/png, image/webp, video/mp4, video/quicktime or "
            "video/webm");
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  media.capture_time = ToMicroseconds(media.capture_time);
  media.upload_time = ToMicroseconds(now);
  CLIENTELE_RETURN_IF_ERROR(store_->CheckConsent(context, media.customer_id));
  return upload.Begin(std::move(media), named);
}

RequestContext MediaLibrary::Decoding(const RequestContext& context) const {
  RequestContext call = context;
  call.deadline = std::min(context.deadline, clock_->Now() + options_.decode_time);
  return call;
}

absl::Status MediaLibrary::Recognize(const RequestContext& context, absl::string_view bytes,
                                     Media& media) {
  const RequestContext call = Decoding(context);
  media.byte_count = static_cast<std::int64_t>(bytes.size());
  if (decoder_->IsVideo(bytes)) {
    CLIENTELE_ASSIGN_OR_RETURN(const VideoFacts video, decoder_->CheckVideo(call, bytes));
    media.format = video.format;
    media.width = video.width;
    media.height = video.height;
    media.duration = video.duration;
    media.frame_count = video.frame_count;
    return absl::OkStatus();
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Pixels pixels, decoder_->Decode(call, bytes));
  media.format = pixels.format;
  media.width = pixels.original_width;
  media.height = pixels.original_height;
  return absl::OkStatus();
}

absl::StatusOr<Media> MediaLibrary::Finish(const RequestContext& context,
                                           const MediaUpload& upload) {
  if (!upload.begun()) return InvalidField("media", "must be in the first message");
  if (upload.bytes().empty()) return InvalidField("chunk", "the picture is empty");
  Media media = upload.media();
  CLIENTELE_RETURN_IF_ERROR(Recognize(context, upload.bytes(), media));
  if (upload.named_format().value_or(media.format) != media.format) {
    return InvalidField("media.content_type",
                        absl::StrCat("the bytes are ", ContentTypeOf(media.format)));
  }
  return store_->InsertMedia(context, media, upload.bytes(), options_.limits);
}

absl::StatusOr<Media> MediaLibrary::Get(const RequestContext& context,
                                        absl::string_view customer_id, absl::string_view media_id) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  ValidateMediaId(media_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->GetMedia(context, customer_id, media_id);
}

absl::StatusOr<MediaPage> MediaLibrary::List(const RequestContext& context,
                                             absl::string_view customer_id, int page_size,
                                             absl::string_view page_token) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "parent", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const auto after, ParseMediaPageToken(customer_id, page_token));
  MediaPage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.media,
                             store_->ListMedia(context, customer_id, after, page_size + 1));
  if (paging::CutPage(page.media, static_cast<std::size_t>(page_size), MediaBytes)) {
    page.next_page_token = PageTokenAfter(customer_id, page.media.back());
  }
  return page;
}

absl::Status MediaLibrary::Delete(const RequestContext& context, const MutationId& mutation,
                                  absl::string_view customer_id, absl::string_view media_id) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  ValidateMediaId(media_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->DeleteMedia(context, mutation, customer_id, media_id);
}

absl::StatusOr<DetectedPicture> MediaLibrary::Detect(const RequestContext& context,
                                                     absl::string_view bytes) {
  if (detector_ == nullptr) return NoPictureModels("--object_detector");
  if (bytes.empty()) return InvalidField("picture", "the picture is empty");
  if (decoder_->IsVideo(bytes)) {
    return InvalidField("picture",
                        "is a video; objects are detected in pictures, upload a video instead");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Pixels pixels, decoder_->Decode(Decoding(context), bytes));
  DetectedPicture detected{.width = pixels.original_width, .height = pixels.original_height};
  CLIENTELE_ASSIGN_OR_RETURN(detected.sighting, detector_->See(context, pixels));
  return detected;
}

}  // namespace clientele::profile
