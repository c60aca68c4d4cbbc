#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_ROW_BATCHER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_ROW_BATCHER_H_

// Batches the rows of calls that happen at the same time: the one place where the adapters of
// tasks queue, cut, wait, drop and count.
//
//   RowBatcher<TokenRow, std::vector<float>> batcher({.clock = clock, .workers = 2});
//   CLIENTELE_ASSIGN_OR_RETURN(
//       std::vector<std::vector<float>> rows,
//       batcher.Run(context, model, texts.size(), [&](std::size_t i) { return Tokens(texts[i]);
//       }));
//
// Rows of two versions may meet in a batch while one replaces the other: each is computed by its
// own. A large call goes in parts, so that it leaves room for others. Rows of background contexts
// wait behind those of callers (common/batching/batch_former.h). A row is not computed once its
// deadline is too near, its call is cancelled or its caller left.
//
// Tests drive it by hand, without threads:
//
//   auto manual = std::make_unique<batching::ManualBatchScheduler<Batcher::Row>>(
//       policy, &clock, Batcher::ComputeBatch);
//   batching::ManualBatchScheduler<Batcher::Row>& queue = *manual;
//   Batcher batcher({.clock = &clock, .policy = policy}, std::move(manual));
//   auto pending = batcher.Submit(context, model, {a, b});
//   CHECK(queue.RunOneBatch() == 2);
//   pending->Wait();
//
// Thread-safe. No torch here.

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/batching/batch_policy.h"
#include "common/batching/batch_scheduler.h"
#include "common/batching/inline_batch_queue.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/batched_row.h"
#include "common/inference/tasks/row_model.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace clientele::inference {

struct RowBatcherOptions {
  // Borrowed; outlives the batcher.
  const Clock* clock = SystemClock::Get();
  // True computes in the caller's thread, without queue and threads: for tools and tests.
  bool run_inline = false;
  // Batches computed at the same time; at least 1.
  std::size_t workers = 1;
  batching::BatchPolicy policy = {};
};

template <typename Input, typename Output>
class RowBatcher {
 public:
  using Model = RowModel<Input, Output>;
  using Row = BatchedRow<Input, Output>;
  using Queue = batching::BatchQueue<Row>;
  using Outputs = absl::StatusOr<std::vector<Output>>;
  // The i-th input of a call when its part comes, or nullopt: that row is not computed.
  using Prepare = absl::FunctionRef<absl::StatusOr<std::optional<Input>>(std::size_t)>;

  // Rows that are in the queue. Letting go of it gives them up.
  class Pending {
   public:
    Pending(std::shared_ptr<RowWaiter<Output>> waiter, absl::Time deadline, const Clock* clock)
        : waiter_(std::move(waiter)), deadline_(deadline), clock_(clock) {}
    Pending(Pending&&) noexcept = default;
    Pending& operator=(Pending&&) = delete;
    ~Pending() {
      if (waiter_ != nullptr) waiter_->Abandon();
    }

    // One output a row, in order. Blocks until they are there or the deadline has passed. Once.
    Outputs Wait() { return waiter_->Wait(deadline_ - clock_->Now()); }

   private:
    std::shared_ptr<RowWaiter<Output>> waiter_;
    absl::Time deadline_;
    const Clock* clock_;
  };

  explicit RowBatcher(const RowBatcherOptions& options) : RowBatcher(options, MakeQueue(options)) {}
  // With a queue of the caller's, which computes by ComputeBatch() and has the same policy.
  RowBatcher(const RowBatcherOptions& options, std::unique_ptr<Queue> queue)
      : clock_(options.clock),
        part_(std::max<std::size_t>(
            1, std::min({options.policy.queue_capacity, options.policy.background_queue_capacity,
                         4 * std::max<std::size_t>(1, options.policy.max_batch_rows)}))),
        queue_(std::move(queue)) {}
  // Answers what was accepted, then joins.
  ~RowBatcher() = default;

  // Computes a batch and tells each row.
  static void ComputeBatch(std::vector<std::unique_ptr<Row>> batch) {
    std::stable_sort(batch.begin(), batch.end(), [](const auto& a, const auto& b) {
      return std::less<>()(&a->model(), &b->model());
    });
    for (std::size_t begin = 0; begin < batch.size();) {
      const Model& model = batch[begin]->model();
      const std::size_t most = model.max_rows() > 0 ? model.max_rows() : batch.size();
      std::vector<const Input*> inputs;
      while (begin + inputs.size() < batch.size() && inputs.size() < most &&
             &batch[begin + inputs.size()]->model() == &model) {
        inputs.push_back(&batch[begin + inputs.size()]->input());
      }
      Outputs outputs = Compute(model, inputs);
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (outputs.ok()) {
          batch[begin + i]->Answer(std::move((*outputs)[i]));
        } else {
          batch[begin + i]->Drop(outputs.status());
        }
      }
      begin += inputs.size();
    }
  }

  // Queues rows that fit into the queue together. Does not block, unless it is inline: then the
  // rows are computed. RESOURCE_EXHAUSTED at once when they do not fit, UNAVAILABLE (reason
  // DRAINING) while the batcher ends.
  absl::StatusOr<Pending> Submit(const RequestContext& context,
                                 const std::shared_ptr<const Model>& model,
                                 std::vector<Input> inputs) const {
    auto waiter = std::make_shared<RowWaiter<Output>>(inputs.size());
    std::vector<std::unique_ptr<Row>> rows;
    rows.reserve(inputs.size());
    for (Input& input : inputs) {
      rows.push_back(std::make_unique<Row>(waiter, rows.size(), model, std::move(input), context));
    }
    CLIENTELE_RETURN_IF_ERROR(queue_->Schedule(rows));
    return Pending(std::move(waiter), context.deadline, clock_);
  }

  // One output a row, in order, all by `model`; Output() for a row without input. Blocks the
  // calling worker. Errors: those of Submit() and of `prepare`, DEADLINE_EXCEEDED and CANCELLED
  // without computing, INTERNAL when the model fails.
  Outputs Run(const RequestContext& context, const std::shared_ptr<const Model>& model,
              std::size_t count, Prepare prepare) const {
    std::vector<Output> outputs(count);
    for (std::size_t begin = 0; begin < count; begin += part_) {
      CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
      std::vector<std::size_t> places;
      std::vector<Input> inputs;
      for (std::size_t i = begin; i < std::min(count, begin + part_); ++i) {
        CLIENTELE_ASSIGN_OR_RETURN(std::optional<Input> input, prepare(i));
        if (!input) continue;
        places.push_back(i);
        inputs.push_back(*std::move(input));
      }
      if (inputs.empty()) continue;
      CLIENTELE_ASSIGN_OR_RETURN(Pending pending, Submit(context, model, std::move(inputs)));
      CLIENTELE_ASSIGN_OR_RETURN(std::vector<Output> part, pending.Wait());
      for (std::size_t i = 0; i < places.size(); ++i) outputs[places[i]] = std::move(part[i]);
    }
    return outputs;
  }

  batching::BatchStats stats() const { return queue_->stats(); }

 private:
  static std::unique_ptr<Queue> MakeQueue(const RowBatcherOptions& options) {
    if (options.run_inline) {
      return std::make_unique<batching::InlineBatchQueue<Row>>(options.policy, options.clock,
                                                               ComputeBatch);
    }
    return std::make_unique<batching::BatchScheduler<Row>>(
        batching::BatchSchedulerOptions{.policy = options.policy, .workers = options.workers},
        options.clock, ComputeBatch);
  }

  static Outputs Compute(const Model& model, const std::vector<const Input*>& inputs) {
    try {
      Outputs outputs = model.Compute(inputs);
      if (outputs.ok() && outputs->size() != inputs.size()) {
        return absl::InternalError("the model gave another number of rows than it was given");
      }
      return outputs;
    } catch (const std::exception&) {  // for want of memory, or what the runtime throws
      return absl::InternalError("the model failed");
    }
  }

  const Clock* const clock_;
  const std::size_t part_;  // rows of a call that are queued together
  const std::unique_ptr<Queue> queue_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_ROW_BATCHER_H_
