#ifndef CLIENTELE_TESTS_BENCH_GROWTH_PROFILE_HISTORY_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_PROFILE_HISTORY_H_

// Customers with histories of some lengths, the same for the same lengths.

#include <string>

#include "clientele/profile/v1/profile_service.grpc.pb.h"

namespace clientele::bench {

// "customers/with-10"
std::string CustomerWith(int events);

// A mixture as shops have it: views, purchases, messages; about a twentieth with a text.
profile::v1::Event HistoryEvent(const std::string& customer, int i);

// Makes CustomerWith(events), and that many events of theirs; throws where it fails.
void InsertHistory(profile::v1::ProfileService::Stub& stub, int events);

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_PROFILE_HISTORY_H_
