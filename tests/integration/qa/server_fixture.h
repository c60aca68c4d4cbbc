#ifndef CLIENTELE_TESTS_INTEGRATION_QA_SERVER_FIXTURE_H_
#define CLIENTELE_TESTS_INTEGRATION_QA_SERVER_FIXTURE_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include <grpcpp/client_context.h>

#include "clientele/qa/v1/qa_service.grpc.pb.h"

#include "services/qa-service/server.h"
#include "tests/support/temporary_folder.h"

namespace clientele::qa::testing {

// Keys, a bundle and options of a service, all in a folder of their own.
class ServiceFolder {
 public:
  // `conninfo` is where the database is.
  explicit ServiceFolder(const std::string& conninfo);

  void WriteModel(int version = 1, bool blind = false);
  // tiny-intents/1, see tiny_intents.h.
  void WriteIntents(const std::map<std::string, std::string>& label_by_word);
  // Creates or upgrades the schema.
  void Migrate();
  // A server on a free port.
  std::unique_ptr<Server> Start();

  ServerOptions options;

 private:
  clientele::testing::TemporaryFolder folder_;
};

using Stub = v1::QaService::Stub;

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

v1::CreateArticleRequest CreateRequest(const std::string& id, const std::string& title,
                                       const std::string& body);

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_QA_SERVER_FIXTURE_H_
