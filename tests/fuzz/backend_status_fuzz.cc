// What a backend answers when it fails: a code in the first byte, known or not, then the details'
// bytes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/rpc/status_bridge.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clientele::fuzz::Require;
  namespace rpc = clientele::rpc;
  if (size == 0) return 0;
  const grpc::Status received(static_cast<grpc::StatusCode>(data[0] % 32), "failed",
                              std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  const absl::Status status = rpc::FromGrpcStatus(received);
  Require(status.ok() == received.ok(), "a failure stays one");
  const grpc::Status sent = rpc::ToGrpcStatus(status);
  const grpc::Status again = rpc::ToGrpcStatus(rpc::FromGrpcStatus(sent));
  Require(again.error_code() == sent.error_code() &&
              again.error_message() == sent.error_message() &&
              again.error_details() == sent.error_details(),
          "a status that was handed on once is handed on as it is");
  return 0;
}
