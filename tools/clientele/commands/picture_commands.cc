// Pictures of customers, and what is seen in pictures.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/crypto/digest.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"

namespace clientele::cli {
namespace {

using profile::v1::DetectedObject;
using profile::v1::Media;

// What the service takes; larger files are not read.
constexpr std::size_t kMostBytes = std::size_t{16} << 20;

struct PictureFlags {
  std::string customer;
  std::vector<std::string> files;
  std::string media;
  bool keep = false;
  bool json = false;
};

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

absl::Status About(const std::string& file, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(file, ": ", status.message()));
}

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

absl::Status Upload(SuiteClient& client, const PictureFlags& flags) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string customer, CustomerName(flags.customer));
  for (const std::string& file : flags.files) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, ReadPicture(file));
    // Named by its content: uploaded again, it is the same picture.
    Media metadata;
    metadata.set_name(absl::StrCat(customer, "/media/", crypto::Sha256Hex(bytes).substr(0, 32)));
    metadata.set_keep(flags.keep);
    const auto media = client.UploadMedia(metadata, bytes);
    if (!media.ok()) return About(file, media.status());
    if (flags.json) {
      CLIENTELE_RETURN_IF_ERROR(PrintJson(*media));
    } else {
      PrintPicture(*media);
    }
  }
  return absl::OkStatus();
}

absl::Status ListPictures(SuiteClient& client, const PictureFlags& flags) {
  profile::v1::ListMediaRequest request;
  CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_parent(), CustomerName(flags.customer));
  do {
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListMedia(request));
    if (flags.json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const Media& media : response.media()) {
      if (!flags.json) PrintPicture(media);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status DeletePicture(SuiteClient& client, const PictureFlags& flags) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string customer, CustomerName(flags.customer));
  profile::v1::DeleteMediaRequest request;
  request.set_name(absl::StrCat(customer, "/media/", flags.media));
  request.set_request_id(NewRequestId("picture"));
  return client.DeleteMedia(request).status();
}

absl::Status DetectIn(SuiteClient& client, const PictureFlags& flags) {
  for (const std::string& file : flags.files) {
    profile::v1::DetectObjectsRequest request;
    CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_picture(), ReadPicture(file));
    const auto response = client.DetectObjects(request);
    if (!response.ok()) return About(file, response.status());
    CLIENTELE_RETURN_IF_ERROR(PrintJson(*response));
  }
  return absl::OkStatus();
}

using PictureWork = absl::Status (*)(SuiteClient&, const PictureFlags&);

void AddWork(CLI::App* command, PictureWork work, const std::shared_ptr<PictureFlags>& flags,
             std::vector<Command>& commands) {
  commands.push_back({command, [flags, work](const SuiteClientOptions& options) {
                        SuiteClient client(options);
                        return work(client, *flags);
                      }});
}

}  // namespace

void AddPictureCommands(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<PictureFlags>();
  CLI::App* picture = app.add_subcommand("picture", "Pictures and videos of a customer");
  picture->require_subcommand(1);

  CLI::App* upload = picture->add_subcommand(
      "upload",
      "Uploads pictures and short videos; what they show becomes interests of the customer");
  upload->add_option("id", flags->customer, "The customer's id")->required();
  upload->add_option("files", flags->files, "JPEG, PNG, WebP, MP4 or WebM files")->required();
  upload->add_flag("--keep", flags->keep, "Keep the files too, encrypted, for models to come");
  upload->add_flag("--json", flags->json, "Print responses as JSON");
  AddWork(upload, Upload, flags, commands);

  CLI::App* list =
      picture->add_subcommand("list", "What was seen in a customer's pictures and videos");
  list->add_option("id", flags->customer, "The customer's id")->required();
  list->add_flag("--json", flags->json, "Print responses as JSON");
  AddWork(list, ListPictures, flags, commands);

  CLI::App* drop =
      picture->add_subcommand("delete", "Deletes a picture or video and what was seen in it");
  drop->add_option("id", flags->customer, "The customer's id")->required();
  drop->add_option("picture", flags->media, "The picture's id, as list shows it")->required();
  AddWork(drop, DeletePicture, flags, commands);

  CLI::App* detect =
      app.add_subcommand("detect", "The objects in pictures, as JSON; nothing is stored");
  detect->add_option("files", flags->files, "JPEG, PNG or WebP files, of at most 7 MiB")
      ->required();
  AddWork(detect, DetectIn, flags, commands);
}

}  // namespace clientele::cli
