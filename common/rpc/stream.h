#ifndef CLIENTELE_COMMON_RPC_STREAM_H_
#define CLIENTELE_COMMON_RPC_STREAM_H_

// What a handler sees of its server stream: blocking calls on the stream's own
// worker. Tests implement it with a vector.
//
// Used by one thread at a time.

#include "absl/status/status.h"

namespace clientele::rpc {

// The outgoing side of a server stream.
template <class Response>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Sends a message; blocks until the previous one has left (flow control: a slow
  // reader slows the handler). CANCELLED when the caller went away, UNAVAILABLE
  // (reason DRAINING) when the server shuts down: return that status.
  virtual absl::Status Write(Response message) = 0;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_STREAM_H_
