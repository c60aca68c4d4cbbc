#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_PROFILE_FORWARDING_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_PROFILE_FORWARDING_H_

#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "services/gateway-service/rpc/forwarder.h"

namespace clientele::gateway {

// Serves ProfileService at the gateway's address.
class ProfileForwarding final : public clientele::profile::v1::ProfileService::CallbackService {
 public:
  ProfileForwarding(rpc::Dispatcher* dispatcher,
                    const Backend<clientele::profile::v1::ProfileService>* backend)
      : forward_(dispatcher, backend) {}

  grpc::ServerUnaryReactor* CreateCustomer(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::CreateCustomerRequest* request,
      clientele::profile::v1::Customer* response) override {
    return forward_.Unary(context, request, response, "CreateCustomer", &Async::CreateCustomer);
  }
  grpc::ServerUnaryReactor* BatchCreateCustomers(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::BatchCreateCustomersRequest* request,
      clientele::profile::v1::BatchCreateCustomersResponse* response) override {
    return forward_.Unary(context, request, response, "BatchCreateCustomers",
                          &Async::BatchCreateCustomers);
  }
  grpc::ServerUnaryReactor* GetCustomer(grpc::CallbackServerContext* context,
                                        const clientele::profile::v1::GetCustomerRequest* request,
                                        clientele::profile::v1::Customer* response) override {
    return forward_.Unary(context, request, response, "GetCustomer", &Async::GetCustomer);
  }
  grpc::ServerUnaryReactor* ListCustomers(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::ListCustomersRequest* request,
      clientele::profile::v1::ListCustomersResponse* response) override {
    return forward_.Unary(context, request, response, "ListCustomers", &Async::ListCustomers);
  }
  grpc::ServerUnaryReactor* UpdateCustomer(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::UpdateCustomerRequest* request,
      clientele::profile::v1::Customer* response) override {
    return forward_.Unary(context, request, response, "UpdateCustomer", &Async::UpdateCustomer);
  }
  grpc::ServerUnaryReactor* DeleteCustomer(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::DeleteCustomerRequest* request,
      google::protobuf::Empty* response) override {
    return forward_.Unary(context, request, response, "DeleteCustomer", &Async::DeleteCustomer);
  }
  grpc::ServerUnaryReactor* BatchCreateEvents(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::BatchCreateEventsRequest* request,
      clientele::profile::v1::BatchCreateEventsResponse* response) override {
    return forward_.Unary(context, request, response, "BatchCreateEvents",
                          &Async::BatchCreateEvents);
  }
  grpc::ServerReadReactor<clientele::profile::v1::BatchCreateEventsRequest>* IngestEvents(
      grpc::CallbackServerContext* context,
      clientele::profile::v1::BatchCreateEventsResponse* response) override {
    return forward_.ClientStream(context, response, "IngestEvents", &Stub::IngestEvents);
  }
  grpc::ServerUnaryReactor* ListEvents(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::ListEventsRequest* request,
      clientele::profile::v1::ListEventsResponse* response) override {
    return forward_.Unary(context, request, response, "ListEvents", &Async::ListEvents);
  }
  grpc::ServerUnaryReactor* GetProfile(grpc::CallbackServerContext* context,
                                       const clientele::profile::v1::GetProfileRequest* request,
                                       clientele::profile::v1::Profile* response) override {
    return forward_.Unary(context, request, response, "GetProfile", &Async::GetProfile);
  }
  grpc::ServerUnaryReactor* GetCustomerOverview(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::GetCustomerOverviewRequest* request,
      clientele::profile::v1::CustomerOverview* response) override {
    return forward_.Unary(context, request, response, "GetCustomerOverview",
                          &Async::GetCustomerOverview);
  }
  grpc::ServerWriteReactor<clientele::profile::v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* context,
      const clientele::profile::v1::StreamChangesRequest* request) override {
    return forward_.ServerStream(context, request, "StreamChanges", &Stub::StreamChanges);
  }

 private:
  using Stub = clientele::profile::v1::ProfileService::StubInterface;
  using Async = Stub::async_interface;
  const Forwarder<clientele::profile::v1::ProfileService> forward_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_PROFILE_FORWARDING_H_
