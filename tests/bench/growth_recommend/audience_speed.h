#ifndef CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_AUDIENCE_SPEED_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_AUDIENCE_SPEED_H_

namespace clientele::recommend {

// The first page of an audience of this many trained customers, against PostgreSQL's own reading of
// their rows; and the pages after it.
void MeasureAudience(int customers);

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_RECOMMEND_AUDIENCE_SPEED_H_
