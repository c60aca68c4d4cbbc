// How fast events come in over gRPC. Hidden: run profile_server_test "[.speed]".
#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

constexpr int kCustomers = 4000;
constexpr int kEvents = 200'000;
constexpr int kBatch = 2000;

double RowsPerSecond(Stub& stub, int64_t* created, int64_t* duplicates) {
  const auto start = std::chrono::steady_clock::now();
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  auto writer = stub.IngestEvents(&context, &response);
  for (int first = 0; first < kEvents; first += kBatch) {
    v1::BatchCreateEventsRequest request;
    request.set_skip_invalid(true);
    for (int i = first; i < first + kBatch; ++i) {
      // Lines of one invoice stand together, as in a file of invoices.
      v1::Event* event = request.add_events();
      *event = ViewEvent(absl::StrCat("c", i / 20 * 7919 % kCustomers),
                         absl::StrCat("0123456789abcdef0123456789abcdef", i));
      event->set_type(v1::EVENT_TYPE_PURCHASE);
      event->mutable_event_time()->set_seconds(1'600'000'000 + i * 100);
      event->set_item(absl::StrCat("items/", i % 4000));
      event->set_quantity(i % 50);
      event->set_amount_micros(i * 1000);
      event->set_currency_code("GBP");
      event->set_source("online_retail.csv");
    }
    if (!writer->Write(request)) break;
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  INFO(status.error_message());
  REQUIRE(status.ok());
  *created = response.created_count();
  *duplicates = response.duplicate_count();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return kEvents / elapsed.count();
}

double ChangesPerSecond(Stub& stub) {
  const auto start = std::chrono::steady_clock::now();
  grpc::ClientContext context;
  auto stream = stub.StreamChanges(&context, v1::StreamChangesRequest());
  int seen = 0;
  v1::StreamChangesResponse response;
  while (seen < kEvents + kCustomers && stream->Read(&response)) seen += response.changes_size();
  CHECK(seen == kEvents + kCustomers);
  context.TryCancel();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return seen / elapsed.count();
}

TEST_CASE("events come in fast, also the second time", "[.speed]") {
  const clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.options.derive_interval = ServerOptions().derive_interval;
  const std::unique_ptr<Server> server = folder.Start();
  const std::unique_ptr<Stub> stub = Connect(*server);
  for (int first = 0; first < kCustomers; first += 1000) {
    v1::BatchCreateCustomersRequest request;
    for (int i = first; i < first + 1000; ++i) {
      request.add_customers()->set_name(absl::StrCat("customers/c", i));
    }
    v1::BatchCreateCustomersResponse response;
    REQUIRE(Call(*stub, &Stub::BatchCreateCustomers, request, &response).ok());
    REQUIRE(response.created_count() == 1000);
  }
  int64_t created = 0;
  int64_t duplicates = 0;
  const double first = RowsPerSecond(*stub, &created, &duplicates);
  CHECK(created == kEvents);
  const double again = RowsPerSecond(*stub, &created, &duplicates);
  CHECK(duplicates == kEvents);
  const double read = ChangesPerSecond(*stub);
  std::cout << R"({"bench":"profile_ingest","value":)" << first
            << R"(,"unit":"rows/s","vs":"sent_again","ratio":)" << first / again << "}\n"
            << R"({"bench":"profile_changes","value":)" << read
            << R"(,"unit":"changes/s","vs":"profile_ingest","ratio":)" << read / first << "}\n";
}

}  // namespace
}  // namespace clientele::profile::testing
