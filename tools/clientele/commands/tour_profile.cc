#include "tools/clientele/commands/tour_profile.h"

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/card.h"
#include "tools/clientele/commands/picture_file.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

constexpr int kShownMoves = 4;

// The picture among the customer's, once a model has seen it.
absl::StatusOr<profile::v1::Media> SeenPicture(SuiteClient& client, const std::string& customer,
                                               profile::v1::Media media) {
  profile::v1::ListMediaRequest list;
  list.set_parent(customer);
  for (int i = 0; i < 50 && media.state() != profile::v1::MEDIA_STATE_SEEN; ++i) {
    absl::SleepFor(absl::Milliseconds(200));
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListMedia(list));
    for (const auto& one : response.media()) {
      if (one.name() == media.name()) media = one;
    }
  }
  return media;
}

}  // namespace

absl::Status ShowScores(SuiteClient& client, const std::string& customer) {
  profile::v1::ExplainProfileRequest request;
  request.set_name(absl::StrCat(customer, "/profile"));
  CLIENTELE_ASSIGN_OR_RETURN(const auto explanation, client.ExplainProfile(request));
  if (!explanation.scores().empty()) std::cout << "\n== What is expected of them\n";
  for (const auto& score : explanation.scores()) Print(score, kShownMoves, std::cout);
  return absl::OkStatus();
}

absl::Status WriteSegmentReport(SuiteClient& client, const std::string& segment,
                                const std::string& language, const std::string& file) {
  profile::v1::RenderSegmentReportRequest request;
  request.set_name(segment);
  request.set_language_code(language);
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.RenderSegmentReport(request));
  return WritePicture(response.svg(), file);
}

absl::Status ShowPicture(SuiteClient& client, const std::vector<std::string>& customers,
                         const std::string& file, std::vector<std::string>& missing) {
  std::cout << "\n== What a picture shows: " << file << "\n";
  for (const std::string& customer : customers) {
    absl::StatusOr<profile::v1::Media> sent = UploadPicture(client, customer, file, false);
    // They did not consent.
    if (absl::IsFailedPrecondition(sent.status())) continue;
    CLIENTELE_RETURN_IF_ERROR(sent.status());
    CLIENTELE_ASSIGN_OR_RETURN(const auto seen, SeenPicture(client, customer, *std::move(sent)));
    std::cout << "  ";
    PrintPicture(seen);
    if (seen.sightings().empty()) missing.emplace_back("what a picture shows");
    return absl::OkStatus();
  }
  missing.emplace_back("a customer who consented to the analysis of pictures");
  return absl::OkStatus();
}

}  // namespace clientele::cli
