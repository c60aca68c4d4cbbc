#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SIDE_BY_SIDE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SIDE_BY_SIDE_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace clientele::recommend {

// Calls `task(0)` to `task(tasks - 1)` on `threads` threads, the caller's among them, each task on
// one of them with one thread for its operators, without gradients. A thread takes the next task
// when it is done with one, so tasks of different length keep all of them busy. Threads that have
// nothing to do end: those of OpenMP spin, which takes a processor from whoever has work. A task
// that throws ends the call with its exception, after the others have ended.
void SideBySide(int threads, std::size_t tasks, absl::FunctionRef<void(std::size_t)> task);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SIDE_BY_SIDE_H_
