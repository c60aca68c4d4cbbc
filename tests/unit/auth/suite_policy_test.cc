#include "common/auth/suite_policy.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clientele/gateway/v1/gateway_service.pb.h"
#include "clientele/model/v1/model_service.pb.h"
#include "google/longrunning/operations.pb.h"

#include "tests/support/paths.h"

namespace clientele::auth {
namespace {

namespace fs = std::filesystem;

// Every method of every service that protos/ declares, by its full name.
std::set<std::string> DeclaredMethods() {
  // These, with what they import, link every service's descriptors.
  static_cast<void>(gateway::v1::GetCustomer360Request::descriptor());
  static_cast<void>(google::longrunning::Operation::descriptor());
  static_cast<void>(model::v1::ModelVersion::descriptor());
  static const std::regex service("(^|\n)service ");
  std::set<std::string> methods;
  const fs::path root = fs::path(clientele::testing::SourceDir()) / "protos";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".proto") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!std::regex_search(text, service)) continue;
    const std::string name = fs::relative(entry.path(), root).generic_string();
    // Health and reflection tell nothing of anybody, and are open to everyone.
    if (absl::StartsWith(name, "grpc/")) continue;
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    INFO(name << " must be linked into this test");
    REQUIRE(file != nullptr);
    REQUIRE(file->service_count() > 0);
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.insert(
            absl::StrCat(file->service(i)->full_name(), "/", file->service(i)->method(j)->name()));
      }
    }
  }
  return methods;
}

Principal CallerWith(Role role) { return {.name = "crm", .role = role}; }

bool MayCall(Role role, const std::string& method) {
  return SuitePolicy().Check(method, CallerWith(role)).ok();
}

TEST_CASE("every method of every service has a rule") {
  const std::set<std::string> methods = DeclaredMethods();
  CHECK(methods.size() >= 33);
  for (const std::string& method : methods) {
    INFO(method << " needs a line in common/auth/suite_policy.cc");
    CHECK(SuitePolicy().HasRule(method));
    CHECK(MayCall(Role::kAdmin, method));
    CHECK_FALSE(MayCall(Role::kNone, method));
  }
}

TEST_CASE("every rule is of one method that exists") {
  const std::set<std::string> methods = DeclaredMethods();
  std::set<std::string> ruled;
  for (const MethodRule& rule : SuiteRules()) {
    INFO(rule.method);
    CHECK(ruled.insert(std::string(rule.method)).second);
    // The published service, of which a part is served.
    if (absl::StartsWith(rule.method, "google.longrunning.Operations/")) continue;
    CHECK(methods.contains(std::string(rule.method)));
  }
}

TEST_CASE("each role may do its own work and not the others'") {
  const std::string profile = "clientele.profile.v1.ProfileService/";
  const std::string qa = "clientele.qa.v1.QaService/";
  const std::string recommend = "clientele.recommend.v1.RecommendService/";

  CHECK(MayCall(Role::kPrivacyOfficer, profile + "DeleteCustomer"));
  for (const Role role :
       {Role::kViewer, Role::kAgent, Role::kMarketer, Role::kDataEngineer, Role::kService}) {
    CAPTURE(RoleName(role));
    CHECK_FALSE(MayCall(role, profile + "DeleteCustomer"));
  }
  for (const Role role :
       {Role::kViewer, Role::kAgent, Role::kMarketer, Role::kPrivacyOfficer, Role::kService}) {
    CAPTURE(RoleName(role));
    CHECK_FALSE(MayCall(role, profile + "CreateCustomer"));
    CHECK_FALSE(MayCall(role, profile + "IngestEvents"));
    CHECK_FALSE(MayCall(role, qa + "DeleteArticle"));
    CHECK_FALSE(MayCall(role, recommend + "CreateItem"));
    CHECK_FALSE(MayCall(role, recommend + "TrainModel"));
  }
  for (const char* method : {"CreateCustomer", "BatchCreateEvents", "IngestEvents"}) {
    CHECK(MayCall(Role::kDataEngineer, profile + method));
  }
  CHECK(MayCall(Role::kDataEngineer, recommend + "TrainModel"));
  for (const Role role :
       {Role::kViewer, Role::kAgent, Role::kMarketer, Role::kDataEngineer, Role::kPrivacyOfficer}) {
    CAPTURE(RoleName(role));
    CHECK_FALSE(MayCall(role, profile + "StreamChanges"));
  }
  CHECK(MayCall(Role::kService, profile + "StreamChanges"));
  for (const char* method : {"ListQuarantinedEvents", "UpdateQuarantinedEvent",
                             "ReplayQuarantinedEvents", "DeleteQuarantinedEvent"}) {
    CAPTURE(method);
    for (const Role role : {Role::kDataEngineer, Role::kPrivacyOfficer, Role::kAdmin}) {
      CHECK(MayCall(role, profile + method));
    }
    for (const Role role : {Role::kViewer, Role::kAgent, Role::kMarketer, Role::kService}) {
      CHECK_FALSE(MayCall(role, profile + method));
    }
  }
  CHECK_FALSE(MayCall(Role::kMarketer, profile + "GetCustomer"));
  CHECK(MayCall(Role::kMarketer, recommend + "Recommend"));
}

TEST_CASE("who may see a customer whole may see each part of it") {
  const std::string whole = "clientele.gateway.v1.GatewayService/GetCustomer360";
  for (const Role role : {Role::kViewer, Role::kAgent, Role::kMarketer, Role::kDataEngineer,
                          Role::kPrivacyOfficer, Role::kService}) {
    if (!MayCall(role, whole)) continue;
    CAPTURE(RoleName(role));
    for (const char* part :
         {"clientele.profile.v1.ProfileService/GetCustomer",
          "clientele.profile.v1.ProfileService/GetCustomerOverview",
          "clientele.profile.v1.ProfileService/GetProfile",
          "clientele.profile.v1.ProfileService/ListEvents", "clientele.qa.v1.QaService/Ask",
          "clientele.recommend.v1.RecommendService/Recommend"}) {
      CAPTURE(part);
      CHECK(MayCall(role, part));
    }
  }
}

}  // namespace
}  // namespace clientele::auth
