#include "services/gateway-service/server.h"

#include <utility>

#include "common/flags/secret.h"
#include "common/status/status_macros.h"
#include "services/gateway-service/rpc/customer360_rpc.h"
#include "services/gateway-service/rpc/forwarding_service.h"
#include "services/gateway-service/rpc/models_forwarding.h"
#include "services/gateway-service/rpc/operations_forwarding.h"
#include "services/gateway-service/upstream/backend.h"
#include "services/gateway-service/upstream/upstream.h"

namespace clientele::gateway {

namespace {

Upstream::Options UpstreamOf(const char* name, const std::string& address,
                             const ServerOptions& options, const rpc::ClientCallOptions& call) {
  return {.name = name,
          .address = address,
          .wait = options.backend_wait,
          .max_calls = options.max_backend_calls,
          .call = call};
}

}  // namespace

// Members are in the order of their dependencies.
struct Server::Impl {
  Impl(const ServerOptions& options, std::unique_ptr<process::ServiceProcess> owned_process,
       const rpc::ClientCallOptions& call)
      : process(std::move(owned_process)),
        profile(UpstreamOf("profile-service", options.profile_service_address, options, call)),
        qa(UpstreamOf("qa-service", options.qa_service_address, options, call)),
        recommend(
            UpstreamOf("recommend-service", options.recommend_service_address, options, call)),
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
        models_rpc(AddDispatcher(model::v1::ModelService::service_full_name()),
                   {{"services/profile", &profile_models},
                    {"services/qa", &qa_models},
                    {"services/recommend", &recommend_models}}),
        gateway_rpc(AddDispatcher(v1::GatewayService::service_full_name()), &fan_out,
                    {&profiles, &answers, &recommendations}) {
    rpc::ServerHost& host = process->host();
    host.AddService(&profile_rpc);
    host.AddService(&qa_rpc);
    host.AddService(&recommend_rpc);
    host.AddService(&operations_rpc);
    host.AddService(&models_rpc);
    host.AddService(&gateway_rpc);
  }
  ~Impl() { process->Stop(); }

  rpc::Dispatcher* AddDispatcher(absl::string_view service) {
    return &process->host().AddDispatcher(service);
  }

  const std::unique_ptr<process::ServiceProcess> process;
  Upstream profile;
  Upstream qa;
  Upstream recommend;
  const Backend<profile::v1::ProfileService> profiles{&profile};
  const Backend<qa::v1::QaService> answers{&qa};
  const Backend<recommend::v1::RecommendService> recommendations{&recommend};
  const Backend<google::longrunning::Operations> operations{&recommend};
  const Backend<model::v1::ModelService> profile_models{&profile};
  const Backend<model::v1::ModelService> qa_models{&qa};
  const Backend<model::v1::ModelService> recommend_models{&recommend};
  Executor sections;
  const FanOut fan_out;
  ForwardingService profile_rpc;
  ForwardingService qa_rpc;
  ForwardingService recommend_rpc;
  OperationsForwarding operations_rpc;
  ModelsForwarding models_rpc;
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
