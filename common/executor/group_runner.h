#ifndef CLIENTELE_COMMON_EXECUTOR_GROUP_RUNNER_H_
#define CLIENTELE_COMMON_EXECUTOR_GROUP_RUNNER_H_

// Lets callers share what is dear and can be done for many at once, such as a commit: whoever
// comes while a group runs waits and is in the next one. There is no thread and no wait for
// company: the first in line runs the group on its own thread.
//
//   GroupRunner<Write> groups([&](std::vector<Write*>& group) { CommitTogether(group); },
//                             {.max_weight = 500});
//   Write write{...};
//   groups.Run(write, /*weight=*/1);   // returns when a group with `write` has been run
//
// Groups are made in the order of arrival. Thread-safe.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace clientele {

struct GroupRunnerOptions {
  std::size_t max_members = 64;  // of a group; at least 1
  // Of a group, unless its first member alone weighs more.
  std::size_t max_weight = 1000;
  // Groups that run at the same time; at least 1.
  std::size_t groups_at_once = 1;
};

template <class Member>
class GroupRunner {
 public:
  // Called with members in their order, on the thread of one of them; must not throw.
  using Function = std::function<void(std::vector<Member*>&)>;

  GroupRunner(Function run, GroupRunnerOptions options) : run_(std::move(run)), options_(options) {}
  GroupRunner(const GroupRunner&) = delete;
  GroupRunner& operator=(const GroupRunner&) = delete;

  void Run(Member& member, std::size_t weight) {
    std::unique_lock lock(mutex_);
    Place place{.member = &member, .weight = weight};
    line_.push_back(&place);
    place.changed.wait(lock, [&] { return place.done || MayLead(place); });
    if (place.done) return;
    Lead(lock);
  }

  // Members that wait, and groups that run.
  std::size_t waiting() const {
    std::lock_guard lock(mutex_);
    return line_.size();
  }
  std::size_t running() const {
    std::lock_guard lock(mutex_);
    return running_;
  }

 private:
  // Of one caller in the line; on the caller's stack.
  struct Place {
    Member* member = nullptr;
    std::size_t weight = 0;
    bool done = false;
    std::condition_variable changed = {};
  };

  bool MayLead(const Place& place) const {
    return running_ < options_.groups_at_once && !line_.empty() && line_.front() == &place;
  }

  // Runs a group with the first in line, who is the caller.
  void Lead(std::unique_lock<std::mutex>& lock) {
    std::vector<Place*> places;
    std::vector<Member*> members;
    std::size_t weight = 0;
    while (!line_.empty() && places.size() < options_.max_members &&
           (places.empty() || weight + line_.front()->weight <= options_.max_weight)) {
      weight += line_.front()->weight;
      places.push_back(line_.front());
      members.push_back(line_.front()->member);
      line_.pop_front();
    }
    ++running_;
    CallNext();
    lock.unlock();
    run_(members);
    lock.lock();
    --running_;
    // Under the lock: a place goes as soon as its caller sees that it is done.
    for (Place* place : places) {
      place->done = true;
      place->changed.notify_one();
    }
    CallNext();
  }

  void CallNext() {
    if (running_ < options_.groups_at_once && !line_.empty()) line_.front()->changed.notify_one();
  }

  const Function run_;
  const GroupRunnerOptions options_;
  mutable std::mutex mutex_;
  std::deque<Place*> line_;
  std::size_t running_ = 0;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_GROUP_RUNNER_H_
