#include "services/gateway-service/server.h"

#include <utility>

#include "common/flags/secret.h"
#include "common/rpc/channel.h"
#include "common/rpc/ready_wait.h"
#include "common/status/status_macros.h"
#include "services/gateway-service/rpc/customer360_rpc.h"
#include "services/gateway-service/rpc/operations_forwarding.h"
#include "services/gateway-service/rpc/profile_forwarding.h"
#include "services/gateway-service/rpc/qa_forwarding.h"
#include "services/gateway-service/rpc/recommend_forwarding.h"
#include "services/gateway-service/upstream/backend.h"

namespace clientele::gateway {

// Members are in the order of their dependencies.
struct Server::Impl {
  Impl(const ServerOptions& options, std::unique_ptr<process::ServiceProcess> owned_process,
       const rpc::ClientCallOptions& call)
      : process(std::move(owned_process)),
        profile_channel(rpc::MakeChannel({.target = options.profile_service_address})),
        qa_channel(rpc::MakeChannel({.target = options.qa_service_address})),
        recommend_channel(rpc::MakeChannel({.target = options.recommend_service_address})),
        profile_ready(profile_channel, options.backend_wait),
        qa_ready(qa_channel, options.backend_wait),
        recommend_ready(recommend_channel, options.backend_wait),
        profile("profile-service", profile_channel, &profile_ready, call),
        qa("qa-service", qa_channel, &qa_ready, call),
        recommend("recommend-service", recommend_channel, &recommend_ready, call),
        operations("recommend-service", recommend_channel, &recommend_ready, call),
        sections({.name = "section",
                  .threads = options.section_threads,
                  .queue_capacity = options.section_queue}),
        fan_out(&sections, process->clock()),
        profile_rpc(AddDispatcher(profile::v1::ProfileService::service_full_name()), &profile),
        qa_rpc(AddDispatcher(qa::v1::QaService::service_full_name()), &qa),
        recommend_rpc(AddDispatcher(recommend::v1::RecommendService::service_full_name()),
                      &recommend),
        operations_rpc(AddDispatcher(google::longrunning::Operations::service_full_name()),
                       {{"recommend", &operations}}),
        gateway_rpc(AddDispatcher(v1::GatewayService::service_full_name()), &fan_out,
                    {&profile, &qa, &recommend}) {
    rpc::ServerHost& host = process->host();
    host.AddService(&profile_rpc);
    host.AddService(&qa_rpc);
    host.AddService(&recommend_rpc);
    host.AddService(&operations_rpc);
    host.AddService(&gateway_rpc);
  }
  ~Impl() { process->Stop(); }

  rpc::Dispatcher* AddDispatcher(absl::string_view service) {
    return &process->host().AddDispatcher(service);
  }

  const std::unique_ptr<process::ServiceProcess> process;
  const std::shared_ptr<grpc::Channel> profile_channel;
  const std::shared_ptr<grpc::Channel> qa_channel;
  const std::shared_ptr<grpc::Channel> recommend_channel;
  rpc::ReadyWait profile_ready;
  rpc::ReadyWait qa_ready;
  rpc::ReadyWait recommend_ready;
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
    CLIENTELE_ASSIGN_OR_RETURN(call.bearer_token, flags::ReadSecret("CLIENTELE_BACKEND_TOKEN",
                                                                    options.backend_token_file));
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto process, process::ServiceProcess::Create(options.host));
  auto impl = std::make_unique<Impl>(options, std::move(process), call);
  CLIENTELE_RETURN_IF_ERROR(impl->process->Start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)), process_(impl_->process.get()) {}
Server::~Server() = default;

}  // namespace clientele::gateway
