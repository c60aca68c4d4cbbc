#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

struct FilterFlags {
  std::vector<std::string> brands;
  std::vector<std::string> attributes;
};

void AddFilterFlags(CLI::App& command, FilterFlags& flags) {
  command.add_option("--brand", flags.brands, "Only of this brand, repeatable")
      ->allow_extra_args(false);
  command
      .add_option("--attribute", flags.attributes,
                  "Only with this attribute, NAME=TEXT, NAME>=NUMBER or NAME<=NUMBER, repeatable")
      ->allow_extra_args(false);
}

absl::Status FillFilter(const FilterFlags& flags, recommend::v1::ItemFilter& filter) {
  filter.mutable_brands()->Assign(flags.brands.begin(), flags.brands.end());
  for (const std::string& text : flags.attributes) {
    recommend::v1::AttributeCondition& condition = *filter.add_attributes();
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--attribute \"", text, "\": write NAME=TEXT, NAME>=NUMBER or NAME<=NUMBER"));
    }
    const char before = text[equals - 1];
    const std::string value = text.substr(equals + 1);
    if (before != '<' && before != '>') {
      condition.set_attribute(text.substr(0, equals));
      condition.add_any_of(value);
      continue;
    }
    condition.set_attribute(text.substr(0, equals - 1));
    double bound = 0;
    if (!absl::SimpleAtod(value, &bound)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--attribute \"", text, "\": \"", value, "\" is no number"));
    }
    if (before == '<') {
      condition.set_maximum(bound);
    } else {
      condition.set_minimum(bound);
    }
  }
  return absl::OkStatus();
}

}  // namespace

void AddRecommendCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReadFlags {
    std::string id;
    int results = 10;
    std::vector<std::string> categories;
    bool include_purchased = false;
    FilterFlags filter;
    std::vector<std::string> session;
    bool hybrid = false;
    bool sequence = false;
    bool trace = false;
    bool record = false;
    std::string language = "en";
    bool json = false;
  };
  auto flags = std::make_shared<ReadFlags>();
  CLI::App* command = app.add_subcommand("recommend", "A customer's best items, with reasons");
  command->add_option("id", flags->id, "The customer's id");
  command
      ->add_option("--session", flags->session,
                   "Instead of a customer an item that an anonymous session looked at, repeatable, "
                   "the earliest first")
      ->allow_extra_args(false);
  command->add_option("--results", flags->results, "How many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--category", flags->categories, "Only of this category, repeatable")
      ->allow_extra_args(false);
  command->add_flag("--include_purchased", flags->include_purchased, "Also what they bought");
  command->add_flag("--hybrid", flags->hybrid,
                    "By several sources together, also while no ranker serves");
  command->add_flag("--sequence", flags->sequence, "By the order of their latest items alone");
  command->add_flag("--trace", flags->trace, "Show how long each stage of the hybrid took");
  command->add_flag("--record", flags->record,
                    "Keep what the models were given, so that `replay` computes the scores again");
  AddFilterFlags(*command, flags->filter);
  command->add_option("--language", flags->language, "Of the reasons, such as zh-CN")
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back(
      {command, [flags](const SuiteClientOptions& options) -> absl::Status {
         recommend::v1::RecommendRequest request;
         if (flags->session.empty()) {
           CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_customer(), CustomerName(flags->id));
         } else if (!flags->id.empty()) {
           return absl::InvalidArgumentError("a session is nobody's: leave the customer's id out");
         }
         for (const std::string& item : flags->session) {
           request.add_session_items(absl::StrCat("items/", item));
         }
         request.set_max_results(flags->results);
         request.set_include_purchased(flags->include_purchased);
         request.set_language_code(flags->language);
         if (flags->hybrid) request.set_method(recommend::v1::RECOMMENDATION_METHOD_HYBRID);
         if (flags->sequence) request.set_method(recommend::v1::RECOMMENDATION_METHOD_SEQUENCE);
         request.set_include_trace(flags->trace);
         request.set_record(flags->record);
         for (const std::string& category : flags->categories) request.add_categories(category);
         CLIENTELE_RETURN_IF_ERROR(FillFilter(flags->filter, *request.mutable_filter()));
         SuiteClient client(options);
         CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.Recommend(request));
         if (flags->json) return PrintJson(response);
         Print(response, std::cout);
         return absl::OkStatus();
       }});
}

void AddSimilarCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReadFlags {
    std::string id;
    int results = 10;
    FilterFlags filter;
    std::string language = "en";
    bool json = false;
  };
  auto flags = std::make_shared<ReadFlags>();
  CLI::App* command = app.add_subcommand("similar", "Items that could stand in for an item");
  command->add_option("id", flags->id, "The item's id")->required();
  command->add_option("--results", flags->results, "How many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--language", flags->language, "Of the reasons, such as zh-CN")
      ->capture_default_str();
  AddFilterFlags(*command, flags->filter);
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back(
      {command, [flags](const SuiteClientOptions& options) -> absl::Status {
         recommend::v1::SimilarItemsRequest request;
         request.set_item(absl::StartsWith(flags->id, "items/") ? flags->id : "items/" + flags->id);
         request.set_max_results(flags->results);
         request.set_language_code(flags->language);
         CLIENTELE_RETURN_IF_ERROR(FillFilter(flags->filter, *request.mutable_filter()));
         SuiteClient client(options);
         CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.SimilarItems(request));
         if (flags->json) return PrintJson(response);
         Print(response, std::cout);
         return absl::OkStatus();
       }});
}

}  // namespace clientele::cli
