#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"

namespace clientele::cli {

void AddSimilarCustomersCommand(CLI::App& app, std::vector<Command>& commands) {
  struct Flags {
    std::string id;
    std::string region;
    std::string segment;
    int limit = 10;
    bool json = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("similar-customers", "Who is most like a customer");
  command->add_option("id", flags->id, "The customer's id")->required();
  command->add_option("--region", flags->region, "Only customers of this region");
  command->add_option("--segment", flags->segment, "Only members of this segment");
  command->add_option("--limit", flags->limit, "How many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back(
      {command, [flags](const SuiteClientOptions& options) -> absl::Status {
         profile::v1::ListSimilarCustomersRequest request;
         CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_parent(), CustomerName(flags->id));
         request.set_page_size(flags->limit);
         request.set_region(flags->region);
         if (!flags->segment.empty()) request.set_segment(SegmentName(flags->segment));
         SuiteClient client(options);
         CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListSimilarCustomers(request));
         if (flags->json) return PrintJson(response);
         for (const auto& customer : response.customers()) {
           std::cout << absl::StreamFormat("%-32s%.4f\n", customer.customer(),
                                           customer.similarity());
         }
         std::cout << absl::StreamFormat("of %d customers with vectors by %s\n",
                                         response.compared_count(), response.model());
         return absl::OkStatus();
       }});
}

}  // namespace clientele::cli
