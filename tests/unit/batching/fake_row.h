#ifndef CLIENTELE_TESTS_UNIT_BATCHING_FAKE_ROW_H_
#define CLIENTELE_TESTS_UNIT_BATCHING_FAKE_ROW_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/cancellation.h"
#include "common/executor/priority.h"

namespace clientele::batching::testing {

// What became of the rows, by name. Thread-safe.
struct Fate {
  void Computed(const std::string& name) {
    std::lock_guard lock(mutex);
    computed.push_back(name);
  }
  void Dropped(const std::string& name, const absl::Status& status) {
    std::lock_guard lock(mutex);
    dropped.emplace_back(name, status);
  }

  std::mutex mutex;
  std::vector<std::string> computed;
  std::vector<std::pair<std::string, absl::Status>> dropped;
};

class FakeRow {
 public:
  FakeRow(std::string name, std::int64_t length, absl::Time deadline = absl::InfiniteFuture(),
          Fate* fate = nullptr, CancellationToken token = {},
          Priority priority = Priority::kInteractive)
      : name_(std::move(name)),
        length_(length),
        deadline_(deadline),
        fate_(fate),
        token_(std::move(token)),
        priority_(priority) {}

  std::int64_t length() const { return length_; }
  absl::Time deadline() const { return deadline_; }
  bool cancelled() const { return token_.IsCancelled(); }
  Priority priority() const { return priority_; }
  void Drop(const absl::Status& status) {
    if (fate_ != nullptr) fate_->Dropped(name_, status);
  }
  void Finish() {
    if (fate_ != nullptr) fate_->Computed(name_);
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::int64_t length_;
  absl::Time deadline_;
  Fate* fate_;
  CancellationToken token_;
  Priority priority_;
};

using FakeRows = std::vector<std::unique_ptr<FakeRow>>;

template <typename... Args>
FakeRows OneRow(Args&&... args) {
  FakeRows rows;
  rows.push_back(std::make_unique<FakeRow>(std::forward<Args>(args)...));
  return rows;
}

inline std::unique_ptr<FakeRow> BackgroundRow(std::string name, std::int64_t length = 1,
                                              Fate* fate = nullptr) {
  return std::make_unique<FakeRow>(std::move(name), length, absl::InfiniteFuture(), fate,
                                   CancellationToken(), Priority::kBackground);
}

// "a b c": the names of a batch in its order.
inline std::string Names(const FakeRows& rows) {
  std::string names;
  for (const auto& row : rows) names += (names.empty() ? "" : " ") + row->name();
  return names;
}

}  // namespace clientele::batching::testing

#endif  // CLIENTELE_TESTS_UNIT_BATCHING_FAKE_ROW_H_
