#ifndef CLIENTELE_COMMON_EXECUTOR_PRIORITY_H_
#define CLIENTELE_COMMON_EXECUTOR_PRIORITY_H_

namespace clientele {

// Who waits for work. Where work is queued for a model, interactive work goes first and
// background work has a small share of the time left to it (common/batching).
enum class Priority {
  kInteractive,  // a caller waits
  kBackground,   // the service's own work: indexing, stored vectors, training
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_PRIORITY_H_
