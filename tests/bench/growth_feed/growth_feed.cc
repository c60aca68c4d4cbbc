// How fast events come in one by one, beside pgbench with the same two inserts in a transaction,
// and how far the change feed is behind callers who ingest in bulk.
//
//   growth_feed [PROFILE_SERVICE]   another build's binary, to compare with
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "common/rpc/credentials.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/durable_cluster.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace clientele {
namespace {

namespace v1 = profile::v1;
using Stub = v1::ProfileService::Stub;
using Clock = std::chrono::steady_clock;
using testing::CommandResult;
using testing::Environment;
using testing::Process;

constexpr int kCustomers = 4000;
constexpr int kCallers = 16;
constexpr int kBulkCallers = 4;
constexpr int kBulkBatch = 2000;
constexpr std::chrono::seconds kTime(5);

void Check(bool ok, const std::string& what) {
  if (!ok) throw std::runtime_error(what);
}

std::string CustomerOf(int i) { return absl::StrCat("customers/c", i % kCustomers); }

v1::Event MakeEvent(int i, const std::string& id) {
  v1::Event event;
  event.set_customer(CustomerOf(i));
  event.set_event_id(id);
  event.set_type(v1::EVENT_TYPE_PURCHASE);
  event.mutable_event_time()->set_seconds(1'700'000'000);
  event.set_item(absl::StrCat("items/i", i % 1000));
  event.set_quantity(1);
  event.set_channel("web");
  return event;
}

// profile-service with some customers, over a PostgreSQL of its own.
class Service {
 public:
  explicit Service(const std::string& binary) {
    const auto& path = folder_.path();
    Check(crypto::GenerateSigningKeyFiles(path / "sign", path / "sign.pub").ok(), "no keys");
    Check(crypto::GenerateKeyFile(path / "data.key").ok(), "no key");
    const Environment environment = {
        {"CLIENTELE_DATABASE_URL", cluster_.conninfo()},
        {"CLIENTELE_DATA_KEY_FILE", (path / "data.key").string()},
        {"CLIENTELE_MODEL_DIR", (path / "models").string()},
        {"CLIENTELE_MODEL_PUBLIC_KEY_FILE", (path / "sign.pub").string()}};
    const CommandResult migrated = testing::RunCommand({binary, "--migrate_and_exit"}, environment);
    Check(migrated.exit_code == 0, migrated.output);
    const int port = testing::FreePort();
    process_ = std::make_unique<Process>(
        std::vector<std::string>{binary, "--port", std::to_string(port), "--metrics_port", "-1"},
        environment, (path / "log").string());
    target_ = absl::StrCat("127.0.0.1:", port);
    const bool started =
        testing::Eventually(std::chrono::seconds(30), [&] { return CreateCustomers(0); });
    Check(started, "profile-service does not answer: " + process_->output());
    for (int first = 1000; first < kCustomers; first += 1000) {
      Check(CreateCustomers(first), "no customers");
    }
  }

  std::unique_ptr<Stub> Connect() const {
    // A channel of the suite would wait for health, which waits for models.
    return v1::ProfileService::NewStub(grpc::CreateChannel(target_, rpc::MakeChannelCredentials()));
  }
  const std::string& conninfo() const { return cluster_.conninfo(); }

 private:
  bool CreateCustomers(int first) const {
    v1::BatchCreateCustomersRequest request;
    for (int i = first; i < first + 1000; ++i) request.add_customers()->set_name(CustomerOf(i));
    grpc::ClientContext context;
    v1::BatchCreateCustomersResponse response;
    return Connect()->BatchCreateCustomers(&context, request, &response).ok();
  }

  testing::TestCluster cluster_ = testing::StartDurableCluster();
  testing::TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::string target_;
};

// Calls a second of `callers` who each insert one event after the other.
double OneByOne(const Service& service, int callers, const std::string& prefix) {
  std::atomic<int> calls = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < callers; ++t) {
    threads.emplace_back([&, t] {
      const auto stub = service.Connect();
      for (int i = 0; !stop; ++i) {
        v1::BatchCreateEventsRequest request;
        *request.add_events() = MakeEvent(t * 251 + i, absl::StrCat(prefix, t, "-", i));
        grpc::ClientContext context;
        v1::BatchCreateEventsResponse response;
        Check(stub->BatchCreateEvents(&context, request, &response).ok(), "an insert failed");
        ++calls;
      }
    });
  }
  const auto start = Clock::now();
  std::this_thread::sleep_for(kTime);
  const int done = calls;
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  stop = true;
  for (std::thread& thread : threads) thread.join();
  return done / elapsed.count();
}

// The same two inserts by pgbench: transactions a second.
double Pgbench(const Service& service, int clients, int run) {
  const testing::TemporaryFolder folder;
  const std::string script =
      folder
          .Write("inserts.sql",
                 absl::StrCat(
                     "\\set id random(1, 9000000000000)\n\\set c random(0, ", kCustomers - 1,
                     ")\nBEGIN;\n"
                     "INSERT INTO profile.events (customer_id, event_id, type, event_time, "
                     "item_id, category, quantity, amount_micros, currency_code, channel, device, "
                     "rating, source) VALUES ('c' || :c, 'p",
                     run,
                     "-' || :id, 4, now(), 'i1', '', 1, 0, '', 'web', '', 0, '');\n"
                     "INSERT INTO profile.changes (seq, customer_id, kind, event_id, change_time) "
                     "VALUES (nextval('profile.changes_seq'), 'c' || :c, 1, 'p",
                     run, "-' || :id, now());\nEND;\n"))
          .string();
  const CommandResult result = testing::RunCommand(
      {"/usr/bin/env", "pgbench", "-n", "-M", "prepared", "-c", std::to_string(clients), "-j", "2",
       "-T", std::to_string(kTime.count()), "-f", script, service.conninfo()});
  const std::size_t at = result.output.find("tps = ");
  double rate = 0;
  Check(at != std::string::npos &&
            absl::SimpleAtod(result.output.substr(at + 6, result.output.find(' ', at + 6) - at - 6),
                             &rate),
        "pgbench: " + result.output);
  return rate;
}

struct Behind {
  double events_a_second = 0;
  std::vector<double> lags;  // seconds, of each message
};

// Callers who ingest in bulk, and one who follows.
Behind FollowBulk(const Service& service) {
  Behind behind;
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> sent = 0;
  std::vector<std::thread> callers;
  const auto stub = service.Connect();
  grpc::ClientContext follow;
  v1::StreamChangesRequest from;
  from.set_max_batch_size(5000);
  const auto feed = stub->StreamChanges(&follow, from);
  std::thread follower([&] {
    v1::StreamChangesResponse message;
    while (feed->Read(&message)) {
      // What was there before, customers and a snapshot, is not behind.
      if (sent == 0 || message.changes().empty() || message.has_snapshot()) continue;
      const auto& time = message.changes(message.changes_size() - 1).change_time();
      const absl::Time stored =
          absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
      behind.lags.push_back(absl::ToDoubleSeconds(absl::Now() - stored));
    }
    (void)feed->Finish();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const auto start = Clock::now();
  for (int t = 0; t < kBulkCallers; ++t) {
    callers.emplace_back([&, t] {
      const auto own = service.Connect();
      grpc::ClientContext context;
      v1::BatchCreateEventsResponse response;
      const auto writer = own->IngestEvents(&context, &response);
      for (int batch = 0; !stop; ++batch) {
        v1::BatchCreateEventsRequest request;
        for (int i = 0; i < kBulkBatch; ++i) {
          *request.add_events() =
              MakeEvent(batch * 97 + i / 20, absl::StrCat("bulk-", t, "-", batch, "-", i));
        }
        if (!writer->Write(request)) break;
        sent += kBulkBatch;
      }
      writer->WritesDone();
      Check(writer->Finish().ok(), "an ingest failed");
    });
  }
  std::this_thread::sleep_for(2 * kTime);
  stop = true;
  for (std::thread& caller : callers) caller.join();
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  behind.events_a_second = static_cast<double>(sent) / elapsed.count();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  follow.TryCancel();
  follower.join();
  Check(!behind.lags.empty(), "nothing was followed");
  return behind;
}

void Print(const std::string& bench, double value, const char* unit, const std::string& vs,
           double ratio, const char* target = "") {
  bench::Print({.bench = absl::StrCat("growth_feed.", bench),
                .value = value,
                .unit = unit,
                .vs = vs,
                .ratio = ratio,
                .target = target});
  std::fflush(stdout);
}

void Run(const std::string& binary) {
  {
    const Service service(binary);
    const double alone = OneByOne(service, 1, "one-");
    std::vector<double> ours, theirs;
    for (int run = 0; run < 3; ++run) {
      ours.push_back(OneByOne(service, kCallers, absl::StrCat("run", run, "-")));
      theirs.push_back(Pgbench(service, kCallers, run));
    }
    const double rate = bench::Median(ours);
    Print("one_event_a_call.16_callers", rate, "calls/s", "pgbench, the same two inserts",
          rate / bench::Median(theirs), ">= 0.6");
    Print("one_event_a_call.1_caller", alone, "calls/s", "16 callers", alone / rate);
  }
  const Service service(binary);
  const Behind behind = FollowBulk(service);
  const double last = behind.lags.back();
  const double most = *std::max_element(behind.lags.begin(), behind.lags.end());
  Print("bulk.4_callers", behind.events_a_second, "events/s", "", 0);
  Print("behind_bulk.median", bench::Median(behind.lags), "s", "one second",
        bench::Median(behind.lags), "< 1");
  Print("behind_bulk.most", most, "s", "one second", most, "< 1");
  Print("behind_bulk.last", last, "s", "one second", last, "< 1");
}

}  // namespace
}  // namespace clientele

int main(int argc, char** argv) {
  return clientele::bench::RunBenchmark("growth_feed", [&] {
    clientele::Run(argc > 1 ? argv[1] : clientele::testing::BinDir() + "/profile-service");
  });
}
