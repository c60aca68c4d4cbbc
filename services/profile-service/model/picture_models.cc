#include "services/profile-service/model/picture_models.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/inference/tasks/picture_input.h"
#include "common/media/picture.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/features/precision.h"

namespace clientele::profile {
namespace {

MediaFormat FormatFrom(media::PictureFormat format) {
  switch (format) {
    case media::PictureFormat::kJpeg:
      return MediaFormat::kJpeg;
    case media::PictureFormat::kPng:
      return MediaFormat::kPng;
    case media::PictureFormat::kWebp:
      return MediaFormat::kWebp;
  }
  return MediaFormat::kJpeg;
}

MediaFormat FormatFrom(media::VideoFormat format) {
  switch (format) {
    case media::VideoFormat::kMp4:
      return MediaFormat::kMp4;
    case media::VideoFormat::kWebm:
      return MediaFormat::kWebm;
  }
  return MediaFormat::kMp4;
}

}  // namespace

absl::StatusOr<Pixels> ProcessPictureDecoder::Decode(const RequestContext& context,
                                                     absl::string_view bytes) {
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  absl::StatusOr<media::DecodedPicture> decoded = decoder_->Decode(bytes, context.deadline - now);
  if (absl::IsInvalidArgument(decoded.status())) {
    return InvalidField("picture", decoded.status().message());
  }
  CLIENTELE_RETURN_IF_ERROR(decoded.status());
  return Pixels{.format = FormatFrom(decoded->format),
                .original_width = decoded->original_width,
                .original_height = decoded->original_height,
                .width = decoded->width,
                .height = decoded->height,
                .rgb = std::move(decoded->rgb)};
}

bool ProcessPictureDecoder::IsVideo(absl::string_view bytes) const {
  return media::VideoFormatOf(bytes).has_value();
}

absl::StatusOr<media::DecodedVideo> ProcessPictureDecoder::DecodeRange(
    const RequestContext& context, absl::string_view bytes, const media::FrameRange& range) {
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  absl::StatusOr<media::DecodedVideo> decoded =
      decoder_->DecodeVideo(bytes, range, context.deadline - now);
  if (absl::IsInvalidArgument(decoded.status())) {
    return InvalidField("picture", decoded.status().message());
  }
  return decoded;
}

absl::StatusOr<VideoFacts> ProcessPictureDecoder::CheckVideo(const RequestContext& context,
                                                             absl::string_view bytes) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const media::DecodedVideo decoded,
      DecodeRange(context, bytes, {.first = 0, .count = kMostVideoFrames, .pixels = false}));
  return VideoFacts{.format = FormatFrom(decoded.format),
                    .width = decoded.video.original_width,
                    .height = decoded.video.original_height,
                    .duration = decoded.video.duration,
                    .frame_count = static_cast<int>(decoded.video.frames.size())};
}

absl::StatusOr<VideoPart> ProcessPictureDecoder::DecodeFrames(const RequestContext& context,
                                                              absl::string_view bytes, int first,
                                                              int seconds) {
  CLIENTELE_ASSIGN_OR_RETURN(
      media::DecodedVideo decoded,
      DecodeRange(context, bytes, {.first = first, .count = seconds, .pixels = true}));
  VideoPart part{.duration = decoded.video.duration};
  for (media::VideoFrame& frame : decoded.video.frames) {
    part.frames.push_back({.offset = frame.offset,
                           .pixels = {.format = FormatFrom(decoded.format),
                                      .original_width = decoded.video.original_width,
                                      .original_height = decoded.video.original_height,
                                      .width = decoded.video.width,
                                      .height = decoded.video.height,
                                      .rgb = std::move(frame.rgb)}});
  }
  return part;
}

inference::ImageRow ToImageRow(const std::vector<std::uint8_t>& rgb, std::int64_t width,
                               std::int64_t height) {
  const auto plane = static_cast<std::size_t>(width * height);
  inference::ImageRow row{.height = height, .width = width};
  row.pixels.resize(3 * plane);
  for (std::size_t color = 0; color < 3; ++color) {
    float* next = &row.pixels[color * plane];
    for (std::size_t i = 0; i < plane; ++i) {
      next[i] = static_cast<float>(rgb[3 * i + color]) / 255.0F;
    }
  }
  return row;
}

absl::StatusOr<std::vector<Sighting>> EncoderPictureModel::SeeAll(
    const RequestContext& context, absl::Span<const Pixels* const> pictures) {
  const auto model = handle_->Current();
  if (model == nullptr) return inference::ModelUnavailable(handle_->name());
  CLIENTELE_ASSIGN_OR_RETURN(const inference::PictureInput input,
                             inference::ReadPictureInput(model->loaded().manifest()));
  std::vector<inference::ImageRow> rows;
  rows.reserve(pictures.size());
  for (const Pixels* pixels : pictures) {
    const media::Picture fitted = media::FitPicture(
        {.width = pixels->width, .height = pixels->height, .rgb = pixels->rgb}, input.width,
        input.height, input.crop ? media::Fit::kCrop : media::Fit::kStretch);
    rows.push_back(ToImageRow(fitted.rgb, fitted.width, fitted.height));
  }
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedImages encoded, encoder_->Encode(context, rows));
  std::vector<Sighting> sightings;
  sightings.reserve(pictures.size());
  for (inference::EncodedImage& image : encoded.images) {
    Sighting& sighting = sightings.emplace_back(Sighting{.model_id = encoded.model_id,
                                                         .kind = SightingKind::kClasses,
                                                         .see_time = ToMicroseconds(clock_->Now()),
                                                         .objects = {},
                                                         .vector = std::move(image.vector)});
    for (inference::LabelProbability& label : image.labels) {
      sighting.objects.push_back(
          {.label = std::move(label.label), .score = label.probability, .box = std::nullopt});
    }
  }
  return sightings;
}

absl::StatusOr<std::vector<Sighting>> DetectorPictureModel::SeeAll(
    const RequestContext& context, absl::Span<const Pixels* const> pictures) {
  std::vector<inference::ImageRow> rows;
  rows.reserve(pictures.size());
  for (const Pixels* pixels : pictures) {
    rows.push_back(ToImageRow(pixels->rgb, pixels->width, pixels->height));
  }
  CLIENTELE_ASSIGN_OR_RETURN(inference::DetectedImages detected, detector_->Detect(context, rows));
  std::vector<Sighting> sightings;
  sightings.reserve(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Pixels& pixels = *pictures[i];
    const double across =
        static_cast<double>(pixels.original_width) / static_cast<double>(pixels.width);
    const double down =
        static_cast<double>(pixels.original_height) / static_cast<double>(pixels.height);
    Sighting& sighting = sightings.emplace_back(Sighting{.model_id = detected.model_id,
                                                         .kind = SightingKind::kObjects,
                                                         .see_time = ToMicroseconds(clock_->Now()),
                                                         .objects = {}});
    for (inference::DetectedObject& object : detected.images[i]) {
      sighting.objects.push_back({.label = std::move(object.label),
                                  .score = object.score,
                                  .box = Box{.left = object.left * across,
                                             .top = object.top * down,
                                             .right = object.right * across,
                                             .bottom = object.bottom * down}});
    }
  }
  return sightings;
}

}  // namespace clientele::profile
