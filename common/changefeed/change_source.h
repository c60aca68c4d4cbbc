#ifndef CLIENTELE_COMMON_CHANGEFEED_CHANGE_SOURCE_H_
#define CLIENTELE_COMMON_CHANGEFEED_CHANGE_SOURCE_H_

// Where changes come from. common/rpc/profile_change_source.h reads them from
// profile-service; tests use a fake.

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/changefeed/change.h"
#include "common/executor/request_context.h"

namespace clientele::changefeed {

// One open feed. Next() is called by one thread at a time; Cancel() by any.
class ChangeStream {
 public:
  virtual ~ChangeStream() = default;

  // Blocks for the next batch or keep-alive. Any error ends the stream for good:
  // OUT_OF_RANGE when the source ended it normally, CANCELLED after Cancel(),
  // UNAVAILABLE when the source cannot be reached, FAILED_PRECONDITION with reason
  // kResyncRequired when it cannot continue from the cursor.
  virtual absl::StatusOr<ChangeBatch> Next() = 0;

  // Makes a blocked or later Next() return CANCELLED soon. Idempotent.
  virtual void Cancel() = 0;
};

class ChangeSource {
 public:
  virtual ~ChangeSource() = default;

  // Opens the feed behind `cursor`, which tells the source that everything up to there is
  // durable. An empty cursor gives a snapshot and then the changes since it was begun. May
  // succeed while the source cannot be reached; the first Next() then fails. Thread-safe.
  virtual absl::StatusOr<std::unique_ptr<ChangeStream>> Open(const RequestContext& context,
                                                             absl::string_view cursor) = 0;
};

}  // namespace clientele::changefeed

#endif  // CLIENTELE_COMMON_CHANGEFEED_CHANGE_SOURCE_H_
