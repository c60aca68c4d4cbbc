// Every method at the gateway, called by a client that knows nothing but what
// reflection tells: buf curl.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "absl/strings/escaping.h"
#include "clientele/gateway/v1/gateway_service.pb.h"
#include "clientele/model/v1/model_service.pb.h"
#include "google/longrunning/operations.pb.h"

#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

// The program that npm installed for this machine, not npm's way to it, which starts node first;
// empty: not installed.
std::string FindBuf() {
  const std::filesystem::path folder = SourceDir() + "/tools/lint/node_modules/@bufbuild";
  if (!std::filesystem::exists(folder)) return "";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::filesystem::path program = entry.path() / "bin" / "buf";
    if (entry.path().filename().string().starts_with("buf-") && std::filesystem::exists(program)) {
      return program;
    }
  }
  return "";
}

const std::string kBuf = FindBuf();

std::vector<std::string> BufCurl(const std::string& url, const std::string& request) {
  return {kBuf, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "-d", request, url};
}

struct Call {
  const char* method;
  const char* request;
  const char* expected;  // part of the response
  // Reads what the service derives in its own time.
  bool in_time = false;
};

// In an order in which each finds what it needs.
const std::vector<Call>& Calls() {
  static const std::vector<Call> calls = {
      {"clientele.profile.v1.ProfileService/CreateCustomer",
       R"({"customerId": "c1", "customer": {"displayName": "Ada"}})", "customers/c1"},
      {"clientele.profile.v1.ProfileService/BatchCreateCustomers",
       R"({"customers": [{"name": "customers/c1"}, {"name": "customers/c2"}]})", "createdCount"},
      {"clientele.profile.v1.ProfileService/GetCustomer", R"({"name": "customers/c1"})", "Ada"},
      {"clientele.profile.v1.ProfileService/ListCustomers", R"({"pageSize": 10})", "customers/c2"},
      {"clientele.profile.v1.ProfileService/UpdateCustomer",
       R"({"customer": {"name": "customers/c1", "displayName": "Eva"}, "updateMask": "displayName"})",
       "Eva"},
      {"clientele.profile.v1.ProfileService/BatchCreateEvents",
       R"({"events": [{"customer": "customers/c1", "eventId": "e1", "type": "EVENT_TYPE_VIEW",
           "eventTime": "2026-10-01T12:00:00Z", "item": "items/i1"}]})",
       "createdCount"},
      {"clientele.profile.v1.ProfileService/IngestEvents",
       R"({"events": [{"customer": "customers/c1", "eventId": "e2", "type": "EVENT_TYPE_VIEW",
           "eventTime": "2026-10-01T13:00:00Z", "item": "items/i1"}]})",
       "createdCount"},
      {"clientele.profile.v1.ProfileService/ListEvents", R"({"parent": "customers/c1"})", "e2"},
      {"clientele.profile.v1.ProfileService/BatchCreateEvents",
       R"({"skipInvalid": true, "quarantineInvalid": true, "events": [
           {"customer": "customers/c1", "eventId": "q1", "type": "EVENT_TYPE_PURCHASE",
            "eventTime": "2026-10-01T12:00:00Z", "amountMicros": "5"}, {"customer": "c1"}]})",
       "\"quarantinedCount\": \"2\""},
      {"clientele.profile.v1.ProfileService/ListQuarantinedEvents",
       R"({"field": "currency_code", "customer": "customers/c1"})", "quarantinedEvents/1"},
      {"clientele.profile.v1.ProfileService/UpdateQuarantinedEvent",
       R"({"quarantinedEvent": {"name": "quarantinedEvents/1", "event": {"currencyCode": "GBP"}},
           "updateMask": "event.currencyCode"})",
       "GBP"},
      {"clientele.profile.v1.ProfileService/ReplayQuarantinedEvents",
       R"({"names": ["quarantinedEvents/1"]})", "\"createdCount\": \"1\""},
      {"clientele.profile.v1.ProfileService/DeleteQuarantinedEvent",
       R"({"name": "quarantinedEvents/2"})", "{"},
      {"clientele.profile.v1.ProfileService/UpdateConsent",
       R"({"consent": {"name": "customers/c1/consents/marketing",
           "state": "CONSENT_STATE_GRANTED", "textVersion": "2026-10", "source": "web form"}})",
       "\"allowed\": true"},
      {"clientele.profile.v1.ProfileService/BatchUpdateConsents",
       R"({"consents": [{"name": "customers/c1/consents/image-analysis",
           "state": "CONSENT_STATE_GRANTED"}]})",
       "recordedCount"},
      {"clientele.profile.v1.ProfileService/ListConsents", R"({"parent": "customers/c1"})",
       "customers/c1/consents/answer-personalization"},
      {"clientele.profile.v1.ProfileService/ListConsentDecisions", R"({"parent": "customers/c1"})",
       "web form"},
      {"clientele.profile.v1.ProfileService/GetProfile", R"({"name": "customers/c1/profile"})",
       "features"},
      {"clientele.profile.v1.ProfileService/MergeCustomers",
       R"({"survivor": "customers/c1", "customers": ["customers/c2"]})", "merges/1"},
      {"clientele.profile.v1.ProfileService/UndoMerge", R"({"name": "merges/1"})", "undoTime"},
      {"clientele.profile.v1.ProfileService/ListMerges", R"({"customer": "customers/c1"})",
       "MERGE_ORIGIN_REQUEST"},
      {"clientele.profile.v1.ProfileService/ListMatches", "{}", "{"},
      // An undone merge is a match that was dismissed.
      {"clientele.profile.v1.ProfileService/DismissMatch", R"({"name": "matches/1"})",
       "MATCH_STATE_DISMISSED"},
      {"clientele.profile.v1.ProfileService/CreateSegment",
       R"({"segmentId": "seen", "segment": {"rule": "views >= 1"}})", "segments/seen"},
      {"clientele.profile.v1.ProfileService/GetSegment", R"({"name": "segments/seen"})",
       "views >= 1"},
      {"clientele.profile.v1.ProfileService/ListSegments", "{}", "segments/seen"},
      {"clientele.profile.v1.ProfileService/ListSegmentMembers", R"({"parent": "segments/seen"})",
       "{"},
      {"clientele.profile.v1.ProfileService/RenderSegmentReport",
       R"({"name": "segments/seen", "languageCode": "zh"})", "svg"},
      {"clientele.profile.v1.ProfileService/DeleteSegment", R"({"name": "segments/seen"})", "{"},
      {"clientele.profile.v1.ProfileService/ExplainProfile", R"({"name": "customers/c1/profile"})",
       "MODALITY_STATE_"},
      {"clientele.profile.v1.ProfileService/ListSimilarCustomers", R"({"parent": "customers/c1"})",
       "comparedCount", /*in_time=*/true},
      {"clientele.profile.v1.ProfileService/RenderProfileCard",
       R"({"name": "customers/c1/profile", "languageCode": "zh"})", "svg"},
      {"clientele.profile.v1.ProfileService/GetCustomerOverview",
       R"({"name": "customers/c1", "maxEvents": 1})", "features"},
      {"clientele.recommend.v1.RecommendService/CreateItem",
       R"({"itemId": "i1", "item": {"title": "Kettle", "category": "kitchen"}})", "Kettle"},
      {"clientele.recommend.v1.RecommendService/BatchCreateItems",
       R"({"items": [{"name": "items/i2", "title": "Teapot"}]})", "createdCount"},
      {"clientele.recommend.v1.RecommendService/GetItem", R"({"name": "items/i1"})", "Kettle"},
      {"clientele.recommend.v1.RecommendService/ListItems", "{}", "items/i2"},
      {"clientele.recommend.v1.RecommendService/UpdateItem",
       R"({"item": {"name": "items/i1", "title": "Steel kettle"}, "updateMask": "title"})",
       "Steel kettle"},
      {"clientele.recommend.v1.RecommendService/BatchCheckItems",
       R"({"names": ["items/i1", "items/none"]})", "items/none"},
      {"clientele.recommend.v1.RecommendService/BatchCreateAnonymousInteractions",
       R"({"interactions": [{"item": "items/i2", "interactionId": "x1",
           "type": "EVENT_TYPE_PURCHASE", "interactionTime": "2026-10-01T12:00:00Z",
           "quantity": 1}]})",
       "createdCount"},
      {"clientele.recommend.v1.RecommendService/GetItemStatistics",
       R"({"name": "items/i2/statistics"})", "purchaseCount"},
      {"clientele.recommend.v1.RecommendService/RankItems",
       R"({"customer": "customers/c1", "items": ["items/i2", "items/i1", "items/none"]})",
       "missingItems"},
      {"clientele.recommend.v1.RecommendService/SimilarItems", R"({"item": "items/i1"})", "{"},
      {"clientele.recommend.v1.RecommendService/Recommend", R"({"customer": "customers/c1"})",
       "strategy"},
      {"clientele.recommend.v1.RecommendService/ExplainRecommendation",
       R"({"customer": "customers/c1", "item": "items/i1"})", "strategy"},
      {"clientele.recommend.v1.RecommendService/CreateExperiment",
       R"({"experimentId": "e1", "experiment": {"variants": [{"variantId": "a"},
           {"variantId": "b", "method": "RECOMMENDATION_METHOD_POPULAR"}]}})",
       "experiments/e1"},
      {"clientele.recommend.v1.RecommendService/GetExperiment", R"({"name": "experiments/e1"})",
       "FEEDBACK_TYPE_BOUGHT"},
      {"clientele.recommend.v1.RecommendService/ListExperiments", "{}", "experiments/e1"},
      {"clientele.recommend.v1.RecommendService/Recommend",
       R"({"customer": "customers/c1", "experiment": "experiments/e1"})", "variantId"},
      {"clientele.recommend.v1.RecommendService/RecordFeedback",
       R"({"feedback": [{"customer": "customers/c1", "feedbackId": "f1", "item": "items/i1",
           "type": "FEEDBACK_TYPE_SHOWN", "feedbackTime": "2026-10-01T12:00:00Z",
           "experiment": "experiments/e1"}]})",
       "Count"},
      {"clientele.recommend.v1.RecommendService/GetExperimentReport",
       R"({"name": "experiments/e1/report"})", "differenceLower"},
      {"clientele.recommend.v1.RecommendService/StopExperiment", R"({"name": "experiments/e1"})",
       "stopTime"},
      {"clientele.recommend.v1.RecommendService/TrainModel", R"({"factorization": {"epochs": 1}})",
       "services/recommend/operations/"},
      {"google.longrunning.Operations/ListOperations", R"({"name": "services/recommend"})",
       "services/recommend/operations/"},
      {"clientele.model.v1.ModelService/ListModels", R"({"parent": "services/qa"})",
       "STATE_SERVING"},
      {"clientele.qa.v1.QaService/CreateArticle",
       R"({"articleId": "a1", "article": {"title": "Returns",
           "body": "You can return an order within 30 days. Print the label and send it back."}})",
       "articles/a1"},
      {"clientele.qa.v1.QaService/BatchCreateArticles",
       R"({"articles": [{"name": "articles/a2", "title": "Invoices",
           "body": "We send the invoice by e-mail on the day of shipping."}]})",
       "createdCount"},
      {"clientele.qa.v1.QaService/GetArticle", R"({"name": "articles/a1"})", "Returns"},
      {"clientele.qa.v1.QaService/ListArticles", "{}", "articles/a2"},
      {"clientele.qa.v1.QaService/UpdateArticle",
       R"({"article": {"name": "articles/a2", "title": "Your invoice"}, "updateMask": "title"})",
       "Your invoice"},
      {"clientele.qa.v1.QaService/SearchArticles", R"({"query": "return an order"})",
       "articles/a1"},
      {"clientele.qa.v1.QaService/Ask", R"({"question": "Can I return an order within 30 days?"})",
       "articles/a1"},
      {"clientele.qa.v1.QaService/StreamAsk",
       R"({"question": "Can I return an order within 30 days?"})", "final"},
      {"clientele.qa.v1.QaService/RecordAnswerFeedback",
       R"({"feedback": {"answerId": "a1", "verdict": "ANSWER_VERDICT_HELPFUL"}})", "createTime"},
      {"clientele.qa.v1.QaService/ListKnowledgeGaps", "{}", "{"},
      {"clientele.qa.v1.QaService/GetComplaintReport", "{}", "{"},
      {"clientele.qa.v1.QaService/CreateGoldenQuestion",
       R"({"goldenQuestionId": "g1", "goldenQuestion": {"question": "Can I return an order?",
           "expectedArticle": "articles/a1"}})",
       "goldenQuestions/g1"},
      {"clientele.qa.v1.QaService/BatchCreateGoldenQuestions",
       R"({"goldenQuestions": [{"name": "goldenQuestions/g1", "question": "Do you sell cars?"},
           {"name": "goldenQuestions/g2", "question": "Do you sell cars?"}]})",
       "differingNames"},
      {"clientele.qa.v1.QaService/ListGoldenQuestions", "{}", "articles/a1"},
      {"clientele.qa.v1.QaService/DeleteGoldenQuestion", R"({"name": "goldenQuestions/g2"})", "{}"},
      {"clientele.qa.v1.QaService/GetUpgradeReport", "{}", "UPGRADE_OUTCOME_NOT_COMPARED"},
      {"clientele.qa.v1.QaService/Ask",
       R"({"question": "My order is lost, talk to a human", "startConversation": true})",
       "conversations/"},
      {"clientele.qa.v1.QaService/ListHandovers", R"({"state": "HANDOVER_STATE_OPEN"})",
       "COMPLAINT_TOPIC_DELIVERY"},
      {"clientele.gateway.v1.GatewayService/GetCustomer360",
       R"({"customer": "customers/c1", "question": "Can I return an order?", "maxEvents": 5})",
       "recommendations"},
      {"clientele.qa.v1.QaService/DeleteArticle", R"({"name": "articles/a2"})", "{}"},
      {"clientele.recommend.v1.RecommendService/DeleteItem", R"({"name": "items/i2"})", "{}"},
      {"clientele.profile.v1.ProfileService/DeleteCustomer", R"({"name": "customers/c2"})", "{}"},
  };
  return calls;
}

// Methods of the gateway's address, from the protos themselves.
std::map<std::string, bool> AllMethods() {
  std::map<std::string, bool> methods;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  // The gateway's file imports the others'.
  gateway::v1::GetCustomer360Request::descriptor();
  google::longrunning::Operation::descriptor();
  model::v1::ModelVersion::descriptor();
  for (const char* service :
       {"clientele.profile.v1.ProfileService", "clientele.qa.v1.QaService",
        "clientele.recommend.v1.RecommendService", "clientele.gateway.v1.GatewayService",
        "google.longrunning.Operations", "clientele.model.v1.ModelService"}) {
    const auto* descriptor = pool->FindServiceByName(service);
    REQUIRE(descriptor != nullptr);
    for (int i = 0; i < descriptor->method_count(); ++i) {
      methods[std::string(service) + "/" + descriptor->method(i)->name()] = false;
    }
  }
  return methods;
}

TEST_CASE("buf curl calls every method at the gateway by reflection") {
  if (kBuf.empty()) SKIP("buf is not installed (npm)");
  const TestDatabase database = Suite::Database();
  Suite suite({.conninfo = database.conninfo(),
               .flags = {{"profile-service", {"--image_encoder", "starter-image-encoder"}}}});
  const std::string url = "http://" + suite.address("gateway-service") + "/";
  const auto curl = [&](const std::string& method, const std::string& request) {
    return RunCommand(BufCurl(url + method, request));
  };

  auto methods = AllMethods();
  std::string operation;
  std::string handover;
  for (const Call& call : Calls()) {
    CommandResult result;
    const auto answers = [&] {
      result = curl(call.method, call.request);
      return result.output.find(call.expected) != std::string::npos;
    };
    if (!answers() && call.in_time) Eventually(std::chrono::seconds(20), answers);
    INFO(call.method << "\n" << result.output);
    CHECK(result.exit_code == 0);
    CHECK(result.output.find(call.expected) != std::string::npos);
    methods[call.method] = true;
    if (const auto at = result.output.find("services/recommend/operations/");
        at != std::string::npos) {
      operation = result.output.substr(at, result.output.find('"', at) - at);
    }
    if (const auto at = result.output.find("handovers/"); at != std::string::npos) {
      handover = result.output.substr(at, result.output.find('"', at) - at);
    }
  }

  // As soon as the change feed has told of the customer.
  std::string prediction;
  REQUIRE(Eventually(std::chrono::seconds(20), [&] {
    const CommandResult recorded = curl("clientele.recommend.v1.RecommendService/Recommend",
                                        R"({"customer": "customers/c1", "record": true})");
    const auto at = recorded.output.find("customers/c1/predictions/");
    if (at == std::string::npos) return false;
    prediction = recorded.output.substr(at, recorded.output.find('"', at) - at);
    return true;
  }));
  const CommandResult replayed = curl("clientele.recommend.v1.RecommendService/ReplayPrediction",
                                      R"({"name": ")" + prediction + R"("})");
  INFO(replayed.output);
  CHECK(replayed.output.find(R"("bitExact": true)") != std::string::npos);
  methods["clientele.recommend.v1.RecommendService/ReplayPrediction"] = true;

  const CommandResult asked = curl("clientele.qa.v1.QaService/Ask",
                                   R"({"question": "Where is my parcel?", "record": true})");
  CHECK(asked.output.find(R"("recorded": true)") != std::string::npos);
  const std::string label = R"("answerId": ")";
  const auto id_at = asked.output.find(label);
  REQUIRE(id_at != std::string::npos);
  const auto id_begin = id_at + label.size();
  const CommandResult asked_again = curl(
      "clientele.qa.v1.QaService/ReplayAnswer",
      R"({"answerId": ")" +
          asked.output.substr(id_begin, asked.output.find('"', id_begin) - id_begin) + R"("})");
  INFO(asked_again.output);
  CHECK(asked_again.output.find(R"("same": true)") != std::string::npos);
  methods["clientele.qa.v1.QaService/ReplayAnswer"] = true;

  const std::string named = R"("name": ")" + handover + R"(")";
  for (const Call& call : {Call{"clientele.qa.v1.QaService/GetHandover", "", "lost"},
                           Call{"clientele.qa.v1.QaService/UpdateHandover",
                                "COMPLAINT_TOPIC_REFUND", "COMPLAINT_TOPIC_REFUND"},
                           Call{"clientele.qa.v1.QaService/CloseHandover",
                                "HANDOVER_RESOLUTION_RESOLVED", "HANDOVER_STATE_CLOSED"}}) {
    std::string request = "{" + named + "}";
    if (std::string(call.method).ends_with("UpdateHandover")) {
      request = R"({"handover": {)" + named + R"(, "topic": ")" + call.request + R"("}})";
    } else if (std::string(call.method).ends_with("CloseHandover")) {
      request = "{" + named + R"(, "resolution": ")" + call.request + R"("})";
    }
    const CommandResult result = curl(call.method, request);
    INFO(call.method << "\n" << result.output);
    CHECK(result.exit_code == 0);
    CHECK(result.output.find(call.expected) != std::string::npos);
    methods[call.method] = true;
  }

  // A picture is taken once its model serves.
  std::ifstream file(SourceDir() + "/tests/data/pictures/plain.jpg", std::ios::binary);
  const std::string picture =
      absl::Base64Escape(std::string(std::istreambuf_iterator<char>(file), {}));
  REQUIRE(Eventually(std::chrono::seconds(30), [&] {
    return curl("clientele.profile.v1.ProfileService/UploadMedia",
                R"({"media": {"name": "customers/c1/media/m1"}, "chunk": ")" + picture + R"("})")
               .output.find("customers/c1/media/m1") != std::string::npos;
  }));
  methods["clientele.profile.v1.ProfileService/UploadMedia"] = true;
  for (const Call& call : {Call{"clientele.profile.v1.ProfileService/GetMedia",
                                R"({"name": "customers/c1/media/m1"})", "customers/c1/media/m1"},
                           Call{"clientele.profile.v1.ProfileService/ListMedia",
                                R"({"parent": "customers/c1"})", "customers/c1/media/m1"},
                           Call{"clientele.profile.v1.ProfileService/DeleteMedia",
                                R"({"name": "customers/c1/media/m1"})", "{"}}) {
    const CommandResult result = curl(call.method, call.request);
    INFO(call.method << "\n" << result.output);
    CHECK(result.exit_code == 0);
    CHECK(result.output.find(call.expected) != std::string::npos);
    methods[call.method] = true;
  }
  {
    // This suite has no detector.
    const std::string method = "clientele.profile.v1.ProfileService/DetectObjects";
    const CommandResult result = curl(method, R"({"picture": ")" + picture + R"("})");
    INFO(result.output);
    CHECK(result.output.find("failed_precondition") != std::string::npos);
    methods[method] = true;
  }

  // Waits for the training, which fails or not by what the feed has brought, and forgets it.
  for (const char* name :
       {"GetOperation", "CancelOperation", "WaitOperation", "GetOperation", "DeleteOperation"}) {
    const std::string method = std::string("google.longrunning.Operations/") + name;
    const CommandResult result = curl(method, R"({"name": ")" + operation + R"("})");
    INFO(method << "\n" << result.output);
    CHECK(result.exit_code == 0);
    methods[method] = true;
  }

  // An audience, or the news that no model serves yet.
  {
    const std::string method = "clientele.recommend.v1.RecommendService/ListAudience";
    const CommandResult result = curl(method, R"({"item": "items/i1"})");
    INFO(result.output);
    const bool has_no_model = result.output.find("failed_precondition") != std::string::npos;
    CHECK((has_no_model || result.output.find("CONSENT_CHECK_DONE") != std::string::npos));
    methods[method] = true;
  }

  // These only end with their deadline: what they brought before that counts.
  const std::vector<Call> streams = {
      {"clientele.profile.v1.ProfileService/StreamChanges", R"({"maxBatchSize": 10})",
       "customers/c1"},
      {"clientele.profile.v1.ProfileService/WatchProfile", R"({"name": "customers/c1/profile"})",
       "features"},
      {"clientele.profile.v1.ProfileService/StreamSegmentChanges", "{}", "cursor"},
      {"clientele.qa.v1.QaService/StreamHandovers", "{}", handover.c_str()}};
  std::vector<std::future<CommandResult>> watched;
  for (const Call& call : streams) {
    watched.push_back(std::async(std::launch::async, [&] {
      std::vector<std::string> argv = BufCurl(url + call.method, call.request);
      argv.insert(argv.begin(), {"/usr/bin/timeout", "5"});
      return RunCommand(argv);
    }));
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const CommandResult result = watched[i].get();
    INFO(streams[i].method << "\n" << result.output);
    CHECK(result.output.find(streams[i].expected) != std::string::npos);
    methods[streams[i].method] = true;
  }

  for (const auto& [method, called] : methods) {
    INFO(method << " has no case here");
    CHECK(called);
  }
}

TEST_CASE("bad input is refused with a code and a reason through the gateway") {
  if (kBuf.empty()) SKIP("buf is not installed (npm)");
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  const std::string url = "http://" + suite.address("gateway-service") + "/";
  struct Bad {
    const char* method;
    const char* request;
    const char* code;
  };
  for (const Bad& bad : std::vector<Bad>{
           {"clientele.profile.v1.ProfileService/GetCustomer", R"({"name": "customers/none"})",
            "not_found"},
           {"clientele.profile.v1.ProfileService/GetCustomer", R"({"name": "none"})",
            "invalid_argument"},
           {"clientele.profile.v1.ProfileService/BatchCreateEvents", "{}", "invalid_argument"},
           {"clientele.profile.v1.ProfileService/BatchCreateEvents",
            R"({"events": [{"customer": "customers/c", "eventId": "e", "type": "EVENT_TYPE_VIEW",
               "eventTime": "2026-10-01T12:00:00Z", "quantity": "NaN"}]})",
            "invalid_argument"},
           {"clientele.profile.v1.ProfileService/BatchCreateEvents",
            R"({"events": [{"customer": "customers/c", "eventId": "e", "type": "EVENT_TYPE_VIEW",
               "eventTime": "2200-10-01T12:00:00Z"}]})",
            "invalid_argument"},
           {"clientele.recommend.v1.RecommendService/BatchCreateItems", "{}", "invalid_argument"},
           {"clientele.qa.v1.QaService/Ask", "{}", "invalid_argument"},
           {"clientele.qa.v1.QaService/GetArticle", R"({"name": "articles/none"})", "not_found"},
       }) {
    const CommandResult result = RunCommand(BufCurl(url + bad.method, bad.request));
    INFO(bad.method << "\n" << result.output);
    CHECK(result.exit_code != 0);
    CHECK(result.output.find(bad.code) != std::string::npos);
  }
}

// The same promise without npm: the names that reflection lists.
TEST_CASE("reflection lists every service of the gateway") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  grpc::GenericStub stub(suite.gateway());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  grpc::CompletionQueue queue;
  const auto next = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  REQUIRE(next());
  grpc::Slice list_services("\x3a\x01*");  // field 7, "*"
  call->Write(grpc::ByteBuffer(&list_services, 1), nullptr);
  REQUIRE(next());
  grpc::ByteBuffer message;
  call->Read(&message, nullptr);
  REQUIRE(next());
  std::vector<grpc::Slice> slices;
  REQUIRE(message.Dump(&slices).ok());
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  for (const char* service :
       {"clientele.profile.v1.ProfileService", "clientele.qa.v1.QaService",
        "clientele.recommend.v1.RecommendService", "clientele.gateway.v1.GatewayService",
        "google.longrunning.Operations", "grpc.health.v1.Health"}) {
    CHECK(text.find(service) != std::string::npos);
  }
  context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  next();
}

}  // namespace
}  // namespace clientele::testing
