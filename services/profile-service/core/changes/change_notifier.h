#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_NOTIFIER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_NOTIFIER_H_

// Wakes waiting change streams when there may be something new: at once for what this
// process stored, within a poll interval for what other replicas stored. One
// cheap poll serves all streams, and no poll runs while nobody waits.
//
//   ChangeNotifier notifier(&change_store, clock);
//   notifier.Start(absl::Milliseconds(200));
//   ...
//   const uint64_t seen = notifier.generation();
//   ... read; nothing there ...
//   notifier.WaitForNews(seen, absl::Seconds(5), context.cancellation);
//
// Thread-safe.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"

#include "common/executor/cancellation.h"
#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_store.h"

namespace clientele::profile {

class ChangeNotifier {
 public:
  // Both are borrowed and outlive the notifier.
  ChangeNotifier(ChangeStore* store, const Clock* clock) : store_(store), clock_(clock) {}
  ~ChangeNotifier();
  ChangeNotifier(const ChangeNotifier&) = delete;
  ChangeNotifier& operator=(const ChangeNotifier&) = delete;

  // Starts polling in a thread of its own, until Stop() or the destructor.
  void Start(absl::Duration interval);
  void Stop();

  // `wake` is called from then on whenever this process has committed changes, on the thread that
  // did; it returns at once. Before the first change.
  void OnPublished(std::function<void()> wake);
  // This process has committed changes.
  void Published();
  // One poll of the store. An error counts as nothing new: readers notice by
  // themselves.
  void PollOnce();

  // Take it before looking for changes, so that none slips in between.
  uint64_t generation() const;
  // Waits until there may be something newer than `seen`; true then, false
  // after `timeout` or cancellation.
  bool WaitForNews(uint64_t seen, absl::Duration timeout, const CancellationToken& cancellation);
  // Streams that wait now.
  int waiting() const;

 private:
  void PollLoop(absl::Duration interval);

  ChangeStore* const store_;
  const Clock* const clock_;
  std::vector<std::function<void()>> wakes_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t generation_ = 0;
  int64_t last_seq_ = -1;  // -1: not known
  std::string epoch_;
  int waiting_ = 0;
  bool stopping_ = false;
  std::condition_variable stop_;
  std::thread poller_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_NOTIFIER_H_
