#ifndef CLIENTELE_COMMON_RPC_LIBRARY_LOG_H_
#define CLIENTELE_COMMON_RPC_LIBRARY_LOG_H_

namespace clientele::rpc {

// Sends the messages of gRPC and protobuf to the process's log, as events "grpc"
// and "protobuf", instead of plain text on stderr. Once is enough; thread-safe.
void RedirectLibraryLogs();

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_LIBRARY_LOG_H_
