#include "common/inference/generation/cached_generator.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "common/inference/compute/out_of_memory.h"
#include "common/inference/model_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

constexpr std::int64_t kRowAxis = 2;
constexpr std::int64_t kPositionAxis = 4;

absl::Status BreaksContract() {
  return WithReason(absl::InternalError("the generator's tensors are not those of its contract"),
                    reason::kInternal);
}

// Runs `work`, which uses torch on `device`; its exceptions are for want of memory or a broken
// module.
template <typename Work>
auto Guarded(c10::Device device, Work work) -> decltype(work()) {
  try {
    const c10::InferenceMode inference;  // thread-local, and what the model gives needs it
    return work();
  } catch (const std::exception& error) {
    if (IsOutOfMemory(error)) return OutOfMemoryError(device, "the generator's key-value cache");
    return WithReason(absl::InternalError("the generator's key-value cache could not be written"),
                      reason::kInternal);
  }
}

// The first `count` positions of a row of a pool.
at::Tensor RowOf(const at::Tensor& pool, std::int64_t row, std::int64_t count) {
  return pool.select(kRowAxis, row).narrow(kPositionAxis - 1, 0, count);
}

at::Tensor ToTensor(absl::Span<const std::int64_t> values) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
  std::copy(values.begin(), values.end(), tensor.data_ptr<std::int64_t>());
  return tensor;
}

}  // namespace

struct CachedGenerator::Impl {
  explicit Impl(std::shared_ptr<const GeneratorModel> given)
      : model(std::move(given)),
        contract(model->contract()),
        options(at::TensorOptions().dtype(at::kFloat).device(model->runner().device())) {}

  // Zeros, because what a model may see beyond a row's positions must be finite.
  at::Tensor NewPool(std::int64_t rows, std::int64_t positions, const at::Tensor& old) const {
    at::Tensor pool =
        at::zeros({contract.layers, 2, rows, contract.heads, positions, contract.width}, options);
    if (old.defined()) {
      const std::int64_t kept_rows = std::min(rows, old.size(kRowAxis));
      const std::int64_t kept = std::min(positions, old.size(kPositionAxis));
      pool.narrow(kRowAxis, 0, kept_rows)
          .narrow(kPositionAxis, 0, kept)
          .copy_(old.narrow(kRowAxis, 0, kept_rows).narrow(kPositionAxis, 0, kept));
    }
    return pool;
  }

  void Allocate(const CacheShape& wanted) {
    if (wanted.rows != shape.rows || wanted.positions != shape.positions) {
      cache = NewPool(wanted.rows, wanted.positions, cache);
    }
    if (encodes() && (wanted.rows != shape.rows || wanted.source != shape.source)) {
      cross = NewPool(wanted.rows, wanted.source, cross);
      at::Tensor mask = at::zeros({wanted.rows, wanted.source}, options.dtype(at::kLong));
      if (source_mask.defined()) {
        const std::int64_t rows = std::min(wanted.rows, source_mask.size(0));
        const std::int64_t source = std::min(wanted.source, source_mask.size(1));
        mask.narrow(0, 0, rows)
            .narrow(1, 0, source)
            .copy_(source_mask.narrow(0, 0, rows).narrow(1, 0, source));
      }
      source_mask = std::move(mask);
    }
    shape = wanted;
  }

  c10::Device device() const { return options.device(); }
  bool encodes() const { return contract.kind == GeneratorKind::kEncoderDecoder; }

  // [B, V] float32 on the CPU, shared without a copy where it is there already.
  absl::StatusOr<Logits> ToLogits(const at::Tensor& given, std::int64_t rows) const {
    if (given.scalar_type() != at::kFloat || given.dim() != 2 || given.size(0) != rows ||
        given.size(1) != contract.vocabulary) {
      return BreaksContract();
    }
    auto owner = std::make_shared<at::Tensor>(given.to(at::kCPU).contiguous());
    Logits logits;
    logits.data = owner->data_ptr<float>();
    logits.rows = static_cast<std::size_t>(rows);
    logits.vocabulary = static_cast<std::size_t>(contract.vocabulary);
    logits.owner = std::move(owner);
    return logits;
  }

  const std::shared_ptr<const GeneratorModel> model;
  const GeneratorContract& contract;
  const at::TensorOptions options;
  CacheShape shape;
  at::Tensor cache;        // [L, 2, rows, H, positions, D]
  at::Tensor cross;        // [L, 2, rows, H, source, D]
  at::Tensor source_mask;  // [rows, source]
};

CachedGenerator::CachedGenerator(std::shared_ptr<const GeneratorModel> model)
    : impl_(std::make_unique<Impl>(std::move(model))) {}
CachedGenerator::~CachedGenerator() = default;

const GeneratorModel& CachedGenerator::model() const { return *impl_->model; }
const GeneratorContract& CachedGenerator::contract() const { return impl_->contract; }
const CacheShape& CachedGenerator::allocated() const { return impl_->shape; }
std::int64_t CachedGenerator::allocated_bytes() const {
  return impl_->shape.cells() * impl_->contract.bytes_per_position();
}

absl::Status CachedGenerator::Reserve(const CacheShape& need, const CacheShape& reserved) {
  if (impl_->shape.Holds(need)) return absl::OkStatus();
  return Guarded(impl_->device(), [&]() -> absl::Status {
    impl_->Allocate(Grow(impl_->shape, need, reserved));
    return absl::OkStatus();
  });
}

absl::StatusOr<Logits> CachedGenerator::Prefill(absl::Span<const std::vector<std::int64_t>> prompts,
                                                std::int64_t first_row) {
  return Guarded(impl_->device(), [&]() -> absl::StatusOr<Logits> {
    const auto rows = static_cast<std::int64_t>(prompts.size());
    std::size_t longest = 1;
    for (const std::vector<std::int64_t>& prompt : prompts) {
      longest = std::max(longest, prompt.size());
    }
    const auto length = static_cast<std::int64_t>(longest);
    at::Tensor ids = at::full({rows, length}, impl_->contract.pad_id, at::kLong);
    at::Tensor mask = at::zeros({rows, length}, at::kLong);
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::vector<std::int64_t>& prompt = prompts[static_cast<std::size_t>(row)];
      std::copy(prompt.begin(), prompt.end(), ids.data_ptr<std::int64_t>() + row * length);
      std::fill_n(mask.data_ptr<std::int64_t>() + row * length, prompt.size(), 1);
    }
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<at::Tensor> outputs,
        impl_->model->runner().Run("prefill", {ids, mask}, OutputPlace::kDevice));

    // The runner has held them against the manifest's specs, which leave rows and
    // positions open.
    const bool encodes = impl_->encodes();
    const at::Tensor& cache = outputs[1];
    if (cache.size(kRowAxis) != rows || cache.size(kPositionAxis) < (encodes ? 1 : length)) {
      return BreaksContract();
    }
    if (encodes && (outputs[2].size(kRowAxis) != rows || outputs[2].size(kPositionAxis) < length ||
                    outputs[3].size(0) != rows || outputs[3].size(1) < length)) {
      return BreaksContract();
    }
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto count = static_cast<std::int64_t>(prompts[static_cast<std::size_t>(row)].size());
      const std::int64_t held = encodes ? 1 : count;
      RowOf(impl_->cache, first_row + row, held).copy_(RowOf(cache, row, held));
      if (!encodes) continue;
      RowOf(impl_->cross, first_row + row, count).copy_(RowOf(outputs[2], row, count));
      at::Tensor source_mask = impl_->source_mask.select(0, first_row + row);
      source_mask.zero_();
      source_mask.narrow(0, 0, count).copy_(outputs[3].select(0, row).narrow(0, 0, count));
    }
    return impl_->ToLogits(outputs[0], rows);
  });
}

absl::StatusOr<Logits> CachedGenerator::Step(absl::Span<const std::int64_t> ids,
                                             absl::Span<const std::int64_t> positions,
                                             std::int64_t source) {
  return Guarded(impl_->device(), [&]() -> absl::StatusOr<Logits> {
    const auto rows = static_cast<std::int64_t>(ids.size());
    const std::int64_t length = *std::max_element(positions.begin(), positions.end()) + 1;
    std::vector<at::Tensor> inputs = {
        ToTensor(ids), ToTensor(positions),
        impl_->cache.narrow(kRowAxis, 0, rows).narrow(kPositionAxis, 0, length)};
    if (impl_->encodes()) {
      inputs.push_back(impl_->cross.narrow(kRowAxis, 0, rows).narrow(kPositionAxis, 0, source));
      inputs.push_back(impl_->source_mask.narrow(0, 0, rows).narrow(1, 0, source));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               impl_->model->runner().Run("step", std::move(inputs)));
    if (outputs.size() != 1) return BreaksContract();
    return impl_->ToLogits(outputs[0], rows);
  });
}

absl::Status CachedGenerator::CopyRow(std::int64_t from, std::int64_t to, std::int64_t positions,
                                      std::int64_t source) {
  return Guarded(impl_->device(), [&]() -> absl::Status {
    RowOf(impl_->cache, to, positions).copy_(RowOf(impl_->cache, from, positions));
    if (source > 0) {
      RowOf(impl_->cross, to, source).copy_(RowOf(impl_->cross, from, source));
      impl_->source_mask.select(0, to).copy_(impl_->source_mask.select(0, from));
    }
    return absl::OkStatus();
  });
}

absl::Status CachedGenerator::ClearRow(std::int64_t row) {
  return Guarded(impl_->device(), [&]() -> absl::Status {
    impl_->cache.select(kRowAxis, row).zero_();
    if (impl_->encodes()) {
      impl_->cross.select(kRowAxis, row).zero_();
      impl_->source_mask.select(0, row).zero_();
    }
    return absl::OkStatus();
  });
}

}  // namespace clientele::inference
