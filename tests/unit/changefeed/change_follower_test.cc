#include "common/changefeed/change_follower.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "tests/contract/changefeed/change_sink_contract.h"
#include "tests/support/fake_clock.h"

namespace clientele::changefeed {
namespace {

// A log of changes; a cursor is the number of changes before it. Streams give
// batches of two, and then keep-alives, unless they are told to fail or to block.
class FakeSource final : public ChangeSource {
 public:
  class Stream final : public ChangeStream {
   public:
    Stream(FakeSource* source, std::size_t position) : source_(source), position_(position) {}

    absl::StatusOr<ChangeBatch> Next() override {
      std::unique_lock lock(source_->mutex_);
      if (!source_->next_errors_.empty()) {
        const absl::Status error = source_->next_errors_.back();
        source_->next_errors_.pop_back();
        return error;
      }
      if (position_ == source_->log_.size() && source_->block_at_end_) {
        ++source_->blocked_;
        source_->changed_.notify_all();
        source_->changed_.wait(lock, [this] { return cancelled_; });
      }
      if (cancelled_) return absl::CancelledError("cancelled");
      ChangeBatch batch;
      while (batch.changes.size() < 2 && position_ < source_->log_.size()) {
        batch.changes.push_back(source_->log_[position_++]);
      }
      batch.cursor = position_ == 0 ? "" : absl::StrCat(position_);
      return batch;
    }

    void Cancel() override {
      std::lock_guard lock(source_->mutex_);
      cancelled_ = true;
      source_->changed_.notify_all();
    }

   private:
    FakeSource* const source_;
    std::size_t position_;
    bool cancelled_ = false;
  };

  absl::StatusOr<std::unique_ptr<ChangeStream>> Open(const RequestContext& context,
                                                     absl::string_view cursor) override {
    std::lock_guard lock(mutex_);
    opened_at_.emplace_back(cursor);
    int position = 0;
    (void)absl::SimpleAtoi(cursor, &position);
    return std::make_unique<Stream>(this, static_cast<std::size_t>(position));
  }

  void Append(int count) {
    std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      Change change;
      change.kind = Change::Kind::kEvent;
      change.customer_id = absl::StrCat("customer-", log_.size());
      change.change_time = absl::FromUnixSeconds(1'700'000'000);
      log_.push_back(change);
    }
  }
  void FailNext(absl::Status error) { next_errors_.push_back(std::move(error)); }
  void BlockAtEnd() { block_at_end_ = true; }
  void WaitUntilBlocked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return blocked_ > 0; });
  }
  const std::vector<std::string>& opened_at() const { return opened_at_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Change> log_;
  std::vector<absl::Status> next_errors_;
  std::vector<std::string> opened_at_;
  bool block_at_end_ = false;
  int blocked_ = 0;
};

// The durable side, shared by followers like a database by replicas.
class FakeSink final : public ChangeSink {
 public:
  absl::StatusOr<std::string> LoadCursor() override {
    std::lock_guard lock(mutex_);
    if (!load_error_.ok()) return std::exchange(load_error_, absl::OkStatus());
    return cursor_;
  }
  absl::Status Apply(absl::string_view expected, const ChangeBatch& batch) override {
    std::lock_guard lock(mutex_);
    if (!apply_error_.ok()) return std::exchange(apply_error_, absl::OkStatus());
    if (expected != cursor_) return absl::AbortedError("moved");
    for (const Change& change : batch.changes) ++effect_[change.customer_id];
    cursor_ = batch.cursor;
    return std::exchange(lost_answer_, absl::OkStatus());
  }

  void FailLoad(absl::Status error) { load_error_ = std::move(error); }
  void FailApply(absl::Status error) { apply_error_ = std::move(error); }
  // Commits, but the answer never comes back.
  void LoseAnswer(absl::Status error) { lost_answer_ = std::move(error); }

  const std::string& cursor() const { return cursor_; }
  // How often each change took effect.
  bool EachOnce(std::size_t changes) const {
    return effect_.size() == changes &&
           std::all_of(effect_.begin(), effect_.end(), [](auto& e) { return e.second == 1; });
  }

 private:
  std::mutex mutex_;
  std::string cursor_;
  std::map<std::string, int> effect_;
  absl::Status load_error_, apply_error_, lost_answer_;
};

struct Feed {
  FakeSource source;
  FakeSink sink;
  testing::FakeClock clock;
};

TEST_CASE("the fake keeps the contract of every sink") {
  FakeSink sink;
  CheckChangeSinkContract(sink);
}

TEST_CASE("changes are applied in batches and the cursor moves with them") {
  Feed feed;
  feed.source.Append(3);
  ChangeFollower follower(&feed.source, &feed.sink, {});
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.sink.cursor() == "2");
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.sink.cursor() == "3");
  CHECK(feed.sink.EachOnce(3));
  CHECK(feed.source.opened_at() == std::vector<std::string>{""});
}

TEST_CASE("a follower starts at the durable cursor") {
  Feed feed;
  feed.source.Append(4);
  {
    ChangeFollower first(&feed.source, &feed.sink, {});
    REQUIRE(first.RunOnce().ok());
  }
  ChangeFollower second(&feed.source, &feed.sink, {});
  REQUIRE(second.RunOnce().ok());
  CHECK(feed.source.opened_at() == std::vector<std::string>{"", "2"});
  CHECK(feed.sink.EachOnce(4));
}

TEST_CASE("a cut stream is opened again at the durable cursor") {
  Feed feed;
  feed.source.Append(4);
  ChangeFollower follower(&feed.source, &feed.sink, {});
  REQUIRE(follower.RunOnce().ok());
  feed.source.FailNext(absl::UnavailableError("gone"));
  CHECK(absl::IsUnavailable(follower.RunOnce()));
  CHECK(follower.progress().failures_in_a_row == 1);
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.source.opened_at() == std::vector<std::string>{"", "2"});
  CHECK(feed.sink.EachOnce(4));
  CHECK(follower.progress().failures_in_a_row == 0);
}

TEST_CASE("a batch whose transaction failed is applied later, once") {
  Feed feed;
  feed.source.Append(2);
  feed.sink.FailApply(absl::UnavailableError("database unavailable"));
  ChangeFollower follower(&feed.source, &feed.sink, {});
  CHECK(absl::IsUnavailable(follower.RunOnce()));
  CHECK(feed.sink.cursor().empty());
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.sink.EachOnce(2));
}

TEST_CASE("a batch that committed without an answer is not applied twice") {
  Feed feed;
  feed.source.Append(4);
  feed.sink.LoseAnswer(absl::UnavailableError("commit in doubt"));
  ChangeFollower follower(&feed.source, &feed.sink, {});
  CHECK(absl::IsUnavailable(follower.RunOnce()));
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.source.opened_at() == std::vector<std::string>{"", "2"});
  CHECK(feed.sink.EachOnce(4));
}

TEST_CASE("of two replicas on one cursor the slower drops its batch and reads on") {
  Feed feed;
  feed.source.Append(6);
  ChangeFollower a(&feed.source, &feed.sink, {});
  ChangeFollower b(&feed.source, &feed.sink, {});
  REQUIRE(a.RunOnce().ok());
  REQUIRE(b.RunOnce().ok());
  CHECK(absl::IsAborted(a.RunOnce()));
  CHECK(a.progress().lost_batches == 1);
  CHECK(a.progress().failures_in_a_row == 0);
  REQUIRE(a.RunOnce().ok());
  CHECK(feed.sink.EachOnce(6));
}

TEST_CASE("a sink that is unavailable when the feed opens is asked again") {
  Feed feed;
  feed.source.Append(1);
  feed.sink.FailLoad(absl::UnavailableError("database unavailable"));
  ChangeFollower follower(&feed.source, &feed.sink, {});
  CHECK(absl::IsUnavailable(follower.RunOnce()));
  CHECK(feed.source.opened_at().empty());
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.sink.EachOnce(1));
}

TEST_CASE("keep-alives change nothing, and say that nothing waits") {
  Feed feed;
  std::vector<FollowerProgress> seen;
  ChangeFollower follower(&feed.source, &feed.sink,
                          {.name = "t",
                           .backoff = {},
                           .clock = &feed.clock,
                           .on_progress = [&](const FollowerProgress& p) { seen.push_back(p); }});
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.sink.cursor().empty());
  feed.source.Append(1);
  feed.clock.Advance(absl::Seconds(7));
  REQUIRE(follower.RunOnce().ok());
  REQUIRE(follower.RunOnce().ok());
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].lag == absl::ZeroDuration());
  CHECK(seen[1].lag == absl::Seconds(7));
  CHECK(seen[1].applied_changes == 1);
  CHECK(seen[2].lag == absl::ZeroDuration());
}

TEST_CASE("a refused cursor leads to a snapshot, which replaces what the sink holds") {
  Feed feed;
  feed.source.Append(2);
  ChangeFollower follower(&feed.source, &feed.sink, {});
  REQUIRE(follower.RunOnce().ok());
  const absl::Status refused =
      WithReason(absl::FailedPreconditionError("restored"), kResyncRequired);
  feed.source.FailNext(refused);
  CHECK(follower.RunOnce() == refused);
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.source.opened_at() == std::vector<std::string>{"", ""});
  CHECK(feed.sink.cursor() == "2");
}

TEST_CASE("a cursor that another replica moved since it was refused is tried again") {
  Feed feed;
  feed.source.Append(4);
  ChangeFollower a(&feed.source, &feed.sink, {});
  ChangeFollower b(&feed.source, &feed.sink, {});
  REQUIRE(a.RunOnce().ok());
  feed.source.FailNext(WithReason(absl::FailedPreconditionError("restored"), kResyncRequired));
  CHECK(absl::IsFailedPrecondition(a.RunOnce()));
  REQUIRE(b.RunOnce().ok());
  CHECK(a.RunOnce().ok());
  CHECK(feed.source.opened_at() == std::vector<std::string>{"", "2", "4"});
}

TEST_CASE("a feed is opened again from time to time, which acknowledges what is durable") {
  Feed feed;
  feed.source.Append(6);
  ChangeFollower follower(&feed.source, &feed.sink, {.name = "t", .clock = &feed.clock});
  REQUIRE(follower.RunOnce().ok());
  feed.clock.Advance(absl::Minutes(5));
  REQUIRE(follower.RunOnce().ok());
  REQUIRE(follower.RunOnce().ok());
  CHECK(feed.source.opened_at() == std::vector<std::string>{"", "4"});
  CHECK(feed.sink.EachOnce(6));
}

TEST_CASE("stopping wakes a follower that waits for news") {
  Feed feed;
  feed.source.Append(2);
  feed.source.BlockAtEnd();
  ChangeFollower follower(&feed.source, &feed.sink, {});
  follower.Start();
  feed.source.WaitUntilBlocked();
  follower.Stop();
  CHECK(feed.sink.EachOnce(2));
  CHECK(absl::IsCancelled(follower.RunOnce()));
}

TEST_CASE("a follower recovers from errors by itself") {
  Feed feed;
  feed.source.Append(2);
  feed.source.BlockAtEnd();
  feed.source.FailNext(absl::UnavailableError("once"));
  feed.source.FailNext(absl::UnavailableError("twice"));
  ChangeFollower follower(&feed.source, &feed.sink,
                          {.name = "t",
                           .backoff = {absl::Milliseconds(1), absl::Milliseconds(2), 2.0},
                           .clock = &feed.clock,
                           .on_progress = nullptr});
  follower.Start();
  feed.source.WaitUntilBlocked();
  follower.Stop();
  CHECK(feed.sink.EachOnce(2));
}

}  // namespace
}  // namespace clientele::changefeed
