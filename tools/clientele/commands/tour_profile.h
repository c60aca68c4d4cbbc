#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_TOUR_PROFILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_TOUR_PROFILE_H_

// What the tour shows of models of customers.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "tools/clientele/suite_client.h"

namespace clientele::cli {

// What is expected of "customers/ID", and which features make that higher or lower than for a
// typical customer.
absl::Status ShowScores(SuiteClient& client, const std::string& customer);

// Writes the report of "segments/ID" to a file.
absl::Status WriteSegmentReport(SuiteClient& client, const std::string& segment,
                                const std::string& language, const std::string& file);

// Uploads a picture for the first of `customers` who consented to its analysis, and shows what the
// models saw in it; adds to `missing` when they saw nothing within some seconds.
absl::Status ShowPicture(SuiteClient& client, const std::vector<std::string>& customers,
                         const std::string& file, std::vector<std::string>& missing);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_TOUR_PROFILE_H_
