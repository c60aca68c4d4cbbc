#include "tests/e2e/erasure/cohort.h"

#include <map>
#include <stdexcept>
#include <string>

#include <google/protobuf/descriptor.h>

#include "tests/e2e/erasure/call_by_name.h"
#include "tests/e2e/erasure/marked_request.h"
#include "tests/support/temporary_folder.h"

namespace clientele::testing {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr char kProfileService[] = "clientele.profile.v1.ProfileService";

// Every method that clients may call; "*" stands for the rest of a service. DeleteCustomer is
// what the test is about, and StreamChanges tells what others planted.
const std::map<std::string, Takes> kMethods = {
    {"clientele.profile.v1.ProfileService.CreateCustomer", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.BatchCreateCustomers", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.GetCustomer", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.ListCustomers", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.UpdateCustomer", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.DeleteCustomer", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.BatchCreateEvents", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.IngestEvents", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.ListEvents", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.ListQuarantinedEvents", Takes::kCustomerName},
    // They name events in quarantine: the sweep plants some, and mends one.
    {"clientele.profile.v1.ProfileService.UpdateQuarantinedEvent", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.ReplayQuarantinedEvents", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.DeleteQuarantinedEvent", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.UpdateConsent", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.BatchUpdateConsents", Takes::kCustomerData},
    {"clientele.profile.v1.ProfileService.ListConsents", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.ListConsentDecisions", Takes::kCustomerName},
    // A merge names customers who are there; its own test erases merged ones.
    {"clientele.profile.v1.ProfileService.MergeCustomers", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.UndoMerge", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.ListMerges", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.ListMatches", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.DismissMatch", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.GetProfile", Takes::kCustomerName},
    // It would wait for the next profile.
    {"clientele.profile.v1.ProfileService.WatchProfile", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.StreamSegmentChanges", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.ExplainProfile", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.ListSimilarCustomers", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.RenderProfileCard", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.GetCustomerOverview", Takes::kCustomerName},
    // It takes a picture: the sweep uploads one with a mark in it.
    {"clientele.profile.v1.ProfileService.UploadMedia", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.GetMedia", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.ListMedia", Takes::kCustomerName},
    {"clientele.profile.v1.ProfileService.DeleteMedia", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.DetectObjects", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.CreateSegment", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.GetSegment", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.ListSegments", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.DeleteSegment", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.ListSegmentMembers", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.RenderSegmentReport", Takes::kNothing},
    {"clientele.profile.v1.ProfileService.StreamChanges", Takes::kNothing},
    {"clientele.qa.v1.QaService.CreateArticle", Takes::kNothing},
    {"clientele.qa.v1.QaService.BatchCreateArticles", Takes::kNothing},
    {"clientele.qa.v1.QaService.GetArticle", Takes::kNothing},
    {"clientele.qa.v1.QaService.ListArticles", Takes::kNothing},
    {"clientele.qa.v1.QaService.UpdateArticle", Takes::kNothing},
    {"clientele.qa.v1.QaService.DeleteArticle", Takes::kNothing},
    {"clientele.qa.v1.QaService.SearchArticles", Takes::kNothing},
    {"clientele.qa.v1.QaService.Ask", Takes::kCustomerData},
    {"clientele.qa.v1.QaService.StreamAsk", Takes::kCustomerData},
    {"clientele.qa.v1.QaService.RecordAnswerFeedback", Takes::kCustomerData},
    // They name hand-overs, which go with their customer.
    {"clientele.qa.v1.QaService.GetHandover", Takes::kNothing},
    {"clientele.qa.v1.QaService.ListHandovers", Takes::kNothing},
    {"clientele.qa.v1.QaService.StreamHandovers", Takes::kNothing},
    {"clientele.qa.v1.QaService.UpdateHandover", Takes::kNothing},
    {"clientele.qa.v1.QaService.CloseHandover", Takes::kNothing},
    {"clientele.qa.v1.QaService.GetComplaintReport", Takes::kNothing},
    {"clientele.qa.v1.QaService.ListKnowledgeGaps", Takes::kNothing},
    // The company's own questions.
    {"clientele.qa.v1.QaService.CreateGoldenQuestion", Takes::kNothing},
    {"clientele.qa.v1.QaService.BatchCreateGoldenQuestions", Takes::kNothing},
    {"clientele.qa.v1.QaService.ListGoldenQuestions", Takes::kNothing},
    {"clientele.qa.v1.QaService.DeleteGoldenQuestion", Takes::kNothing},
    {"clientele.qa.v1.QaService.GetUpgradeReport", Takes::kNothing},
    // It names recorded answers, which go with their customer.
    {"clientele.qa.v1.QaService.ReplayAnswer", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.CreateItem", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.BatchCreateItems", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.GetItem", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.ListItems", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.UpdateItem", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.DeleteItem", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.BatchCheckItems", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.BatchCreateAnonymousInteractions", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.GetItemStatistics", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.Recommend", Takes::kCustomerName},
    {"clientele.recommend.v1.RecommendService.RankItems", Takes::kCustomerName},
    {"clientele.recommend.v1.RecommendService.SimilarItems", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.ExplainRecommendation", Takes::kCustomerName},
    // It names predictions, which go with their customer.
    {"clientele.recommend.v1.RecommendService.ReplayPrediction", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.ListAudience", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.RecordFeedback", Takes::kCustomerData},
    {"clientele.recommend.v1.RecommendService.CreateExperiment", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.GetExperiment", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.ListExperiments", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.StopExperiment", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.GetExperimentReport", Takes::kNothing},
    {"clientele.recommend.v1.RecommendService.TrainModel", Takes::kNothing},
    {"clientele.gateway.v1.GatewayService.GetCustomer360", Takes::kCustomerData},
    {"google.longrunning.Operations.*", Takes::kNothing},
    {"clientele.model.v1.ModelService.ListModels", Takes::kNothing},
};

// In the order in which data flows.
std::vector<const ServiceDescriptor*> Services() {
  std::vector<const ServiceDescriptor*> services;
  for (const char* name :
       {kProfileService, "clientele.qa.v1.QaService", "clientele.recommend.v1.RecommendService",
        "clientele.gateway.v1.GatewayService", "google.longrunning.Operations",
        "clientele.model.v1.ModelService"}) {
    services.push_back(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name));
    if (services.back() == nullptr) throw std::runtime_error(std::string(name) + " is not linked");
  }
  return services;
}

Takes WhatItTakes(const MethodDescriptor& method) {
  auto found = kMethods.find(method.full_name());
  if (found == kMethods.end()) found = kMethods.find(method.service()->full_name() + ".*");
  if (found == kMethods.end()) {
    throw std::runtime_error("say in tests/e2e/erasure/cohort.cc what " + method.full_name() +
                             " takes of customers");
  }
  return found->second;
}

std::string CustomerOf(const MethodDescriptor& method, const Cohort& cohort) {
  return method.name() == "BatchCreateCustomers" ? cohort.batch_created : cohort.created;
}

// Rows as they are: marks need no quotes.
std::string Line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + cell;
  return line + "\n";
}

void Import(const Suite& suite, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {"import"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.push_back("--json");
  const CommandResult result = suite.Clientele(command);
  if (result.exit_code != 0 || result.output.find("\"rejected\":0") == std::string::npos) {
    throw std::runtime_error("an import failed: " + result.output);
  }
}

}  // namespace

Cohort::Cohort()
    : created(marks.New("customer id, CreateCustomer")),
      batch_created(marks.New("customer id, BatchCreateCustomers")),
      imported(marks.New("customer id, import customers")),
      event_imported(marks.New("customer id, import events")) {}

void PlantByCalls(const Suite& suite, Cohort& cohort, const std::function<void()>& followed,
                  bool refused_is_fine) {
  const std::shared_ptr<grpc::Channel> channel = suite.gateway();
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const Takes takes = WhatItTakes(method);
      if (takes == Takes::kNothing) continue;
      const grpc::Status status =
          CallByName(channel, method,
                     MarkedRequest(method, CustomerOf(method, cohort),
                                   takes == Takes::kCustomerData ? cohort.marks : cohort.passing,
                                   cohort.passing));
      if (takes == Takes::kCustomerData && !status.ok() && !refused_is_fine) {
        throw std::runtime_error(method.full_name() + ": " + status.error_message());
      }
    }
    if (service->full_name() == kProfileService) followed();
  }
}

void PlantByImports(const Suite& suite, Cohort& cohort) {
  const TemporaryFolder folder;
  const auto mark = [&](const std::string& column) { return cohort.marks.New("CSV " + column); };
  const std::string customers = folder.Write(
      "customers.csv",
      Line({"customer_id", "display_name", "email", "phone", "language_code", "region",
            "attribute.size"}) +
          Line({cohort.imported, mark("display_name"), mark("email") + "@example.com",
                mark("phone"), mark("language_code"), mark("region"), mark("attribute")}));
  // A mark is no phone number.
  Import(suite, {"customers", customers, "--on_bad_contact", "keep"});
  std::string events = Line({"event_id", "customer_id", "type", "event_time", "item_id", "category",
                             "quantity", "amount", "currency_code", "text", "channel", "device",
                             "rating", "customer_region", "campaign_id", "coupon_id"});
  for (const std::string& customer : {cohort.imported, cohort.event_imported}) {
    events += Line({mark("event_id"), customer, "purchase", "2025-01-02T03:04:05Z", kMarkedItem,
                    mark("category"), "1", "6.95", "GBP", mark("text"), mark("channel"),
                    mark("device"), "0", customer == cohort.imported ? "" : mark("customer_region"),
                    mark("campaign_id"), mark("coupon_id")});
  }
  Import(suite, {"events", folder.Write("events.csv", events).string(), "--create_customers",
                 "--source", mark("source")});
}

void CallWrongly(const Suite& suite, Cohort& cohort) {
  const std::shared_ptr<grpc::Channel> channel = suite.gateway();
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (WhatItTakes(method) != Takes::kCustomerData) continue;
      // No id has a space.
      const std::string wrong_id = cohort.created + " " + cohort.created;
      if (CallByName(channel, method,
                     MarkedRequest(method, wrong_id, cohort.passing, cohort.passing))
              .ok()) {
        throw std::runtime_error(method.full_name() + " took an id that is none");
      }
    }
  }
}

}  // namespace clientele::testing
