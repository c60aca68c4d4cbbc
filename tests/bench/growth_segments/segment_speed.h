#ifndef CLIENTELE_TESTS_BENCH_GROWTH_SEGMENTS_SEGMENT_SPEED_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_SEGMENTS_SEGMENT_SPEED_H_

namespace clientele::profile {

// Prints what new segments cost over all customers, and an event with 200 segments: in this
// process, over the tests' PostgreSQL. Times of segments are from the call that makes them until
// everybody who belongs does.
void MeasureSegments(int customers);

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_SEGMENTS_SEGMENT_SPEED_H_
