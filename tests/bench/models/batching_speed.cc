#include "tests/bench/models/topics.h"

namespace clientele::bench {

absl::Status MeasureBatching(BenchModels& /*models*/) { return absl::OkStatus(); }

}  // namespace clientele::bench
