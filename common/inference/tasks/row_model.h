#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_ROW_MODEL_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_ROW_MODEL_H_

// What computes independent rows: one version of a model, as RowBatcher sees it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/versions/loaded_model.h"

namespace clientele::inference {

// Immutable, thread-safe.
template <typename InputType, typename OutputType>
class RowModel {
 public:
  using Input = InputType;
  using Output = OutputType;

  virtual ~RowModel() = default;

  // Most rows of one Compute(); 0: no bound.
  virtual std::size_t max_rows() const = 0;
  // Cells of a row, such as its tokens: rows of similar length share a batch.
  virtual std::int64_t Length(const Input& input) const = 0;
  // One output an input, in order; a row's output does not depend on the others. What the runtime
  // throws is INTERNAL to the callers.
  virtual absl::StatusOr<std::vector<Output>> Compute(
      absl::Span<const Input* const> rows) const = 0;
};

// The servable of a task over rows: keeps its loaded version.
template <typename InputType, typename OutputType>
class LoadedRowModel : public RowModel<InputType, OutputType> {
 public:
  const LoadedModel& loaded() const { return *model_; }
  // "name/version".
  const std::string& id() const { return model_->id(); }
  std::size_t max_rows() const final {
    return static_cast<std::size_t>(model_->manifest().limits().max_batch_rows());
  }

 protected:
  explicit LoadedRowModel(std::shared_ptr<const LoadedModel> model) : model_(std::move(model)) {}

 private:
  const std::shared_ptr<const LoadedModel> model_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_ROW_MODEL_H_
