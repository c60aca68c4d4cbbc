#include "common/changefeed/change_follower.h"

#include <algorithm>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::changefeed {

ChangeFollower::ChangeFollower(ChangeSource* source, ChangeSink* sink,
                               ChangeFollowerOptions options)
    : source_(source),
      sink_(sink),
      options_(std::move(options)),
      clock_(options_.clock != nullptr ? options_.clock : SystemClock::Get()),
      random_(std::random_device{}()) {}

ChangeFollower::~ChangeFollower() { Stop(); }

void ChangeFollower::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ChangeFollower::Stop() {
  std::shared_ptr<ChangeStream> open;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    open = stream_;
  }
  cancellation_.Cancel();
  stopped_condition_.notify_all();
  if (open != nullptr) open->Cancel();
  if (thread_.joinable()) thread_.join();
}

FollowerProgress ChangeFollower::progress() const {
  std::lock_guard lock(mutex_);
  return progress_;
}

absl::Status ChangeFollower::OpenStream() {
  CLIENTELE_ASSIGN_OR_RETURN(cursor_, sink_->LoadCursor());
  RequestContext context;
  context.caller.name = options_.name;
  context.purpose = "change-feed";
  context.cancellation = cancellation_.token();
  // Refused once means refused for ever; another replica may have moved it since.
  const bool resync = refused_cursor_.has_value() && *refused_cursor_ == cursor_;
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<ChangeStream> opened,
                             source_->Open(context, resync ? "" : cursor_));
  opened_at_ = clock_->Now();
  std::shared_ptr<ChangeStream> stream = std::move(opened);
  bool stopped;
  {
    std::lock_guard lock(mutex_);
    stream_ = stream;
    stopped = stopped_;
  }
  if (stopped) stream->Cancel();
  return absl::OkStatus();
}

void ChangeFollower::CloseStream() {
  std::shared_ptr<ChangeStream> closing;
  {
    std::lock_guard lock(mutex_);
    closing = std::move(stream_);
    stream_.reset();
  }
  if (closing != nullptr) closing->Cancel();
}

absl::Status ChangeFollower::Iterate() {
  if (cancellation_.token().IsCancelled()) return absl::CancelledError("the follower was stopped");
  // Only this thread assigns stream_, so reading it here needs no lock.
  if (stream_ == nullptr) CLIENTELE_RETURN_IF_ERROR(OpenStream());
  const absl::StatusOr<ChangeBatch> next = stream_->Next();
  if (!next.ok() && GetReason(next.status()) == kResyncRequired) refused_cursor_ = cursor_;
  CLIENTELE_RETURN_IF_ERROR(next.status());
  const ChangeBatch& batch = *next;
  absl::Duration lag = absl::ZeroDuration();
  if (batch.cursor.empty() && !batch.changes.empty()) {
    return absl::DataLossError("the change source sent changes without a cursor");
  }
  const bool moved = !batch.cursor.empty() && batch.cursor != cursor_;
  if (!batch.changes.empty() || moved || batch.snapshot.has_value()) {
    CLIENTELE_RETURN_IF_ERROR(sink_->Apply(cursor_, batch));
    cursor_ = batch.cursor;
  }
  absl::Time newest = absl::InfinitePast();
  for (const Change& change : batch.changes) newest = std::max(newest, change.change_time);
  if (!batch.changes.empty()) lag = std::max(absl::ZeroDuration(), clock_->Now() - newest);

  if (clock_->Now() - opened_at_ >= options_.acknowledge_interval) CloseStream();

  std::lock_guard lock(mutex_);
  progress_.lag = lag;
  if (batch.snapshot.has_value() && !batch.snapshot->through.has_value()) ++progress_.snapshots;
  if (!batch.changes.empty()) {
    ++progress_.applied_batches;
    progress_.applied_changes += static_cast<std::int64_t>(batch.changes.size());
  }
  return absl::OkStatus();
}

absl::Status ChangeFollower::RunOnce() {
  absl::Status status = Iterate();
  if (!status.ok()) CloseStream();
  FollowerProgress now;
  {
    std::lock_guard lock(mutex_);
    progress_.last_status = status;
    if (status.ok()) {
      progress_.failures_in_a_row = 0;
    } else if (absl::IsAborted(status)) {
      ++progress_.lost_batches;
    } else {
      ++progress_.failures_in_a_row;
    }
    now = progress_;
  }
  if (options_.on_progress) options_.on_progress(now);
  return status;
}

void ChangeFollower::Run() {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  while (true) {
    const absl::Status status = RunOnce();
    std::unique_lock lock(mutex_);
    if (stopped_) return;
    if (status.ok()) continue;
    // A lost race is no failure, but hurrying back would lose the next one too.
    const absl::Duration delay =
        BackoffDelay(options_.backoff, std::max(1, progress_.failures_in_a_row), uniform(random_));
    stopped_condition_.wait_for(lock, absl::ToChronoMilliseconds(delay),
                                [this] { return stopped_; });
    if (stopped_) return;
  }
}

}  // namespace clientele::changefeed
