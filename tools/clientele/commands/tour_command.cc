#include <iostream>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/card.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"
#include "tools/clientele/commands/tour_profile.h"

namespace clientele::cli {
namespace {

struct TourFlags {
  std::string customer;  // empty: the tour finds one with a history
  std::string card;      // where their card goes; empty: none is made
  std::string report;    // where the segment's report goes; empty: none is made
  std::string picture;   // that is looked at; empty: none
};

// What customers of every shop ask; the first that is answered is shown.
const std::vector<std::string>& EnglishQuestions() {
  static const std::vector<std::string> questions = {"How long do refunds take?",
                                                     "How do I send an item back?"};
  return questions;
}

const std::vector<std::string>& ChineseQuestions() {
  static const std::vector<std::string> questions = {"怎么退货？", "退款什么时候到账？"};
  return questions;
}

int64_t Purchases(const profile::v1::Profile& profile) {
  int64_t purchases = 0;
  for (const auto& count : profile.event_counts()) {
    if (count.type() == profile::v1::EVENT_TYPE_PURCHASE) purchases += count.count();
  }
  return purchases;
}

// As many as are asked for, by id.
absl::StatusOr<std::vector<std::string>> FirstCustomers(SuiteClient& client, int count) {
  profile::v1::ListCustomersRequest list;
  list.set_page_size(count);
  CLIENTELE_ASSIGN_OR_RETURN(const auto customers, client.ListCustomers(list));
  std::vector<std::string> names;
  for (const auto& customer : customers.customers()) names.push_back(customer.name());
  return names;
}

// The first customer with a rich history, or the richest of the first few.
absl::StatusOr<std::string> FindCustomer(SuiteClient& client) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto customers, FirstCustomers(client, 40));
  std::string best;
  int64_t most = -1;
  for (const std::string& customer : customers) {
    profile::v1::GetProfileRequest get;
    get.set_name(absl::StrCat(customer, "/profile"));
    CLIENTELE_ASSIGN_OR_RETURN(const auto profile, client.GetProfile(get));
    const int64_t purchases = Purchases(profile);
    if (purchases > most) {
      most = purchases;
      best = customer;
    }
    if (most >= 12) break;
  }
  if (best.empty()) {
    return absl::NotFoundError("there are no customers: import some, then take the tour");
  }
  return best;
}

// Asks until one of the questions is answered; adds to `missing` when none is.
absl::Status ShowAnswer(SuiteClient& client, const std::string& language,
                        const std::vector<std::string>& questions,
                        std::vector<std::string>& missing) {
  std::optional<qa::v1::AskResponse> answered;
  std::string asked;
  for (const std::string& question : questions) {
    qa::v1::AskRequest request;
    request.set_question(question);
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.Ask(request));
    if (response.state() != qa::v1::ANSWER_STATE_ANSWERED || response.citations().empty()) continue;
    asked = question;
    answered = response;
    break;
  }
  std::cout << "\n== A question in " << language << "\n";
  if (!answered.has_value()) {
    missing.push_back(absl::StrCat("an answer in ", language));
    std::cout << "  none of " << questions.size() << " questions was answered\n";
    return absl::OkStatus();
  }
  std::cout << "  \"" << asked << "\"\n";
  Print(*answered, std::cout);
  return absl::OkStatus();
}

// Asks what has to come out one way, whatever the articles say; adds to `missing` when it does not.
absl::Status ShowOutcome(SuiteClient& client, const std::string& title, const std::string& question,
                         qa::v1::AnswerState expected, std::vector<std::string>& missing) {
  qa::v1::AskRequest request;
  request.set_question(question);
  CLIENTELE_ASSIGN_OR_RETURN(auto response, client.Ask(request));
  std::cout << "\n== " << title << "\n  \"" << question << "\"\n";
  response.clear_citations();
  Print(response, std::cout);
  if (response.state() != expected) missing.push_back(title);
  return absl::OkStatus();
}

// A segment that the tour makes once; adds to `missing` when nobody comes to belong to it.
absl::Status ShowSegment(SuiteClient& client, const std::string& report,
                         std::vector<std::string>& missing) {
  constexpr char kRule[] = "purchases(365d) >= 5 and spent(365d, currency = \"GBP\") > 100";
  profile::v1::CreateSegmentRequest create;
  create.set_segment_id("tour-regulars");
  create.mutable_segment()->set_display_name("Regulars");
  create.mutable_segment()->set_rule(kRule);
  absl::Status made = client.CreateSegment(create).status();
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  profile::v1::ListSegmentMembersRequest list;
  list.set_parent("segments/tour-regulars");
  list.set_page_size(3);
  profile::v1::ListSegmentMembersResponse members;
  for (int i = 0; i < 100 && members.members().empty(); ++i) {
    if (i > 0) absl::SleepFor(absl::Milliseconds(200));
    CLIENTELE_ASSIGN_OR_RETURN(members, client.ListSegmentMembers(list));
  }
  std::cout << "\n== A segment: " << kRule << "\n";
  for (const auto& member : members.members()) {
    std::cout << "  " << member.customer() << ": " << absl::StrJoin(member.reasons(), "; ") << "\n";
  }
  if (members.members().empty()) missing.emplace_back("members of a segment");
  if (!report.empty()) {
    CLIENTELE_RETURN_IF_ERROR(WriteSegmentReport(client, "segments/tour-regulars", "", report));
    std::cout << "  its report as a picture: " << report << "\n";
  }
  return absl::OkStatus();
}

absl::Status Tour(SuiteClient& client, const TourFlags& flags) {
  std::string customer;
  if (flags.customer.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(customer, FindCustomer(client));
  } else {
    CLIENTELE_ASSIGN_OR_RETURN(customer, CustomerName(flags.customer));
  }
  gateway::v1::GetCustomer360Request request;
  request.set_customer(customer);
  request.set_max_events(5);
  request.set_max_recommendations(5);
  CLIENTELE_ASSIGN_OR_RETURN(const auto all, client.GetCustomer360(request));
  std::vector<std::string> missing;

  std::cout << "\n== A customer\n";
  if (all.customer().status().code() == 0) {
    Print(all.customer().customer(), std::cout);
  } else {
    missing.push_back(absl::StrCat("the customer (", all.customer().status().message(), ")"));
  }
  if (all.profile().status().code() == 0 && all.profile().profile().vector_size() > 0 &&
      all.profile().profile().event_counts_size() > 0) {
    Print(all.profile().profile(), std::cout);
  } else {
    missing.push_back(absl::StrCat("the profile (", all.profile().status().message(), ")"));
  }
  for (const auto& event : all.events().events()) Print(event, std::cout);
  if (!flags.card.empty()) {
    CLIENTELE_RETURN_IF_ERROR(WriteCard(client, customer, "", flags.card));
    std::cout << "  as a picture: " << flags.card << "\n";
  }

  if (!all.profile().profile().scores().empty()) {
    CLIENTELE_RETURN_IF_ERROR(ShowScores(client, customer));
  }
  if (!flags.picture.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const auto customers, FirstCustomers(client, 40));
    CLIENTELE_RETURN_IF_ERROR(ShowPicture(client, customers, flags.picture, missing));
  }
  CLIENTELE_RETURN_IF_ERROR(ShowSegment(client, flags.report, missing));
  CLIENTELE_RETURN_IF_ERROR(ShowAnswer(client, "English", EnglishQuestions(), missing));
  CLIENTELE_RETURN_IF_ERROR(ShowAnswer(client, "Chinese", ChineseQuestions(), missing));
  CLIENTELE_RETURN_IF_ERROR(ShowOutcome(client, "A wish for a person",
                                        "Can I talk to a human, please?",
                                        qa::v1::ANSWER_STATE_HANDED_OVER, missing));
  CLIENTELE_RETURN_IF_ERROR(ShowOutcome(client, "What no article answers",
                                        "What is the capital of Mongolia?",
                                        qa::v1::ANSWER_STATE_ABSTAINED, missing));

  std::cout << "\n== Recommendations for " << customer << "\n";
  const auto& recommendations = all.recommendations().response();
  bool reasons = recommendations.recommendations_size() > 0;
  for (const auto& item : recommendations.recommendations()) {
    reasons = reasons && item.reasons_size() > 0;
  }
  if (recommendations.recommendations_size() > 0) Print(recommendations, std::cout);
  if (!reasons) {
    missing.push_back(absl::StrCat("recommendations with reasons (",
                                   all.recommendations().status().message(), ")"));
  }
  if (recommendations.recommendations_size() > 0) {
    const auto& first = recommendations.recommendations(0);
    std::cout << "\n== Similar to " << first.title() << "\n";
    recommend::v1::SimilarItemsRequest similar;
    similar.set_item(first.item());
    similar.set_max_results(3);
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.SimilarItems(similar));
    Print(response, std::cout);
    if (response.similar_items().empty()) missing.push_back("similar items");
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the tour misses ", absl::StrJoin(missing, ", ")));
}

}  // namespace

void AddTourCommand(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<TourFlags>();
  CLI::App* command = app.add_subcommand("tour", "Show a profile, two answers and recommendations");
  command->add_option("--customer", flags->customer, "The customer to show");
  command->add_option("--card", flags->card, "Write the customer's card to this SVG file");
  command->add_option("--report", flags->report, "Write the segment's report to this SVG file");
  command->add_option("--picture", flags->picture,
                      "A picture to look at, as one of a customer who consented to that");
  commands.push_back({command, [flags](const SuiteClientOptions& options) {
                        SuiteClient client(options);
                        return Tour(client, *flags);
                      }});
}

}  // namespace clientele::cli
