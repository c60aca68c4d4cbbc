#ifndef CLIENTELE_TESTS_UNIT_RPC_HEALTH_PROBE_H_
#define CLIENTELE_TESTS_UNIT_RPC_HEALTH_PROBE_H_

// grpc.health.v1 without its proto: request {1: service}, response {1: status},
// where 1 is SERVING and 2 NOT_SERVING.

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

namespace clientele::rpc::testing {

// The bytes of the answer to `bytes`, or the status.
inline grpc::Status CallBytes(const std::shared_ptr<grpc::Channel>& channel,
                              const std::string& method, const std::string& bytes,
                              std::string* answer) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  grpc::Status status = done.get_future().get();
  std::vector<grpc::Slice> slices;
  if (status.ok() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      answer->append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return status;
}

// "SERVING", "NOT_SERVING", or the gRPC code as a number.
inline std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel,
                            const std::string& service) {
  std::string request;
  if (!service.empty()) {
    request = std::string("\x0a") + static_cast<char>(service.size()) + service;
  }
  std::string answer;
  const grpc::Status status = CallBytes(channel, "/grpc.health.v1.Health/Check", request, &answer);
  if (!status.ok()) return std::to_string(status.error_code());
  return answer == std::string("\x08\x01") ? "SERVING" : "NOT_SERVING";
}

}  // namespace clientele::rpc::testing

#endif  // CLIENTELE_TESTS_UNIT_RPC_HEALTH_PROBE_H_
