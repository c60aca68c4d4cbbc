#include <future>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include "common/rpc/channel.h"
#include "tools/clientele/suite_client.h"

namespace clientele::cli {

// Debian's gRPC ships no generated stub of grpc.health.v1, and the messages are one
// field each: an empty request (the whole process), and status = 1 (SERVING), field 1.
absl::Status CheckHealth(const std::string& address, const std::string& bearer_token) {
  grpc::GenericStub stub(rpc::MakeChannel({.target = address}));
  grpc::ClientContext context;
  rpc::PrepareClientContext(RequestContext(),
                            {.bearer_token = bearer_token, .timeout = absl::Seconds(5)}, &context);
  const grpc::Slice empty("");
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  std::vector<grpc::Slice> slices;
  (void)response.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  if (bytes == std::string("\x08\x01")) return absl::OkStatus();
  return absl::UnavailableError("it answers, but is not serving yet");
}

}  // namespace clientele::cli
