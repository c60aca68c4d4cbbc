// One heavy method beside the others.
#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

// Calls of GetProfile that last until they are released.
class HeavyCallers {
 public:
  HeavyCallers(TestServer& server, int running, int callers) : started_(running) {
    server.service->get_profile = [this, running](
                                      const RequestContext&,
                                      const v1::GetProfileRequest&) -> absl::StatusOr<v1::Profile> {
      if (++calls_ <= running) started_.count_down();
      release_.wait();
      return v1::Profile();
    };
    for (int i = 0; i < callers; ++i) {
      threads_.emplace_back([this, &server] {
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
        v1::Profile profile;
        const grpc::Status status =
            server.stub->GetProfile(&context, v1::GetProfileRequest(), &profile);
        if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) ++refused_;
        if (status.ok()) ++answered_;
      });
    }
    started_.wait();
  }
  ~HeavyCallers() { Release(); }

  void Release() {
    if (threads_.empty()) return;
    release_.count_down();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  int refused() const { return refused_; }
  int answered() const { return answered_; }

 private:
  std::latch started_;
  std::latch release_{1};
  std::atomic<int> calls_ = 0, refused_ = 0, answered_ = 0;
  std::vector<std::thread> threads_;
};

TEST_CASE("a method that has its share of the workers leaves the rest to the others") {
  TestServer server({.worker_threads = 4, .worker_queue = 100, .method_share = 0.5});
  HeavyCallers heavy(server, 2, 16);
  for (int i = 0; i < 20; ++i) CHECK(server.Get("customers/42").status.ok());
  heavy.Release();
  CHECK(heavy.answered() == 16);
  CHECK(heavy.refused() == 0);
}

TEST_CASE("a method beyond its share of the queue is refused, and no other") {
  TestServer server({.worker_threads = 2, .worker_queue = 4, .method_share = 0.5});
  HeavyCallers heavy(server, 1, 16);
  for (int i = 0; i < 20; ++i) CHECK(server.Get("customers/42").status.ok());
  heavy.Release();
  CHECK(heavy.refused() + heavy.answered() == 16);
  CHECK(heavy.answered() >= 3);  // one that runs, two that wait
}

TEST_CASE("a method may have a share of its own") {
  TestServer server(
      {.worker_threads = 4, .method_share = 1, .method_shares = {{"GetProfile", 0.25}}});
  HeavyCallers heavy(server, 1, 16);
  for (int i = 0; i < 20; ++i) CHECK(server.Get("customers/42").status.ok());
}

}  // namespace
}  // namespace clientele::rpc::testing
