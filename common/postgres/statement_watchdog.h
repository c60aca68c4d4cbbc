#ifndef CLIENTELE_COMMON_POSTGRES_STATEMENT_WATCHDOG_H_
#define CLIENTELE_COMMON_POSTGRES_STATEMENT_WATCHDOG_H_

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace clientele::postgres::internal {

// Ends waits for a server that does not answer at all: PostgreSQL's statement_timeout
// helps only while PostgreSQL and the network between work. libpq waits without bound;
// shutting the socket down makes its read return, and the statement fails as on any lost
// connection.
//
//   StatementWatchdog watch;
//   const StatementWatchdog::Guard guard(watch, socket, absl::Seconds(7));
//   connection.exec(...);   // returns after 7 s at the latest
//
// One thread for any number of guards. Thread-safe; outlives its guards.
class StatementWatchdog {
 public:
  StatementWatchdog();
  ~StatementWatchdog();
  StatementWatchdog(const StatementWatchdog&) = delete;
  StatementWatchdog& operator=(const StatementWatchdog&) = delete;

  class Guard {
   public:
    // `socket` stays open as long as the guard. No watch for InfiniteDuration().
    Guard(StatementWatchdog& watch, int socket, absl::Duration patience);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    friend class StatementWatchdog;
    StatementWatchdog& watch_;
    std::multimap<std::chrono::steady_clock::time_point, int>::iterator place_;
    bool watched_ = false;
  };

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  // Sockets by the time when patience ends.
  std::multimap<TimePoint, int> waits_;
  // When the thread checks next. Waits mostly end long before, so that a new one
  // seldom has to wake it.
  TimePoint next_look_ = TimePoint::max();
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_STATEMENT_WATCHDOG_H_
