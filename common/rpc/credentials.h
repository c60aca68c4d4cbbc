#ifndef CLIENTELE_COMMON_RPC_CREDENTIALS_H_
#define CLIENTELE_COMMON_RPC_CREDENTIALS_H_

// How connections are secured: the one place that says so, for servers and channels alike. They
// are in clear text today: listen on loopback, or in a network that encrypts.
//
//   builder.AddListeningPort(endpoint, MakeServerCredentials(), &port);
//   auto channel = grpc::CreateChannel(target, MakeChannelCredentials());
//
// Thread-safe.

#include <memory>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

namespace clientele::rpc {

// Never null.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials();
std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials();

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_CREDENTIALS_H_
