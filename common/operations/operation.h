#ifndef CLIENTELE_COMMON_OPERATIONS_OPERATION_H_
#define CLIENTELE_COMMON_OPERATIONS_OPERATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace clientele::operations {

enum class State {
  kQueued,     // waits for a worker, also after a worker was lost or asked to be called again
  kRunning,    // a worker holds its lease
  kSucceeded,  // `result` is there
  kFailed,     // `error` is there; CANCELLED when it was cancelled
};

// What to run. `request` and `metadata`, like the result, are bytes that only the
// handler and the RPC layer understand: messages with their type, see
// common/rpc/operation_conversion.h.
struct NewOperation {
  std::string kind = {};     // chooses the handler, such as "erase_customer"
  std::string subject = {};  // the customer whose data it touches, or ""
  std::string request = {};
  std::string metadata = {};  // progress, as the first reader should see it
};

// A long-running operation as it is stored. A plain value.
struct Operation {
  std::string id;  // 32 hexadecimal digits, random: knowing it is the right to read it
  std::string kind;
  std::string subject;
  std::string request;
  std::string metadata;
  State state = State::kQueued;
  bool cancel_requested = false;
  int attempts = 0;  // how often a worker has claimed it
  std::string result;
  absl::Status error;
  absl::Time create_time;
  absl::Time update_time;  // of the last change of state or metadata
  absl::Time finish_time = absl::InfiniteFuture();

  bool done() const { return state == State::kSucceeded || state == State::kFailed; }
};

struct OperationPage {
  std::vector<Operation> operations;  // newest first
  std::string next_page_token;        // empty: no more
};

}  // namespace clientele::operations

#endif  // CLIENTELE_COMMON_OPERATIONS_OPERATION_H_
