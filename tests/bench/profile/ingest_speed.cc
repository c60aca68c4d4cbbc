#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/profile/measured_service.h"
#include "tests/bench/profile/topics.h"
#include "tests/support/process.h"

namespace clientele::profile {
namespace {

using bench::Seconds;
using bench::Time;

constexpr int kEvents = 100'000;
constexpr int kInvoiceCustomers = 4000;
constexpr int kLinesOfInvoice = 20;
constexpr int kEventsOfBatch = 2000;
constexpr int kIngestRounds = 3;

// Everything that storing events writes to.
constexpr const char* kTables[] = {"events",           "behavior",           "behavior_keys",
                                   "behavior_members", "campaign_responses", "pending_texts",
                                   "changes"};

constexpr postgres::Statement kCountStored{
    "bench.count_stored",
    "SELECT (SELECT count(*) FROM profile.events), (SELECT count(*) FROM profile.changes), "
    "(SELECT sum(purchases)::bigint FROM profile.behavior WHERE affinity_half_life > 0)"};

// A line of an invoice; lines of one stand together, as in a file of invoices.
v1::Event LineOfInvoice(int i) {
  v1::Event event;
  event.set_customer(absl::StrCat("customers/c", i / kLinesOfInvoice * 7919 % kInvoiceCustomers));
  event.set_event_id(absl::StrCat("0123456789abcdef0123456789abcdef", i));
  event.set_type(v1::EVENT_TYPE_PURCHASE);
  event.mutable_event_time()->set_seconds(1'600'000'000 + i / kLinesOfInvoice * 2000);
  event.set_item(absl::StrCat("items/", i * 31 % 4000));
  event.set_category(absl::StrCat("category ", i * 31 % 40));
  event.set_quantity(1 + i % 50);
  event.set_amount_micros(std::int64_t{1000} * (i % 10'000));
  event.set_currency_code("GBP");
  event.set_channel("web");
  event.set_source("online_retail.csv");
  return event;
}

std::vector<v1::BatchCreateEventsRequest> BatchesOf(int events) {
  std::vector<v1::BatchCreateEventsRequest> batches;
  for (int first = 0; first < events; first += kEventsOfBatch) {
    v1::BatchCreateEventsRequest& batch = batches.emplace_back();
    batch.set_skip_invalid(true);
    for (int i = first; i < std::min(events, first + kEventsOfBatch); ++i) {
      *batch.add_events() = LineOfInvoice(i);
    }
  }
  return batches;
}

class Ingest {
 public:
  explicit Ingest(int events) : events_(events), batches_(BatchesOf(events)) {
    for (int first = 0; first < kInvoiceCustomers; first += 1000) {
      v1::BatchCreateCustomersRequest request;
      for (int i = first; i < first + 1000; ++i) {
        request.add_customers()->set_name(absl::StrCat("customers/c", i));
      }
      v1::BatchCreateCustomersResponse response;
      grpc::ClientContext context;
      bench::Require(service_.Connect()->BatchCreateCustomers(&context, request, &response));
    }
    KeepRows("customers_only");
  }

  // From tables without events.
  void Measure(int streams) {
    std::vector<double> rates, copies, ratios, agains;
    for (int round = 0; round < kIngestRounds; ++round) {
      Restore("customers_only");
      rates.push_back(events_ / SendAll(streams, &v1::BatchCreateEventsResponse::created_count));
      CheckStored();
      agains.push_back(events_ / SendAll(streams, &v1::BatchCreateEventsResponse::duplicate_count));
      CheckStored();
      KeepRows("events");
      copies.push_back(events_ / Restore("events"));
      CheckStored();
      ratios.push_back(rates.back() / copies.back());
    }
    Print(absl::StrCat("ingest.", streams, "_streams"), bench::Median(rates),
          absl::StrCat("COPY of the same rows: ", bench::Median(copies), " events/s"),
          bench::Median(ratios), ">= 0.5");
    Print(absl::StrCat("ingest_again.", streams, "_streams"), bench::Median(agains),
          "ingest of new ones", bench::Median(agains) / bench::Median(rates));
  }

 private:
  static void Print(const std::string& name, double value, const std::string& vs, double ratio,
                    const char* target = "") {
    bench::Print({.bench = "profile." + name,
                  .value = value,
                  .unit = "events/s",
                  .vs = vs,
                  .ratio = ratio,
                  .target = target});
  }

  // Seconds. `counted`: what each event is to be.
  double SendAll(int streams, std::int64_t (v1::BatchCreateEventsResponse::*counted)() const) {
    std::vector<v1::BatchCreateEventsResponse> responses(static_cast<std::size_t>(streams));
    std::vector<std::string> failures(responses.size());
    const double start = Seconds(Time::kWall);
    std::vector<std::thread> senders;
    for (std::size_t s = 0; s < responses.size(); ++s) {
      senders.emplace_back([&, s] {
        const auto stub = service_.Connect();
        grpc::ClientContext context;
        const auto writer = stub->IngestEvents(&context, &responses[s]);
        for (std::size_t i = s; i < batches_.size() && writer->Write(batches_[i]);
             i += responses.size()) {
        }
        writer->WritesDone();
        failures[s] = writer->Finish().error_message();
      });
    }
    for (std::thread& sender : senders) sender.join();
    const double seconds = Seconds(Time::kWall) - start;
    std::int64_t count = 0;
    for (std::size_t s = 0; s < responses.size(); ++s) {
      if (!failures[s].empty()) throw std::runtime_error(failures[s]);
      count += (responses[s].*counted)();
    }
    if (count != events_) throw std::runtime_error("not every event was counted");
    return seconds;
  }

  void CheckStored() const {
    bench::Require(service_.pool().Transact({}, [&](postgres::Transaction& transaction) {
      const auto rows = transaction.Execute(kCountStored);
      if (!rows.ok()) return rows.status();
      const postgres::Row row = (*rows)[0];
      const bool all = row.Int64(0) == events_ && row.Int64(1) == events_ + kInvoiceCustomers &&
                       row.Int64(2) == events_;
      return all ? absl::OkStatus()
                 : absl::DataLossError("not every event is stored, told of and summed");
    }));
  }

  std::string File(const std::string& set, const char* table) const {
    return (service_.folder().path() / absl::StrCat(set, ".", table)).string();
  }

  // Seconds; in one transaction, or one for each statement.
  double Psql(const std::string& name, const std::string& script, bool together = true) const {
    const std::string file = service_.folder().Write(name + ".sql", script).string();
    std::vector<std::string> command = {"/usr/bin/env",    "psql", "--no-psqlrc",       "-q", "-v",
                                        "ON_ERROR_STOP=1", "-d",   service_.conninfo(), "-f", file};
    if (together) command.emplace_back("-1");
    const double start = Seconds(Time::kWall);
    const auto result = clientele::testing::RunCommand(command);
    if (result.exit_code != 0) throw std::runtime_error(result.output);
    return Seconds(Time::kWall) - start;
  }

  void KeepRows(const std::string& set) const {
    std::string script;
    for (const char* table : kTables) {
      absl::StrAppend(&script, "\\copy (SELECT * FROM profile.", table, ") TO '", File(set, table),
                      "'\n");
    }
    Psql("keep", script);
  }

  // Seconds that COPY takes, into empty tables, of one transaction.
  double Restore(const std::string& set) const {
    std::string empty, script = "SET profile.sums = 'kept';\n";
    for (const char* table : kTables) {
      absl::StrAppend(&empty, "TRUNCATE profile.", table, ";\n");
      absl::StrAppend(&script, "\\copy profile.", table, " FROM '", File(set, table), "'\n");
    }
    // One table at a time, as the service reads them too.
    Psql("empty", empty, /*together=*/false);
    return Psql("copy", script);
  }

  const int events_;
  const std::vector<v1::BatchCreateEventsRequest> batches_;
  const MeasuredService service_;
};

}  // namespace

void MeasureIngest(int events) {
  Ingest ingest(events == 0 ? kEvents : events);
  ingest.Measure(1);
  ingest.Measure(4);
}

}  // namespace clientele::profile
