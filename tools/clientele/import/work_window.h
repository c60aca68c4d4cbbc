#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_WORK_WINDOW_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_WORK_WINDOW_H_

// A few pieces of work in flight, never more: Submit waits while the window is full.
//
//   WorkWindow window(4);
//   while (...) CLIENTELE_RETURN_IF_ERROR(window.Submit([batch] { return Send(batch); }));
//   CLIENTELE_RETURN_IF_ERROR(window.Finish());
//
// After the first error nothing new is taken. Submit and Finish belong to one
// thread; work runs on the window's own threads.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace clientele::cli {

class WorkWindow {
 public:
  using Work = std::function<absl::Status()>;

  explicit WorkWindow(int width);  // 1 or more
  // Waits for what was submitted.
  ~WorkWindow();

  // The first error so far; the work is not taken then.
  absl::Status Submit(Work work);
  // Waits for everything that was submitted; the first error.
  absl::Status Finish();

 private:
  void Run();

  const size_t width_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  size_t unfinished_ = 0;  // queued or running
  bool closed_ = false;
  absl::Status first_error_;
  std::vector<std::thread> threads_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_WORK_WINDOW_H_
