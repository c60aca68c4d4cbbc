#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_PICTURE_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_PICTURE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "tools/clientele/suite_client.h"

namespace clientele::cli {

// The bytes of a picture or a video, at most 16 MiB. Errors name the file.
absl::StatusOr<std::string> ReadPicture(const std::string& file);

// Sends it as a picture of "customers/ID", named by its content: uploaded again, it is the same.
absl::StatusOr<profile::v1::Media> UploadPicture(SuiteClient& client, const std::string& customer,
                                                 const std::string& file, bool keep);

// What it is, and what each model saw.
void PrintPicture(const profile::v1::Media& media);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_PICTURE_FILE_H_
