#include "common/rpc/service_config.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "clientele/gateway/v1/gateway_service.pb.h"
#include "clientele/model/v1/model_service.pb.h"
#include "clientele/profile/v1/profile_service.pb.h"
#include "clientele/qa/v1/qa_service.pb.h"
#include "clientele/recommend/v1/recommend_service.pb.h"
#include "google/longrunning/operations.pb.h"

namespace clientele::rpc {
namespace {

// So that the descriptors are linked.
[[maybe_unused]] const google::protobuf::Descriptor* const kLinked[] = {
    gateway::v1::GetCustomer360Request::descriptor(),
    profile::v1::Customer::descriptor(),
    model::v1::ModelVersion::descriptor(),
    qa::v1::Article::descriptor(),
    recommend::v1::Item::descriptor(),
    google::longrunning::Operation::descriptor()};

TEST_CASE("what is sent again exists, is unary and does not sound like a change") {
  for (const absl::string_view method : ReadMethods()) {
    CAPTURE(method);
    const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
        absl::StrReplaceAll(method, {{"/", "."}}));
    REQUIRE(descriptor != nullptr);
    CHECK_FALSE(descriptor->client_streaming());
    CHECK_FALSE(descriptor->server_streaming());
    // A question may be asked twice; its request_id keeps what comes of it from being kept twice.
    const bool asks = descriptor->name() == "Ask";
    CHECK((asks || descriptor->input_type()->FindFieldByName("request_id") == nullptr));
    for (const char* verb : {"Create", "Update", "Delete", "Train", "Cancel", "Ingest"}) {
      CHECK_FALSE(absl::StrContains(descriptor->name(), verb));
    }
  }
}

TEST_CASE("every call waits for a ready replica, or none does") {
  CHECK(absl::StrContains(ServiceConfig(true), "\"waitForReady\": true"));
  CHECK_FALSE(absl::StrContains(ServiceConfig(true), "\"waitForReady\": false"));
  CHECK_FALSE(absl::StrContains(ServiceConfig(false), "\"waitForReady\": true"));
}

}  // namespace
}  // namespace clientele::rpc
