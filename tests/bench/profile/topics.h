#ifndef CLIENTELE_TESTS_BENCH_PROFILE_TOPICS_H_
#define CLIENTELE_TESTS_BENCH_PROFILE_TOPICS_H_

// What is measured, a file each. Every function prints its figures, and throws where something
// does not work. `size` 0: the default.

namespace clientele::profile {

// Events through gRPC into PostgreSQL, against COPY of the rows that they became.
void MeasureIngest(int events);
// One event, and GetProfile, with histories of some lengths, against a SELECT by key.
void MeasureHistory(int longest);
// An event until it shows in a segment, and new segments, among `customers`.
void MeasureMemberships(int customers);
// The nearest of `customers` vectors, against a plain read of them.
void MeasureSimilar(int customers);
// Pictures: models in batches against loops without a service, and the stages of one upload.
void MeasurePictures(int pictures);

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_BENCH_PROFILE_TOPICS_H_
