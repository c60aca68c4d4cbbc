// Requests to the gateway's own service, whose backends refuse every call.
#include <cstddef>
#include <cstdint>

#include "clientele/gateway/v1/gateway_service.pb.h"

#include "services/gateway-service/rpc/customer360_rpc.h"
#include "tests/fuzz/script_runner.h"
#include "tests/support/fake_clock.h"

namespace clientele::gateway {
namespace {

// A target of no scheme that gRPC knows: each call fails at once.
Upstream::Options Refusing(const char* name) {
  return {.name = name, .address = "none://none", .wait = absl::ZeroDuration()};
}

// Each section that was asked for says why it is empty.
void CheckSections(const google::protobuf::Message& part) {
  const auto* response = dynamic_cast<const v1::GetCustomer360Response*>(&part);
  if (response == nullptr) return;
  fuzz::Require(response->customer().status().code() != 0 && !response->customer().has_customer(),
                "there is no customer");
  fuzz::Require(response->profile().status().code() != 0 && !response->profile().has_profile(),
                "there is no profile");
  fuzz::Require(response->recommendations().status().code() != 0 &&
                    !response->recommendations().has_response(),
                "there are no recommendations");
  fuzz::Require(!response->has_answer() ||
                    (response->answer().status().code() != 0 && !response->answer().has_response()),
                "there is no answer");
  fuzz::Require(!response->has_events() || (response->events().status().code() != 0 &&
                                            response->events().events().empty()),
                "there are no events");
}

}  // namespace
}  // namespace clientele::gateway

const clientele::fuzz::CallScript& clientele::fuzz::TargetScript() {
  static const CallScript script(
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          gateway::v1::GatewayService::service_full_name()));
  return script;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele;
  static const testing::FakeClock clock;
  static auto& worker =
      *new fuzz::OneWorker(gateway::v1::GatewayService::service_full_name(), &clock);
  static Executor sections({.name = "sections", .threads = 1});
  static const gateway::FanOut fan_out(&sections, &clock);
  static gateway::Upstream profile_upstream(gateway::Refusing("profile-service"));
  static gateway::Upstream qa_upstream(gateway::Refusing("qa-service"));
  static gateway::Upstream recommend_upstream(gateway::Refusing("recommend-service"));
  static const gateway::Backend<profile::v1::ProfileService> profile(&profile_upstream);
  static const gateway::Backend<qa::v1::QaService> qa(&qa_upstream);
  static const gateway::Backend<recommend::v1::RecommendService> recommend(&recommend_upstream);
  static gateway::Customer360Rpc rpc(worker.dispatcher(), &fan_out,
                                     {.profile = &profile, .qa = &qa, .recommend = &recommend});
  static const auto runner = fuzz::ScriptRunner<gateway::Customer360Rpc>().Add(
      "GetCustomer360", &gateway::Customer360Rpc::GetCustomer360);
  const auto script = fuzz::TargetScript().Parse({reinterpret_cast<const char*>(data), size});
  runner.Run(*script, worker, rpc, gateway::CheckSections);
  return 0;
}
