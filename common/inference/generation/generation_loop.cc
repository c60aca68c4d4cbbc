#include "common/inference/generation/generation_loop.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "common/status/error_details.h"

namespace clientele::inference {
namespace {

// Prompts of one class share a prefill: 1 to 8 tokens, 9 to 16, 17 to 32, ...
int LengthClass(std::size_t length) { return std::bit_width(std::max<std::size_t>(8, length) - 1); }

std::int64_t Bytes(const CacheShape& shape, std::int64_t bytes_per_position) {
  return shape.cells() * bytes_per_position;
}

std::int64_t MostRows(const GenerationRequest& request, std::int64_t max_rows) {
  const std::int64_t limit = request.model->manifest().limits().max_batch_rows();
  return limit > 0 ? std::min(limit, max_rows) : max_rows;
}

}  // namespace

GenerationLoop::GenerationLoop(GenerationLoopOptions options) : options_(options) {}
GenerationLoop::~GenerationLoop() = default;

absl::Status GenerationLoop::Add(std::unique_ptr<GenerationRequest>& request, absl::Time now) {
  // Alone, it must fit: else it would wait for ever.
  if (request->reserve.rows > MostRows(*request, options_.max_rows)) {
    return InvalidField("beams", "is more than the rows that generate at the same time");
  }
  if (Bytes(request->reserve, request->bytes_per_position) > options_.max_cache_bytes) {
    return InvalidField("max_new_tokens", "prompt and budget are larger than the key-value cache");
  }
  std::vector<Dropped> dropped;
  bool full = false;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.queue_capacity) SweepWaiting(now, dropped);
    full = waiting_.size() >= options_.queue_capacity;
    if (!full) waiting_.push_back(std::move(request));
    counters_.Update([&](GenerationStats& stats) {
      (full ? stats.refused : stats.accepted) += 1;
      stats.waiting = waiting_.size();
    });
  }
  for (Dropped& one : dropped) one.request->sink->OnDone(one.status);
  if (!full) return absl::OkStatus();
  return BusyError("the generator's queue is full: try again later", absl::Milliseconds(500));
}

void GenerationLoop::CountRefused() {
  counters_.Update([](GenerationStats& stats) { stats.refused += 1; });
}

bool GenerationLoop::HasWork() const {
  std::lock_guard lock(mutex_);
  return running_ || !waiting_.empty();
}

// Called under the lock; `dropped` is told after it.
void GenerationLoop::SweepWaiting(absl::Time now, std::vector<Dropped>& dropped) {
  std::erase_if(waiting_, [&](std::unique_ptr<GenerationRequest>& request) {
    if (request->sink->cancelled()) {
      counters_.Update([](GenerationStats& stats) { stats.cancelled += 1; });
      dropped.push_back(
          {std::move(request),
           WithReason(absl::CancelledError("the caller cancelled the call"), reason::kCancelled)});
      return true;
    }
    if (now >= request->deadline) {
      counters_.Update([](GenerationStats& stats) { stats.expired += 1; });
      dropped.push_back(
          {std::move(request),
           WithReason(absl::DeadlineExceededError(
                          "the call's deadline passed while it waited for the generator"),
                      reason::kDeadlineExceeded)});
      return true;
    }
    return false;
  });
}

GenerationPool* GenerationLoop::PoolOf(const GeneratorModel& model) const {
  for (const auto& pool : pools_) {
    if (&pool->model() == &model) return pool.get();
  }
  return nullptr;
}

// Whether it can run with everything that runs and with `beside`, which are for its model.
bool GenerationLoop::Fits(const GenerationRequest& request, const Requests& beside) const {
  CacheShape own;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  for (const auto& pool : pools_) {
    const CacheShape reserved = pool->reserved();
    rows += reserved.rows;
    if (&pool->model() == request.model.get()) {
      own = reserved;
    } else {
      bytes += Bytes(reserved, pool->bytes_per_position());
    }
  }
  for (const auto& other : beside) {
    own = Beside(own, other->reserve);
    rows += other->reserve.rows;
  }
  own = Beside(own, request.reserve);
  rows += request.reserve.rows;
  bytes += Bytes(own, request.bytes_per_position);
  return rows <= options_.max_rows && own.rows <= MostRows(request, options_.max_rows) &&
         bytes <= options_.max_cache_bytes;
}

// Called under the lock. The oldest waiting request with those that can be prefilled with
// it in `cells` cells, in order of arrival; none when it does not fit now.
GenerationLoop::Requests GenerationLoop::Gather(std::int64_t cells) {
  Requests batch;
  std::int64_t longest = 0;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    GenerationRequest& request = **it;
    const bool joins = batch.empty() ||
                       (request.model == batch[0]->model &&
                        LengthClass(request.prompt.size()) == LengthClass(batch[0]->prompt.size()));
    if (!joins) {
      ++it;
      continue;
    }
    longest = std::max(longest, static_cast<std::int64_t>(request.prompt.size()));
    if (longest * static_cast<std::int64_t>(batch.size() + 1) > cells) break;
    if (!Fits(request, batch)) break;
    batch.push_back(std::move(*it));
    it = waiting_.erase(it);
  }
  return batch;
}

// Prefills one batch and takes its cells off; false when none is due in this iteration.
bool GenerationLoop::AdmitOne(std::int64_t& cells) {
  Requests batch;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) return false;
    // The first of an iteration goes however long it is.
    const auto oldest = static_cast<std::int64_t>(waiting_.front()->prompt.size());
    batch = Gather(cells == options_.max_prefill_cells ? std::max(cells, oldest) : cells);
    if (batch.empty()) return false;
    running_ = true;
  }
  std::size_t longest = 0;
  for (const auto& request : batch) longest = std::max(longest, request->prompt.size());
  cells -= static_cast<std::int64_t>(longest * batch.size());

  GenerationPool* pool = PoolOf(*batch[0]->model);
  if (pool == nullptr) {
    pools_.push_back(std::make_unique<GenerationPool>(batch[0]->model, &counters_));
    pool = pools_.back().get();
  }
  pool->Admit(std::move(batch));
  return cells > 0;
}

bool GenerationLoop::RunOnce(absl::Time now) {
  std::vector<Dropped> dropped;
  {
    std::lock_guard lock(mutex_);
    SweepWaiting(now, dropped);
  }
  for (Dropped& one : dropped) one.request->sink->OnDone(one.status);
  for (const auto& pool : pools_) pool->Sweep(now);

  std::int64_t cells = options_.max_prefill_cells;
  while (AdmitOne(cells)) {
  }
  for (const auto& pool : pools_) pool->Step();
  std::erase_if(pools_, [](const auto& pool) { return pool->running() == 0; });
  Publish();
  return HasWork();
}

void GenerationLoop::Publish() {
  std::lock_guard lock(mutex_);
  running_ = !pools_.empty();
  counters_.Update([&](GenerationStats& stats) {
    stats.waiting = waiting_.size();
    stats.running = stats.active_rows = stats.cache_bytes = stats.reserved_bytes = 0;
    for (const auto& pool : pools_) {
      stats.running += pool->running();
      stats.active_rows += pool->active_rows();
      stats.cache_bytes += static_cast<std::uint64_t>(pool->cache_bytes());
      stats.reserved_bytes +=
          static_cast<std::uint64_t>(Bytes(pool->reserved(), pool->bytes_per_position()));
    }
  });
}

}  // namespace clientele::inference
