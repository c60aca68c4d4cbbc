#ifndef CLIENTELE_COMMON_RPC_STREAM_H_
#define CLIENTELE_COMMON_RPC_STREAM_H_

// What a streaming handler sees of its stream: blocking calls on the stream's own
// worker. Tests implement both with a vector.
//
// Used by one thread at a time.

#include "absl/status/status.h"
#include "absl/status/statusor.h"

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

// The incoming side of a client stream.
//
//   while (true) {
//     CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader.Read(&message));
//     if (!more) break;
//     ...
//   }
template <class Request>
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // Blocks for the next message: true with *message filled, false after the last
  // one. CANCELLED when the caller went away: return that status.
  virtual absl::StatusOr<bool> Read(Request* message) = 0;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_STREAM_H_
