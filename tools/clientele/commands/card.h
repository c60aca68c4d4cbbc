#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_CARD_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_CARD_H_

#include <string>

#include "absl/status/status.h"

#include "tools/clientele/suite_client.h"

namespace clientele::cli {

// Writes the card of "customers/ID" to a file, or to standard output where that is "".
absl::Status WriteCard(SuiteClient& client, const std::string& customer,
                       const std::string& language, const std::string& file);

// Writes a picture to a file, or to standard output where that is "".
absl::Status WritePicture(const std::string& svg, const std::string& file);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_CARD_H_
