#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"

#include "tests/bench/growth_profile/history.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/profile/measured_service.h"
#include "tests/bench/profile/plain_select.h"
#include "tests/bench/profile/topics.h"
#include "tests/support/eventually.h"

namespace clientele::profile {
namespace {

using Stub = v1::ProfileService::Stub;

constexpr int kLongest = 100'000;
constexpr int kUpdates = 300;
constexpr int kReads = 1000;

v1::Profile GetProfile(Stub& stub, const std::string& customer) {
  v1::GetProfileRequest request;
  request.set_name(customer + "/profile");
  v1::Profile profile;
  grpc::ClientContext context;
  bench::Require(stub.GetProfile(&context, request, &profile));
  return profile;
}

// What a call costs that reads nothing.
void Refuse(Stub& stub) {
  v1::Profile profile;
  grpc::ClientContext context;
  const grpc::Status status = stub.GetProfile(&context, {}, &profile);
  if (status.error_code() != grpc::StatusCode::INVALID_ARGUMENT) bench::Require(status);
}

// An event that the customer does not have yet, as `number` is new.
void Update(Stub& stub, const std::string& customer, int number) {
  v1::BatchCreateEventsRequest request;
  v1::Event& event = *request.add_events();
  event = bench::HistoryEvent(customer, 20 * number);
  event.set_event_id(absl::StrCat("new-", number));
  v1::BatchCreateEventsResponse response;
  grpc::ClientContext context;
  bench::Require(stub.BatchCreateEvents(&context, request, &response));
  if (response.created_count() != 1) throw std::runtime_error("an event was not stored");
}

std::vector<double> MedianMilliseconds(int rounds, const bench::Bodies& bodies) {
  bench::InTurns(bench::Time::kWall, rounds / 10, bodies);
  std::vector<double> medians;
  for (auto& seconds : bench::InTurns(bench::Time::kWall, rounds, bodies)) {
    medians.push_back(1000 * bench::Median(std::move(seconds)));
  }
  return medians;
}

void Print(const std::string& name, double value, const std::string& vs, double ratio,
           const char* target) {
  bench::Print({.bench = "profile." + name,
                .value = value,
                .unit = "ms",
                .vs = vs,
                .ratio = ratio,
                .target = target});
}

}  // namespace

void MeasureHistory(int longest) {
  const MeasuredService service;
  const auto stub = service.Connect();
  std::vector<int> sizes = {10, 1000, longest == 0 ? kLongest : longest};
  for (const int size : sizes) bench::InsertHistory(*stub, size);
  for (const int size : sizes) {
    const bool complete = clientele::testing::Eventually(std::chrono::minutes(10), [&] {
      return GetProfile(*stub, bench::CustomerWith(size)).pending_text_count() == 0;
    });
    if (!complete) throw std::runtime_error("texts are not embedded");
  }

  bench::Bodies reads;
  for (const int size : sizes) {
    reads.push_back([&, customer = bench::CustomerWith(size)] { GetProfile(*stub, customer); });
  }
  PlainSelect select(service.conninfo(), "SELECT * FROM profile.behavior WHERE customer_id = $1");
  const std::string key = bench::CustomerWith(sizes[0]).substr(std::string("customers/").size());
  reads.push_back([&] { Refuse(*stub); });
  reads.push_back([&] { select.Run(key); });
  const std::vector<double> read = MedianMilliseconds(kReads, reads);

  bench::Bodies updates;
  int number = 0;
  for (const int size : sizes) {
    updates.push_back(
        [&, customer = bench::CustomerWith(size)] { Update(*stub, customer, number++); });
  }
  const std::vector<double> updated = MedianMilliseconds(kUpdates, updates);

  const std::string plain = absl::StrCat("SELECT of one row by key: ", read.back(), " ms");
  Print("call_that_reads_nothing", read[sizes.size()], plain, read[sizes.size()] / read.back(), "");
  const std::string shortest = absl::StrCat(sizes[0], " events");
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::string with = absl::StrCat(".", sizes[i], "_events");
    Print("update" + with, updated[i], shortest, updated[i] / updated[0], "<= 1.5");
    Print("get_profile" + with, read[i], shortest, read[i] / read[0], "<= 1.5");
    Print("get_profile_by_key" + with, read[i], plain, read[i] / read.back(), "< 3");
  }
}

}  // namespace clientele::profile
