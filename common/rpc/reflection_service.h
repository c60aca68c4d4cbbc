#ifndef CLIENTELE_COMMON_RPC_REFLECTION_SERVICE_H_
#define CLIENTELE_COMMON_RPC_REFLECTION_SERVICE_H_

// grpc.reflection.v1, beside the v1alpha that gRPC 1.51 brings: the descriptors that are linked
// into the process, among them grpc.health.v1.Health. Part of server_host.h. Thread-safe.

#include <string>
#include <utility>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"

namespace clientele::rpc::internal {

class ReflectionService final : public grpc::reflection::v1::ServerReflection::CallbackService {
 public:
  // Full names of the services of this server.
  explicit ReflectionService(std::vector<std::string> services);

  grpc::ServerBidiReactor<grpc::reflection::v1::ServerReflectionRequest,
                          grpc::reflection::v1::ServerReflectionResponse>*
  ServerReflectionInfo(grpc::CallbackServerContext* context) override;

  grpc::reflection::v1::ServerReflectionResponse Answer(
      const grpc::reflection::v1::ServerReflectionRequest& request) const;

 private:
  const std::vector<std::string> services_;  // sorted
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_REFLECTION_SERVICE_H_
