#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "common/rpc/status_bridge.h"
#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

// Prints a section of a customer's 360: its value, or why it is missing.
template <class Section, class PrintValue>
void PrintSection(const char* title, const Section& section, PrintValue print_value) {
  std::cout << "\n" << title << "\n";
  if (section.status().code() != 0) {
    std::cout << "  not available: " << section.status().message() << "\n";
  } else {
    print_value(section);
  }
}

absl::Status ShowCustomer(SuiteClient& client, const gateway::v1::GetCustomer360Request& request,
                          bool json) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.GetCustomer360(request));
  if (json) return PrintJson(response);
  if (response.customer().status().code() == 0) {
    Print(response.customer().customer(), std::cout);
  } else {
    std::cout << request.customer() << ": " << response.customer().status().message() << "\n";
  }
  PrintSection("Profile", response.profile(),
               [](const auto& section) { Print(section.profile(), std::cout); });
  if (response.has_events()) {
    PrintSection("Newest events", response.events(), [](const auto& section) {
      for (const auto& event : section.events()) Print(event, std::cout);
    });
  }
  PrintSection("Recommendations", response.recommendations(),
               [](const auto& section) { Print(section.response(), std::cout); });
  if (response.has_answer()) {
    PrintSection("Answer", response.answer(),
                 [](const auto& section) { Print(section.response(), std::cout); });
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> CustomerName(const std::string& typed) {
  const std::string prefix = "customers/";
  const std::string id = absl::StartsWith(typed, prefix) ? typed.substr(prefix.size()) : typed;
  const absl::StatusOr<std::string> encoded = EncodeResourceId(id);
  if (!encoded.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the customer's id ", encoded.status().message()));
  }
  return prefix + *encoded;
}

absl::Status PrintJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    return absl::InternalError("the response cannot be shown as JSON");
  }
  std::cout << json << "\n";
  return absl::OkStatus();
}

void AddCustomerCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReadFlags {
    std::string id;
    std::string question;
    int events = 5;
    int recommendations = 5;
    bool json = false;
  };
  auto flags = std::make_shared<ReadFlags>();
  CLI::App* command = app.add_subcommand("customer", "Everything about a customer");
  command->add_option("id", flags->id, "The customer's id")->required();
  command->add_option("--events", flags->events, "Newest events to show")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--recommendations", flags->recommendations, "How many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--question", flags->question, "Ask on the customer's behalf as well");
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        gateway::v1::GetCustomer360Request request;
                        CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_customer(),
                                                   CustomerName(flags->id));
                        request.set_max_events(flags->events);
                        request.set_max_recommendations(flags->recommendations);
                        request.set_question(flags->question);
                        SuiteClient client(options);
                        return ShowCustomer(client, request, flags->json);
                      }});
}

void AddAskCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReadFlags {
    std::string question;
    std::string customer;
    std::string language;
    std::string conversation;
    std::string mode = "auto";
    std::vector<std::string> facts;
    std::string audience;
    int citations = 3;
    bool trace = false;
    bool record = false;
    bool json = false;
  };
  auto flags = std::make_shared<ReadFlags>();
  CLI::App* command = app.add_subcommand("ask", "Answer a question from the articles");
  command->add_option("question", flags->question, "In any language of the articles")->required();
  command->add_option("--customer", flags->customer, "The id of the customer who asks");
  command->add_option("--language", flags->language,
                      "Of the question, where it shall not be found");
  command->add_option("--conversation", flags->conversation,
                      "The conversation that this is a turn of, as an earlier call printed it, or "
                      "\"new\" to begin one");
  command
      ->add_option("--mode", flags->mode,
                   "How the answer is made: auto, curated, extractive or generative")
      ->check(CLI::IsMember({"auto", "curated", "extractive", "generative"}))
      ->capture_default_str();
  command
      ->add_option("--fact", flags->facts, "What a generator may know of the customer, repeatable")
      ->allow_extra_args(false);
  command->add_option("--audience", flags->audience,
                      "Whose articles may answer besides those for everyone");
  command->add_flag("--trace", flags->trace, "With --json: how the answer was made");
  command->add_flag("--record", flags->record,
                    "Keep question and answer, so that `replay` asks it again");
  command->add_option("--citations", flags->citations, "At most this many")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back(
      {command, [flags](const SuiteClientOptions& options) -> absl::Status {
         qa::v1::AskRequest request;
         request.set_question(flags->question);
         request.set_language_code(flags->language);
         request.set_max_citations(flags->citations);
         if (!flags->customer.empty()) {
           CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_customer(), CustomerName(flags->customer));
         }
         if (flags->conversation == "new") {
           request.set_start_conversation(true);
         } else if (!flags->conversation.empty()) {
           request.set_conversation(absl::StartsWith(flags->conversation, "conversations/")
                                        ? flags->conversation
                                        : absl::StrCat("conversations/", flags->conversation));
         }
         qa::v1::AnswerMode mode = qa::v1::ANSWER_MODE_AUTO;
         qa::v1::AnswerMode_Parse("ANSWER_MODE_" + absl::AsciiStrToUpper(flags->mode), &mode);
         request.set_mode(mode);
         for (const std::string& fact : flags->facts) request.add_facts(fact);
         request.set_audience(flags->audience);
         request.set_trace(flags->trace);
         request.set_record(flags->record);
         request.set_request_id(NewRequestId("ask"));
         SuiteClient client(options);
         CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.Ask(request));
         if (flags->json) return PrintJson(response);
         Print(response, std::cout);
         return absl::OkStatus();
       }});
}

void AddSearchCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReadFlags {
    std::string query;
    std::string language;
    std::string audience;
    std::vector<std::string> tags;
    int results = 3;
    bool json = false;
  };
  auto flags = std::make_shared<ReadFlags>();
  CLI::App* command = app.add_subcommand("search", "Passages of the articles, to read for oneself");
  command->add_option("query", flags->query, "A question or words")->required();
  command->add_option("--language", flags->language, "Of the query, where it shall not be found");
  command->add_option("--audience", flags->audience,
                      "Whose articles are searched besides those for everyone");
  command->add_option("--tag", flags->tags, "That an article must have, repeatable")
      ->allow_extra_args(false);
  command->add_option("--results", flags->results, "At most this many")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        qa::v1::SearchArticlesRequest request;
                        request.set_query(flags->query);
                        request.set_language_code(flags->language);
                        request.set_audience(flags->audience);
                        for (const std::string& tag : flags->tags) request.add_tags(tag);
                        request.set_max_results(flags->results);
                        SuiteClient client(options);
                        CLIENTELE_ASSIGN_OR_RETURN(const auto response,
                                                   client.SearchArticles(request));
                        if (flags->json) return PrintJson(response);
                        Print(response, std::cout);
                        return absl::OkStatus();
                      }});
}

}  // namespace clientele::cli
