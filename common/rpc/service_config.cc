#include "common/rpc/service_config.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace clientele::rpc {
namespace {

constexpr absl::string_view kReadMethods[] = {
    "clientele.profile.v1.ProfileService/GetCustomer",
    "clientele.profile.v1.ProfileService/ListCustomers",
    "clientele.profile.v1.ProfileService/ListEvents",
    "clientele.profile.v1.ProfileService/ListQuarantinedEvents",
    "clientele.profile.v1.ProfileService/ListConsents",
    "clientele.profile.v1.ProfileService/ListConsentDecisions",
    "clientele.profile.v1.ProfileService/ListMerges",
    "clientele.profile.v1.ProfileService/ListMatches",
    "clientele.profile.v1.ProfileService/GetProfile",
    "clientele.profile.v1.ProfileService/GetSegment",
    "clientele.profile.v1.ProfileService/ListSegments",
    "clientele.profile.v1.ProfileService/ListSegmentMembers",
    "clientele.profile.v1.ProfileService/ExplainProfile",
    "clientele.profile.v1.ProfileService/ListSimilarCustomers",
    "clientele.profile.v1.ProfileService/RenderProfileCard",
    "clientele.profile.v1.ProfileService/RenderSegmentReport",
    "clientele.profile.v1.ProfileService/GetCustomerOverview",
    "clientele.qa.v1.QaService/GetArticle",
    "clientele.qa.v1.QaService/ListArticles",
    "clientele.qa.v1.QaService/SearchArticles",
    "clientele.qa.v1.QaService/Ask",
    "clientele.qa.v1.QaService/GetHandover",
    "clientele.qa.v1.QaService/ListHandovers",
    "clientele.qa.v1.QaService/GetComplaintReport",
    "clientele.qa.v1.QaService/ListKnowledgeGaps",
    "clientele.qa.v1.QaService/ListGoldenQuestions",
    "clientele.qa.v1.QaService/GetUpgradeReport",
    "clientele.recommend.v1.RecommendService/GetItem",
    "clientele.recommend.v1.RecommendService/ListItems",
    "clientele.recommend.v1.RecommendService/BatchCheckItems",
    "clientele.recommend.v1.RecommendService/GetItemStatistics",
    "clientele.recommend.v1.RecommendService/Recommend",
    "clientele.gateway.v1.GatewayService/GetCustomer360",
    "clientele.model.v1.ModelService/ListModels",
    "google.longrunning.Operations/GetOperation",
    "google.longrunning.Operations/ListOperations",
    "google.longrunning.Operations/WaitOperation",
};

// Each connection watches the health of the whole server, and gets calls only while that is
// SERVING (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
constexpr char kHealth[] = R"("healthCheckConfig": {"serviceName": ""})";

// While most calls fail, sending them again only adds load: gRPC then stops it by itself.
constexpr char kThrottling[] = R"("retryThrottling": {"maxTokens": 1000, "tokenRatio": 0.5})";

constexpr char kRetryPolicy[] =
    R"("retryPolicy": {"maxAttempts": 3, "initialBackoff": "0.05s", "maxBackoff": "0.5s",)"
    R"( "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"]})";

std::string NameOf(absl::string_view method) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(method, '/');
  return absl::StrCat(R"({"service": ")", parts.first, R"(", "method": ")", parts.second, R"("})");
}

}  // namespace

absl::Span<const absl::string_view> ReadMethods() { return kReadMethods; }

std::string ServiceConfig(bool wait_for_ready) {
  std::vector<std::string> reads;
  for (const absl::string_view method : kReadMethods) reads.push_back(NameOf(method));
  const std::string wait = absl::StrCat(R"("waitForReady": )", wait_for_ready ? "true" : "false");
  return absl::StrCat("{", kHealth, ", ", kThrottling, R"(, "methodConfig": [{"name": [)",
                      absl::StrJoin(reads, ", "), "], ", wait, ", ", kRetryPolicy,
                      R"(}, {"name": [{}], )", wait, "}]}");
}

}  // namespace clientele::rpc
