#ifndef CLIENTELE_TESTS_BENCH_RECOMMEND_SHOP_DATA_H_
#define CLIENTELE_TESTS_BENCH_RECOMMEND_SHOP_DATA_H_

// What the benchmarks of recommendations train on and compare with.

#include "absl/types/span.h"

#include "services/recommend-service/core/training/training_set.h"

namespace clientele::bench {

// `each` purchases by each customer, of which those of one item count once. Some items are far more
// popular than others.
recommend::TrainingSet RandomSet(int customers, int items, int each);

// Reads every value once, as fast as the processor can.
float PlainRead(absl::Span<const float> values);

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_RECOMMEND_SHOP_DATA_H_
