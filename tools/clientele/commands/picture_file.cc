#include "tools/clientele/commands/picture_file.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/crypto/digest.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"

namespace clientele::cli {
namespace {

using profile::v1::DetectedObject;
using profile::v1::Media;

// What the service takes; larger files are not read.
constexpr std::size_t kMostBytes = std::size_t{16} << 20;

std::string StateOf(const Media& media) {
  switch (media.state()) {
    case profile::v1::MEDIA_STATE_SEEN:
      return "seen";
    case profile::v1::MEDIA_STATE_FAILED:
      return absl::StrCat("failed: ", media.failure());
    default:
      return "pending";
  }
}

}  // namespace

absl::StatusOr<std::string> ReadPicture(const std::string& file) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, error)) {
    return absl::NotFoundError(absl::StrCat(file, ": the file can't be opened: check its name"));
  }
  if (std::filesystem::file_size(file, error) > kMostBytes && !error) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": a picture or video has at most ", kMostBytes, " bytes"));
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

absl::StatusOr<Media> UploadPicture(SuiteClient& client, const std::string& customer,
                                    const std::string& file, bool keep) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, ReadPicture(file));
  Media metadata;
  metadata.set_name(absl::StrCat(customer, "/media/", crypto::Sha256Hex(bytes).substr(0, 32)));
  metadata.set_keep(keep);
  absl::StatusOr<Media> media = client.UploadMedia(metadata, bytes);
  if (media.ok()) return media;
  return absl::Status(media.status().code(), absl::StrCat(file, ": ", media.status().message()));
}

void PrintPicture(const Media& media) {
  std::string length;
  if (media.has_duration()) {
    const absl::Duration duration =
        rpc::ToDuration(media.duration(), "duration").value_or(absl::ZeroDuration());
    length = absl::StrFormat(", %.1f s, %d frames", absl::ToDoubleSeconds(duration),
                             media.frame_count());
  }
  std::cout << absl::StreamFormat("%s  %s, %d x %d%s, %s\n", media.name(), media.content_type(),
                                  media.width(), media.height(), length, StateOf(media));
  for (const auto& sighting : media.sightings()) {
    const std::string objects =
        absl::StrJoin(sighting.objects(), ", ", [](std::string* out, const DetectedObject& object) {
          absl::StrAppendFormat(out, "%s %.2f", object.label(), object.score());
          if (object.frame_count() > 0) absl::StrAppendFormat(out, " in %d", object.frame_count());
        });
    std::cout << absl::StreamFormat("    %s: %s\n", sighting.model(),
                                    objects.empty() ? "nothing" : objects);
  }
}

}  // namespace clientele::cli
