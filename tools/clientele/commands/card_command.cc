#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/card.h"
#include "tools/clientele/commands/commands.h"

namespace clientele::cli {

absl::Status WritePicture(const std::string& svg, const std::string& file) {
  if (file.empty()) {
    std::cout << svg;
    return absl::OkStatus();
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << svg;
  out.close();
  if (!out) return absl::UnavailableError(absl::StrCat("could not write ", file));
  return absl::OkStatus();
}

absl::Status WriteCard(SuiteClient& client, const std::string& customer,
                       const std::string& language, const std::string& file) {
  profile::v1::RenderProfileCardRequest request;
  request.set_name(absl::StrCat(customer, "/profile"));
  request.set_language_code(language);
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.RenderProfileCard(request));
  return WritePicture(response.svg(), file);
}

void AddCardCommand(CLI::App& app, std::vector<Command>& commands) {
  struct Flags {
    std::string id;
    std::string language;
    std::string out;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("card", "A customer's profile as a picture, an SVG file");
  command->add_option("id", flags->id, "The customer's id")->required();
  command->add_option("--out", flags->out, "The file to write (default: standard output)");
  command->add_option("--language", flags->language, "Of its words: en or zh (default: en)");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        CLIENTELE_ASSIGN_OR_RETURN(const std::string customer,
                                                   CustomerName(flags->id));
                        SuiteClient client(options);
                        return WriteCard(client, customer, flags->language, flags->out);
                      }});
}

}  // namespace clientele::cli
