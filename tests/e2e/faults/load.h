#ifndef CLIENTELE_TESTS_E2E_FAULTS_LOAD_H_
#define CLIENTELE_TESTS_E2E_FAULTS_LOAD_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

namespace clientele::testing {

struct LoadOptions {
  // Callers, each with one call at a time.
  int writers = 2;       // customers, and batches of their purchases
  int readers = 1;       // the profile of a customer
  int askers = 1;        // questions
  int recommenders = 1;  // recommendations for a customer
  int trainers = 0;      // trainings of the factorization, one after the other
  // Of each call.
  std::chrono::milliseconds deadline{10'000};
};

// Callers of the suite who go on through any fault. What fails is sent again as it
// was, under the same ids, until it is acknowledged; so at the end everything that
// was ever sent must be there, once.
//
//   Load load(suite.gateway(), {.writers = 3});
//   load.Start();
//   ...faults...
//   load.Finish();
//   CHECK(load.Count(suite.gateway()).lost == 0);
class Load {
 public:
  // Creates the items and a customer of its own; throws std::runtime_error when it cannot.
  Load(std::shared_ptr<grpc::Channel> channel, LoadOptions options);
  // Stops at once what still runs.
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void Start();
  // Lets every writer get its last batch acknowledged and every training end, and
  // joins. False when that takes longer than two minutes.
  bool Finish();

  // Writes acknowledged so far: customers, events, and trainings that were accepted.
  std::int64_t acknowledged() const { return acknowledged_; }
  // Calls of all kinds answered OK so far.
  std::int64_t answered() const { return answered_; }
  // Failed calls so far, by "method code reason".
  std::map<std::string, int> failures() const;
  // Failures that a caller must never meet: other codes than UNAVAILABLE,
  // DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED, UNAVAILABLE without advice when to try
  // again, and answers that are wrong.
  std::vector<std::string> wrongs() const;

  // Blocks until a call of each kind of caller has been answered that began after this
  // was called. False when `timeout` passes.
  bool WaitForAnswers(std::chrono::milliseconds timeout);

  // What is there, asked through `channel`.
  struct Counted {
    std::int64_t lost = 0;
    std::int64_t duplicated = 0;
    std::string explanation;
  };
  Counted Count(const std::shared_ptr<grpc::Channel>& channel) const;

 private:
  struct Writer {
    std::string name;
    std::int64_t batches = 0;  // acknowledged
  };
  struct Caller {
    std::string kind;
    std::function<void(Caller&)> turn;
    std::atomic<std::int64_t> answered = 0;
    std::atomic<bool> idle = true;  // nothing sent waits for its acknowledgement
  };

  void AddCallers(const std::string& kind, int count,
                  const std::function<std::function<void(Caller&)>(int)>& make_turn);
  // One call; counts how it went. `check` looks at an OK answer and gives a complaint
  // or "".
  grpc::Status Call(Caller& caller, const char* method,
                    const std::function<grpc::Status(grpc::ClientContext&)>& call,
                    const std::function<std::string()>& check = nullptr);
  void Write(Caller& caller, Writer& writer);
  void Train(Caller& caller);
  void Run(Caller& caller);
  void Pause(std::chrono::milliseconds time);
  void WatchChannel();
  bool stopping() const;

  const std::shared_ptr<grpc::Channel> channel_;
  const LoadOptions options_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::vector<std::thread> threads_;
  std::atomic<std::int64_t> acknowledged_ = 0;
  std::atomic<std::int64_t> answered_ = 0;
  std::atomic<int> trainings_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  enum class Phase { kRunning, kFinishing, kStopping } phase_ = Phase::kRunning;
  std::map<std::string, int> failures_;
  std::vector<std::string> wrongs_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_FAULTS_LOAD_H_
