#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TASK_OPTIONS_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TASK_OPTIONS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/batching/batch_policy.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/versions/model_handle.h"
#include "common/status/error_details.h"
#include "common/time/clock.h"

namespace clientele::inference {

// Of the adapter of a task whose rows are batched. A plain value.
template <typename Servable>
struct TaskOptions {
  // Borrowed; outlives the adapter.
  const ModelHandle<Servable>* handle = nullptr;
  // Borrowed; outlives the adapter.
  const Clock* clock = SystemClock::Get();
  // True computes in the caller's thread, without queue and threads: for tools
  // and tests.
  bool run_inline = false;
  // Batches computed at the same time; the handle says with how many threads each, and what
  // cores they wait for.
  std::size_t workers = 1;
  batching::BatchPolicy policy = {};

  RowBatcherOptions batcher() const {
    return {.clock = clock, .run_inline = run_inline, .workers = workers, .policy = policy};
  }

  // INVALID_ARGUMENT unless handle and clock are given and the handle serves the task.
  absl::Status Check() const {
    if (handle == nullptr || clock == nullptr) {
      return InvalidField("handle", "a model handle and a clock must be given");
    }
    if (handle->task() != Servable::kTask) {
      return InvalidField("handle",
                          absl::StrCat("must serve a ", model::v1::Task_Name(Servable::kTask)));
    }
    return absl::OkStatus();
  }
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TASK_OPTIONS_H_
