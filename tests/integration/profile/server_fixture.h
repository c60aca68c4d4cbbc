#ifndef CLIENTELE_TESTS_INTEGRATION_PROFILE_SERVER_FIXTURE_H_
#define CLIENTELE_TESTS_INTEGRATION_PROFILE_SERVER_FIXTURE_H_

#include <memory>
#include <string>

#include <grpcpp/client_context.h>

#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "services/profile-service/server.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile::testing {

// Keys, bundles and options of a service, all in a folder of their own.
class ServiceFolder {
 public:
  // `conninfo` is where the database is.
  explicit ServiceFolder(const std::string& conninfo);

  void WriteModels();
  // tiny-image-encoder and tiny-detector, and the flags that name them.
  void WritePictureModels();
  // Creates or upgrades the schema.
  void Migrate();
  // A server on a free port.
  std::unique_ptr<Server> Start();

  ServerOptions options;

 private:
  clientele::testing::TemporaryFolder folder_;
};

using Stub = v1::ProfileService::Stub;

std::unique_ptr<Stub> Connect(const Server& server);
// Blocks until the server serves, for at most 20 seconds.
bool WaitUntilServing(const Server& server);

// A unary call with a deadline of 20 seconds.
template <class Request, class Response>
grpc::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  return (stub.*method)(&context, request, response);
}

// The profile once all of the customer's texts are embedded, which takes at most 20 seconds.
v1::Profile WaitForProfile(Stub& stub, const std::string& customer);

v1::CreateCustomerRequest CreateRequest(const std::string& id);
v1::Event ViewEvent(const std::string& customer, const std::string& event_id);
// `count` views with the ids first, first + 1, ...
v1::BatchCreateEventsRequest Views(const std::string& customer, int first, int count);

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_PROFILE_SERVER_FIXTURE_H_
