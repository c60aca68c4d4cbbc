// Pictures of customers, and what is seen in pictures.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/picture_file.h"

namespace clientele::cli {
namespace {

using profile::v1::Media;

struct PictureFlags {
  std::string customer;
  std::vector<std::string> files;
  std::string media;
  bool keep = false;
  bool json = false;
};

absl::Status About(const std::string& file, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(file, ": ", status.message()));
}

absl::Status Upload(SuiteClient& client, const PictureFlags& flags) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string customer, CustomerName(flags.customer));
  for (const std::string& file : flags.files) {
    const auto media = UploadPicture(client, customer, file, flags.keep);
    if (!media.ok()) return media.status();
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
