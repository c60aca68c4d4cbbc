#include "common/auth/suite_policy.h"

namespace clientele::auth {
namespace {

using enum Role;

// kAdmin may call all of them.
constexpr RoleSet kReaders = {kViewer, kAgent, kService};
constexpr RoleSet kEveryone = {kViewer,       kAgent,          kMarketer,
                               kDataEngineer, kPrivacyOfficer, kService};
constexpr RoleSet kWriters = {kDataEngineer};
constexpr RoleSet kQuarantine = {kDataEngineer, kPrivacyOfficer};

constexpr MethodRule kRules[] = {
    {"clientele.profile.v1.ProfileService/CreateCustomer", kWriters},
    {"clientele.profile.v1.ProfileService/BatchCreateCustomers", kWriters},
    {"clientele.profile.v1.ProfileService/GetCustomer",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/ListCustomers",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/UpdateCustomer", {kAgent, kDataEngineer}},
    {"clientele.profile.v1.ProfileService/DeleteCustomer", {kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/BatchCreateEvents", kWriters},
    {"clientele.profile.v1.ProfileService/IngestEvents", kWriters},
    {"clientele.profile.v1.ProfileService/ListEvents",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/ListQuarantinedEvents", kQuarantine},
    {"clientele.profile.v1.ProfileService/UpdateQuarantinedEvent", kQuarantine},
    {"clientele.profile.v1.ProfileService/ReplayQuarantinedEvents", kQuarantine},
    {"clientele.profile.v1.ProfileService/DeleteQuarantinedEvent", kQuarantine},
    {"clientele.profile.v1.ProfileService/UpdateConsent", {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/BatchUpdateConsents", {kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/ListConsents",
     {kViewer, kAgent, kMarketer, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/ListConsentDecisions",
     {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/MergeCustomers",
     {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/UndoMerge", {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/ListMerges", {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/ListMatches", {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/DismissMatch", {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/GetProfile",
     {kViewer, kAgent, kMarketer, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/WatchProfile",
     {kViewer, kAgent, kMarketer, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/ExplainProfile",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/ListSimilarCustomers",
     {kAgent, kMarketer, kDataEngineer, kService}},
    {"clientele.profile.v1.ProfileService/RenderProfileCard",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/GetCustomerOverview",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/UploadMedia", {kAgent, kDataEngineer}},
    {"clientele.profile.v1.ProfileService/GetMedia",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/ListMedia",
     {kViewer, kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/DeleteMedia", {kAgent, kDataEngineer, kPrivacyOfficer}},
    {"clientele.profile.v1.ProfileService/DetectObjects",
     {kViewer, kAgent, kDataEngineer, kService}},
    {"clientele.profile.v1.ProfileService/CreateSegment", {kMarketer, kDataEngineer}},
    {"clientele.profile.v1.ProfileService/GetSegment", kEveryone},
    {"clientele.profile.v1.ProfileService/ListSegments", kEveryone},
    {"clientele.profile.v1.ProfileService/DeleteSegment", {kMarketer, kDataEngineer}},
    {"clientele.profile.v1.ProfileService/ListSegmentMembers",
     {kAgent, kMarketer, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/RenderSegmentReport",
     {kAgent, kMarketer, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.profile.v1.ProfileService/StreamSegmentChanges",
     {kMarketer, kDataEngineer, kService}},
    {"clientele.profile.v1.ProfileService/StreamChanges", {kService}},

    {"clientele.qa.v1.QaService/CreateArticle", kWriters},
    {"clientele.qa.v1.QaService/BatchCreateArticles", kWriters},
    {"clientele.qa.v1.QaService/GetArticle", kEveryone},
    {"clientele.qa.v1.QaService/ListArticles", kEveryone},
    {"clientele.qa.v1.QaService/UpdateArticle", kWriters},
    {"clientele.qa.v1.QaService/DeleteArticle", kWriters},
    {"clientele.qa.v1.QaService/SearchArticles", kReaders},
    {"clientele.qa.v1.QaService/Ask", kReaders},
    {"clientele.qa.v1.QaService/StreamAsk", kReaders},
    {"clientele.qa.v1.QaService/RecordAnswerFeedback", kReaders},
    {"clientele.qa.v1.QaService/GetHandover", {kAgent, kPrivacyOfficer, kService}},
    {"clientele.qa.v1.QaService/ListHandovers", {kAgent, kPrivacyOfficer, kService}},
    {"clientele.qa.v1.QaService/StreamHandovers", {kAgent, kService}},
    {"clientele.qa.v1.QaService/UpdateHandover", {kAgent, kService}},
    {"clientele.qa.v1.QaService/CloseHandover", {kAgent, kService}},
    {"clientele.qa.v1.QaService/GetComplaintReport", kEveryone},
    {"clientele.qa.v1.QaService/ListKnowledgeGaps", {kAgent, kDataEngineer}},
    {"clientele.qa.v1.QaService/CreateGoldenQuestion", kWriters},
    {"clientele.qa.v1.QaService/BatchCreateGoldenQuestions", kWriters},
    {"clientele.qa.v1.QaService/ListGoldenQuestions", kEveryone},
    {"clientele.qa.v1.QaService/DeleteGoldenQuestion", kWriters},
    {"clientele.qa.v1.QaService/GetUpgradeReport", kEveryone},
    {"clientele.qa.v1.QaService/ReplayAnswer", {kAgent, kDataEngineer, kPrivacyOfficer, kService}},

    {"clientele.recommend.v1.RecommendService/CreateItem", kWriters},
    {"clientele.recommend.v1.RecommendService/BatchCreateItems", kWriters},
    {"clientele.recommend.v1.RecommendService/GetItem", kEveryone},
    {"clientele.recommend.v1.RecommendService/ListItems", kEveryone},
    {"clientele.recommend.v1.RecommendService/UpdateItem", kWriters},
    {"clientele.recommend.v1.RecommendService/DeleteItem", kWriters},
    {"clientele.recommend.v1.RecommendService/BatchCheckItems", kEveryone},
    {"clientele.recommend.v1.RecommendService/BatchCreateAnonymousInteractions", kWriters},
    {"clientele.recommend.v1.RecommendService/GetItemStatistics", kEveryone},
    {"clientele.recommend.v1.RecommendService/Recommend", {kViewer, kAgent, kMarketer, kService}},
    {"clientele.recommend.v1.RecommendService/RankItems", {kViewer, kAgent, kMarketer, kService}},
    {"clientele.recommend.v1.RecommendService/SimilarItems", kEveryone},
    {"clientele.recommend.v1.RecommendService/ExplainRecommendation",
     {kViewer, kAgent, kMarketer, kService}},
    {"clientele.recommend.v1.RecommendService/ReplayPrediction",
     {kAgent, kDataEngineer, kPrivacyOfficer, kService}},
    {"clientele.recommend.v1.RecommendService/ListAudience", {kMarketer}},
    {"clientele.recommend.v1.RecommendService/RecordFeedback", {kDataEngineer, kService}},
    {"clientele.recommend.v1.RecommendService/CreateExperiment", {kMarketer, kDataEngineer}},
    {"clientele.recommend.v1.RecommendService/GetExperiment", kEveryone},
    {"clientele.recommend.v1.RecommendService/ListExperiments", kEveryone},
    {"clientele.recommend.v1.RecommendService/StopExperiment", {kMarketer, kDataEngineer}},
    {"clientele.recommend.v1.RecommendService/GetExperimentReport", kEveryone},
    {"clientele.recommend.v1.RecommendService/TrainModel", kWriters},

    {"clientele.model.v1.ModelService/ListModels", kEveryone},

    // Of trainings, exports and erasures alike.
    {"google.longrunning.Operations/GetOperation", {kDataEngineer, kPrivacyOfficer}},
    {"google.longrunning.Operations/ListOperations", {kDataEngineer, kPrivacyOfficer}},
    {"google.longrunning.Operations/WaitOperation", {kDataEngineer, kPrivacyOfficer}},
    {"google.longrunning.Operations/CancelOperation", {kDataEngineer, kPrivacyOfficer}},
    {"google.longrunning.Operations/DeleteOperation", {kDataEngineer, kPrivacyOfficer}},

    {"clientele.gateway.v1.GatewayService/GetCustomer360", kReaders},
};

}  // namespace

absl::Span<const MethodRule> SuiteRules() { return kRules; }

const Policy& SuitePolicy() {
  static const Policy& policy = *new Policy(SuiteRules());
  return policy;
}

}  // namespace clientele::auth
