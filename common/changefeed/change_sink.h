#ifndef CLIENTELE_COMMON_CHANGEFEED_CHANGE_SINK_H_
#define CLIENTELE_COMMON_CHANGEFEED_CHANGE_SINK_H_

// Where changes take effect. A store implements it:
//
//   absl::Status PgSink::Apply(absl::string_view expected, const ChangeBatch& batch) {
//     return pool_->Transact(context, [&](Transaction& t) {
//       // UPDATE ... SET cursor = $2 WHERE cursor = $1; no row: AbortedError
//       // then the changes, in order
//     });
//   }
//
// Move the cursor first: its row lock serializes replicas. Since effect and
// cursor commit together, a crash at any point repeats a batch as a whole or not
// at all.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/changefeed/change.h"

namespace clientele::changefeed {

// Thread-safe; shared by the replicas of a service through its database.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;

  // The durable cursor; "" when nothing was applied yet.
  virtual absl::StatusOr<std::string> LoadCursor() = 0;

  // Applies every change of the batch in order and moves the cursor from
  // `expected_cursor` to batch.cursor, in one transaction. ABORTED, without any
  // effect, when the durable cursor is not `expected_cursor`: another replica
  // moved it.
  //
  // A batch with `snapshot` set replaces what the sink holds in that range. After the last part
  // of a snapshot the sink holds exactly what the snapshot had: a customer who was in no part
  // is gone, with everything derived from them.
  virtual absl::Status Apply(absl::string_view expected_cursor, const ChangeBatch& batch) = 0;
};

}  // namespace clientele::changefeed

#endif  // CLIENTELE_COMMON_CHANGEFEED_CHANGE_SINK_H_
