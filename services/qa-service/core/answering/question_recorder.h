#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_QUESTION_RECORDER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_QUESTION_RECORDER_H_

// Writes asked questions after they have been answered: a database that is slow or unavailable
// never delays or fails an answer. What does not fit the bounded queue, or cannot
// be written, is dropped and counted.
//
// Thread-safe.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "absl/time/time.h"

#include "common/executor/executor.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/question_log.h"

namespace clientele::qa {

struct RecorderOptions {
  // Questions that may wait.
  std::size_t queue_capacity = 1024;
  // For one write.
  absl::Duration write_timeout = absl::Seconds(5);
};

class QuestionRecorder {
 public:
  // `log` and `clock` are borrowed and outlive this.
  QuestionRecorder(QuestionLog* log, const Clock* clock, RecorderOptions options);
  // Drains.
  ~QuestionRecorder();

  // Returns at once. A question without a customer is not kept.
  void Record(AskedQuestion question);

  // Takes nothing further and writes what waits, for at most write_timeout; drops the
  // rest. Idempotent.
  void Drain();

  std::int64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  QuestionLog* const log_;
  const Clock* const clock_;
  const RecorderOptions options_;
  void Write(const AskedQuestion& question);

  std::atomic<std::int64_t> dropped_{0};
  std::mutex mutex_;
  absl::Time give_up_ = absl::InfiniteFuture();  // guarded by mutex_
  Executor executor_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_QUESTION_RECORDER_H_
