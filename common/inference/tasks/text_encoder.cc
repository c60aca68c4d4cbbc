#include "common/inference/tasks/text_encoder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/batching/batch_scheduler.h"
#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/model_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using Vector = std::vector<float>;

// The rows that one call waits for. Shared, because the caller may leave first.
class Waiter {
 public:
  explicit Waiter(std::size_t rows) : remaining_(rows), vectors_(rows) {}

  // Each row is told once.
  void Tell(std::size_t row, absl::StatusOr<Vector> vector) {
    {
      std::lock_guard lock(mutex_);
      if (vector.ok()) {
        vectors_[row] = *std::move(vector);
      } else if (status_.ok()) {
        status_ = vector.status();
      }
      --remaining_;
      if (remaining_ > 0) return;
    }
    done_.notify_all();
  }

  // Blocks until every row was told, at most for `timeout`.
  absl::StatusOr<std::vector<Vector>> Wait(absl::Duration timeout) {
    std::unique_lock lock(mutex_);
    const auto all_told = [this] { return remaining_ == 0; };
    if (timeout > absl::Hours(24)) {
      done_.wait(lock, all_told);
    } else if (!done_.wait_for(lock, absl::ToChronoNanoseconds(timeout), all_told)) {
      abandoned_.store(true, std::memory_order_release);
      return WithReason(absl::DeadlineExceededError("the call's deadline passed while its texts "
                                                    "waited for the model"),
                        reason::kDeadlineExceeded);
    }
    if (!status_.ok()) return status_;
    return std::move(vectors_);
  }

  bool abandoned() const { return abandoned_.load(std::memory_order_acquire); }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t remaining_;
  std::vector<Vector> vectors_;
  absl::Status status_;
  std::atomic<bool> abandoned_{false};
};

// One text on its way through the queue.
class Row {
 public:
  Row(std::shared_ptr<Waiter> waiter, std::size_t index, std::shared_ptr<const LoadedModel> model,
      std::vector<std::int64_t> ids, const RequestContext& context)
      : waiter_(std::move(waiter)),
        index_(index),
        model_(std::move(model)),
        ids_(std::move(ids)),
        deadline_(context.deadline),
        cancellation_(context.cancellation) {}

  std::int64_t length() const { return static_cast<std::int64_t>(ids_.size()); }
  absl::Time deadline() const { return deadline_; }
  bool cancelled() const { return cancellation_.IsCancelled() || waiter_->abandoned(); }
  void Drop(const absl::Status& status) { waiter_->Tell(index_, status); }
  void Answer(Vector vector) { waiter_->Tell(index_, std::move(vector)); }

  const LoadedModel& model() const { return *model_; }
  const std::vector<std::int64_t>& ids() const { return ids_; }

 private:
  std::shared_ptr<Waiter> waiter_;
  std::size_t index_;
  std::shared_ptr<const LoadedModel> model_;
  std::vector<std::int64_t> ids_;
  absl::Time deadline_;
  CancellationToken cancellation_;
};

using Rows = std::vector<std::unique_ptr<Row>>;

// Unit L2 norm; a zero vector stays zero. False for a value that is not finite.
bool Normalize(Vector& vector) {
  double square = 0;
  for (const float value : vector) square += static_cast<double>(value) * value;
  if (!std::isfinite(square)) return false;
  if (square == 0) return true;
  const double scale = 1 / std::sqrt(square);
  for (float& value : vector) value = static_cast<float>(value * scale);
  return true;
}

absl::StatusOr<std::vector<Vector>> Run(const LoadedModel& model,
                                        absl::Span<const Row* const> rows) {
  try {
    std::int64_t longest = 1;
    for (const Row* row : rows) longest = std::max(longest, row->length());
    const auto count = static_cast<std::int64_t>(rows.size());
    at::Tensor ids = at::zeros({count, longest}, at::kLong);
    at::Tensor mask = at::zeros({count, longest}, at::kLong);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::vector<std::int64_t>& row = rows[i]->ids();
      std::copy(row.begin(), row.end(), ids.data_ptr<std::int64_t>() + i * longest);
      std::fill_n(mask.data_ptr<std::int64_t>() + i * longest, row.size(), 1);
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               model.runner().Run("forward", {ids, mask}));
    const at::Tensor matrix = outputs[0].contiguous();
    if (matrix.dim() != 2 || matrix.size(0) != count) {
      return absl::InternalError("the text encoder gave another number of rows than it was given");
    }
    const float* values = matrix.data_ptr<float>();
    const std::int64_t width = matrix.size(1);
    std::vector<Vector> vectors;
    vectors.reserve(rows.size());
    for (std::int64_t i = 0; i < count; ++i) {
      Vector vector(values + i * width, values + (i + 1) * width);
      if (!Normalize(vector)) {
        return absl::InternalError("the text encoder gave a value that is not finite");
      }
      vectors.push_back(std::move(vector));
    }
    return vectors;
  } catch (const std::exception&) {
    return absl::InternalError("the text encoder failed");
  }
}

// Computes a batch and tells each row. Rows of two versions meet here while one
// replaces the other; each is run by its own.
void Compute(Rows batch) {
  std::stable_sort(batch.begin(), batch.end(), [](const auto& a, const auto& b) {
    return std::less<>()(&a->model(), &b->model());
  });
  for (std::size_t begin = 0; begin < batch.size();) {
    const LoadedModel& model = batch[begin]->model();
    const std::int32_t limit = model.manifest().limits().max_batch_rows();
    const std::size_t most = limit > 0 ? static_cast<std::size_t>(limit) : batch.size();
    std::vector<const Row*> rows;
    while (begin + rows.size() < batch.size() && rows.size() < most &&
           &batch[begin + rows.size()]->model() == &model) {
      rows.push_back(batch[begin + rows.size()].get());
    }
    auto vectors = Run(model, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (vectors.ok()) {
        batch[begin + i]->Answer(std::move((*vectors)[i]));
      } else {
        batch[begin + i]->Drop(vectors.status());
      }
    }
    begin += rows.size();
  }
}

std::size_t WidthOf(const model::v1::Bundle& manifest) {
  return static_cast<std::size_t>(manifest.outputs(0).shape(1));
}

}  // namespace

struct TextEncoder::Impl {
  explicit Impl(TextEncoderOptions given) : options(std::move(given)) {
    if (options.run_inline) return;
    scheduler.emplace(
        batching::BatchSchedulerOptions{.policy = options.policy, .workers = options.workers},
        options.clock, Compute);
  }

  // The caller's thread computes, in the batches that the scheduler would form.
  void RunInline(Rows rows) {
    batching::BatchPolicy policy = options.policy;
    policy.queue_capacity = std::max<std::size_t>(1, rows.size());
    batching::BatchFormer<Row> former(policy);
    std::vector<batching::BatchFormer<Row>::Dropped> dropped;
    former.Add(rows, options.clock->Now(), &dropped).IgnoreError();  // they fit
    while (former.size() > 0) {
      auto turn = former.Form(options.clock->Now(), /*draining=*/true);
      for (auto& row : turn.dropped) row.task->Drop(row.status);
      if (!turn.batch.empty()) Compute(std::move(turn.batch));
    }
    std::lock_guard lock(mutex);
    inline_stats += former.stats();
  }

  absl::Status EncodeChunk(const RequestContext& context,
                           const std::shared_ptr<const LoadedModel>& model,
                           absl::Span<const std::string> texts, std::vector<Vector>& out) {
    std::vector<std::size_t> places;  // in `out`, of the rows that have tokens
    std::vector<std::vector<std::int64_t>> ids;
    for (const std::string& text : texts) {
      out.emplace_back(WidthOf(model->manifest()), 0.0f);
      CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::int64_t> tokens,
                                 model->tokenizer()->Encode(text));
      if (tokens.empty()) continue;
      places.push_back(out.size() - 1);
      ids.push_back(std::move(tokens));
    }
    if (ids.empty()) return absl::OkStatus();

    const auto waiter = std::make_shared<Waiter>(ids.size());
    Rows rows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      rows.push_back(std::make_unique<Row>(waiter, i, model, std::move(ids[i]), context));
    }
    if (options.run_inline) {
      RunInline(std::move(rows));
    } else {
      CLIENTELE_RETURN_IF_ERROR(scheduler->Schedule(rows));
    }
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<Vector> vectors,
                               waiter->Wait(context.deadline - options.clock->Now()));
    for (std::size_t i = 0; i < places.size(); ++i) out[places[i]] = std::move(vectors[i]);
    return absl::OkStatus();
  }

  const TextEncoderOptions options;
  std::optional<batching::BatchScheduler<Row>> scheduler;  // none when inline
  mutable std::mutex mutex;
  batching::BatchStats inline_stats;
};

TextEncoder::TextEncoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextEncoder::~TextEncoder() = default;

absl::StatusOr<std::unique_ptr<TextEncoder>> TextEncoder::Create(TextEncoderOptions options) {
  if (options.handle == nullptr || options.clock == nullptr) {
    return InvalidField("handle", "a model handle and a clock must be given");
  }
  if (options.handle->task() != model::v1::TASK_TEXT_ENCODER) {
    return InvalidField("handle", "must serve a TASK_TEXT_ENCODER");
  }
  return std::unique_ptr<TextEncoder>(new TextEncoder(std::make_unique<Impl>(std::move(options))));
}

absl::StatusOr<EncodedTexts> TextEncoder::EncodeWithId(const RequestContext& context,
                                                       absl::Span<const std::string> texts) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(impl_->options.clock->Now()));
  const std::shared_ptr<const LoadedModel> model = impl_->options.handle->Current();
  if (model == nullptr) return ModelUnavailable(impl_->options.handle->name());

  // A large call goes in parts, so that it leaves room for others.
  const batching::BatchPolicy& policy = impl_->options.policy;
  const std::size_t chunk = std::max<std::size_t>(
      1, std::min(policy.queue_capacity, 4 * std::max<std::size_t>(1, policy.max_batch_rows)));
  EncodedTexts encoded;
  encoded.model_id = model->id();
  encoded.rows.reserve(texts.size());
  for (std::size_t begin = 0; begin < texts.size(); begin += chunk) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(impl_->options.clock->Now()));
    CLIENTELE_RETURN_IF_ERROR(
        impl_->EncodeChunk(context, model, texts.subspan(begin, chunk), encoded.rows));
  }
  return encoded;
}

absl::StatusOr<std::vector<Vector>> TextEncoder::Encode(const RequestContext& context,
                                                        absl::Span<const std::string> texts) const {
  CLIENTELE_ASSIGN_OR_RETURN(EncodedTexts encoded, EncodeWithId(context, texts));
  return std::move(encoded.rows);
}

int TextEncoder::dimension() const {
  const auto model = impl_->options.handle->Current();
  return model == nullptr ? 0 : static_cast<int>(WidthOf(model->manifest()));
}

std::string TextEncoder::model_id() const {
  const auto model = impl_->options.handle->Current();
  return model == nullptr ? "" : model->id();
}

batching::BatchStats TextEncoder::stats() const {
  if (impl_->scheduler) return impl_->scheduler->stats();
  std::lock_guard lock(impl_->mutex);
  return impl_->inline_stats;
}

}  // namespace clientele::inference
