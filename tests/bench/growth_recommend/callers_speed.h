#ifndef CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_CALLERS_SPEED_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_CALLERS_SPEED_H_

namespace clientele::recommend {

// Recommendations among 100,000 items a second: by 64 callers through gRPC, client included,
// against 64 threads that call the same objects over the same database.
void MeasureCallers();

// The same with a ranker, links and texts: the hybrid, for customers of 50 choices, by one caller
// and by 64; and how the time of one in process goes to its stages.
void MeasureHybrid();

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_CALLERS_SPEED_H_
