#include "services/gateway-service/server.h"

#include <utility>

#include "common/rpc/channel.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/gateway-service/rpc/customer360_rpc.h"
#include "services/gateway-service/rpc/operations_forwarding.h"
#include "services/gateway-service/rpc/profile_forwarding.h"
#include "services/gateway-service/rpc/qa_forwarding.h"
#include "services/gateway-service/rpc/recommend_forwarding.h"
#include "services/gateway-service/upstream/backend.h"

namespace clientele::gateway {

struct Server::Parts {
  Parts(std::unique_ptr<rpc::ServerHost> server_host, const ServerOptions& options,
        const rpc::ClientCallOptions& call)
      : host(std::move(server_host)),
        recommend_channel(rpc::MakeChannel({.target = options.recommend_service_address})),
        profile("profile-service", rpc::MakeChannel({.target = options.profile_service_address}),
                call),
        qa("qa-service", rpc::MakeChannel({.target = options.qa_service_address}), call),
        recommend("recommend-service", recommend_channel, call),
        operations("recommend-service", recommend_channel, call),
        sections({.name = "section",
                  .threads = options.section_threads,
                  .queue_capacity = options.section_queue}),
        fan_out(&sections, SystemClock::Get()),
        profile_rpc(&host->AddDispatcher(profile::v1::ProfileService::service_full_name()),
                    &profile),
        qa_rpc(&host->AddDispatcher(qa::v1::QaService::service_full_name()), &qa),
        recommend_rpc(&host->AddDispatcher(recommend::v1::RecommendService::service_full_name()),
                      &recommend),
        operations_rpc(&host->AddDispatcher(google::longrunning::Operations::service_full_name()),
                       &operations),
        gateway_rpc(&host->AddDispatcher(v1::GatewayService::service_full_name()), &fan_out,
                    {&profile, &qa, &recommend}) {
    host->AddService(&profile_rpc);
    host->AddService(&qa_rpc);
    host->AddService(&recommend_rpc);
    host->AddService(&operations_rpc);
    host->AddService(&gateway_rpc);
  }
  ~Parts() { host->Stop(); }

  const std::unique_ptr<rpc::ServerHost> host;
  const std::shared_ptr<grpc::Channel> recommend_channel;
  const Backend<profile::v1::ProfileService> profile;
  const Backend<qa::v1::QaService> qa;
  const Backend<recommend::v1::RecommendService> recommend;
  const Backend<google::longrunning::Operations> operations;
  Executor sections;
  const FanOut fan_out;
  ProfileForwarding profile_rpc;
  QaForwarding qa_rpc;
  RecommendForwarding recommend_rpc;
  OperationsForwarding operations_rpc;
  Customer360Rpc gateway_rpc;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  rpc::ClientCallOptions call;
  if (!options.backend_token_file.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        call.bearer_token, rpc::ReadSecret("CLIENTELE_BACKEND_TOKEN", options.backend_token_file));
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto host, rpc::ServerHost::Create(options.host));
  auto parts = std::make_unique<Parts>(std::move(host), options, call);
  CLIENTELE_RETURN_IF_ERROR(parts->host->Start());
  parts->host->SetServing(true);
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

void Server::Run() { parts_->host->WaitForTermination(); }

int Server::port() const { return parts_->host->port(); }

}  // namespace clientele::gateway
