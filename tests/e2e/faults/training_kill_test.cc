// kill -9 of the replica that trains what comes next, in the middle of the training and while its
// bundle is written: the other replica goes on from the checkpoint, and one bundle is published,
// the same as without a fault. A customer who is deleted meanwhile is in none of it.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/postgres/connection_pool.h"
#include "tests/e2e/faults/retried_calls.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr char kBundle[] = "recommend-sequence";
constexpr int kItems = 60;
constexpr int kCustomers = 450;
constexpr int kSteps = 16;
constexpr int kEpochs = 25;
const std::vector<std::string> kReplicas = {"recommend-service", "recommend-service/2"};

std::string CustomerId(int number) { return absl::StrCat("walker-7c1d-", number); }

constexpr postgres::Statement kFollowed{"test.count_followed_interactions",
                                        "SELECT count(*) FROM recommend.interactions"};

// Folders of the bundle: those of writers have names that begin with a dot.
std::set<std::string> FoldersIn(const fs::path& models, bool of_writers) {
  std::set<std::string> folders;
  std::error_code error;
  for (fs::directory_iterator entry(models / kBundle, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(".") == of_writers) folders.insert(name);
  }
  return folders;
}

// What a service takes for versions.
std::set<std::string> VersionsIn(const fs::path& models) { return FoldersIn(models, false); }
// What writers of versions have begun, those that were killed among them.
std::set<std::string> BegunIn(const fs::path& models) { return FoldersIn(models, true); }

struct Checkpoints {
  std::set<std::string> trainings;  // by what they learn from
  std::int64_t newest = 0;          // step, of any training
};

Checkpoints CheckpointsIn(const fs::path& models) {
  Checkpoints found;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(models / ".training" / kBundle, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (entry.depth() == 0) found.trainings.insert(name);
    std::int64_t step = 0;
    if (entry.depth() == 1 && absl::SimpleAtoi(name, &step)) {
      found.newest = std::max(found.newest, step);
    }
  }
  return found;
}

// What a replica does before it is killed lasts some milliseconds.
bool Soon(std::chrono::seconds timeout, const std::function<bool()>& condition) {
  return Eventually(timeout, condition, milliseconds(2));
}

bool AnyFileHolds(const fs::path& folder, const std::string& text) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().string().find(text) != std::string::npos) return true;
    if (!entry->is_regular_file(error)) continue;
    std::ifstream stream(entry->path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    if (bytes.find(text) != std::string::npos) return true;
  }
  return false;
}

// Customers who walk along a ring of items, each from a place of their own and with some leaps.
class Walkers {
 public:
  explicit Walkers(const Suite& suite)
      : profile_(profile::v1::ProfileService::NewStub(suite.gateway())),
        recommend_(recommend::v1::RecommendService::NewStub(suite.gateway())) {
    recommend::v1::BatchCreateItemsRequest items;
    for (int i = 0; i < kItems; ++i) {
      recommend::v1::Item& item = *items.add_items();
      item.set_name(absl::StrCat("items/place-", i));
      item.set_title(absl::StrCat("Place ", i));
    }
    recommend::v1::BatchCreateItemsResponse items_made;
    Call([&](auto* context) { return recommend_->BatchCreateItems(context, items, &items_made); });
    profile::v1::BatchCreateCustomersRequest customers;
    for (int u = 0; u < kCustomers; ++u) {
      customers.add_customers()->set_name("customers/" + CustomerId(u));
    }
    profile::v1::BatchCreateCustomersResponse customers_made;
    Call([&](auto* context) {
      return profile_->BatchCreateCustomers(context, customers, &customers_made);
    });
    for (int u = 0; u < kCustomers; u += 150) Walk(u, 150);
  }

  void Delete(int customer) {
    profile::v1::DeleteCustomerRequest request;
    request.set_name("customers/" + CustomerId(customer));
    google::protobuf::Empty empty;
    Call([&](auto* context) { return profile_->DeleteCustomer(context, request, &empty); });
  }

 private:
  template <class Method>
  void Call(const Method& method) {
    grpc::ClientContext context;
    const grpc::Status status = method(&context);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  void Walk(int first, int count) {
    profile::v1::BatchCreateEventsRequest request;
    std::mt19937 random(static_cast<unsigned>(first));
    for (int u = first; u < first + count; ++u) {
      int place = u * 7 % kItems;
      for (int step = 0; step < kSteps; ++step) {
        profile::v1::Event& event = *request.add_events();
        event.set_customer("customers/" + CustomerId(u));
        event.set_event_id(absl::StrCat(step));
        event.set_type(profile::v1::EVENT_TYPE_VIEW);
        event.mutable_event_time()->set_seconds(1'780'000'000 + u + 300 * step);
        event.set_item(absl::StrCat("items/place-", place));
        place = (place + (random() % 4 == 0 ? 5 : 1)) % kItems;
      }
    }
    profile::v1::BatchCreateEventsResponse made;
    Call([&](auto* context) { return profile_->BatchCreateEvents(context, request, &made); });
  }

  const std::unique_ptr<profile::v1::ProfileService::Stub> profile_;
  const std::unique_ptr<recommend::v1::RecommendService::Stub> recommend_;
};

// One training of what comes next, and the operation that tells of it.
class Training {
 public:
  Training(const Suite& suite, const std::string& process, int seed)
      : operations_(google::longrunning::Operations::NewStub(suite.gateway())) {
    recommend::v1::TrainModelRequest request;
    request.mutable_sequence()->set_epochs(kEpochs);
    request.set_seed(seed);
    request.set_request_id(absl::StrCat("train-", seed));
    grpc::ClientContext context;
    const grpc::Status status = recommend::v1::RecommendService::NewStub(suite.channel(process))
                                    ->TrainModel(&context, request, &operation_);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  bool IsDone() {
    google::longrunning::GetOperationRequest get;
    get.set_name(operation_.name());
    grpc::ClientContext context;
    static_cast<void>(operations_->GetOperation(&context, get, &operation_));
    return operation_.done();
  }
  recommend::v1::TrainModelResponse Result() {
    REQUIRE(Eventually(std::chrono::seconds(120), [&] { return IsDone(); }));
    INFO(operation_.error().message());
    recommend::v1::TrainModelResponse response;
    REQUIRE(operation_.response().UnpackTo(&response));
    return response;
  }

 private:
  const std::unique_ptr<google::longrunning::Operations::Stub> operations_;
  google::longrunning::Operation operation_;
};

nlohmann::json ManifestOf(const fs::path& models, const std::string& version) {
  std::ifstream stream(models / kBundle / version / "bundle.json");
  REQUIRE(stream.good());
  return nlohmann::json::parse(stream);
}

// A training of the same data and seed that nothing disturbs ends with the same model: what it says
// of its golden example, and of those it held out.
void CheckSameAsUndisturbed(const Suite& suite, const std::string& version, int seed) {
  const TemporaryFolder folder;
  const fs::path models = folder.path() / "models";
  const CommandResult trained = suite.RunService(
      "recommend-service",
      {"--train_and_exit", "--train_sequence", "--train_epochs", absl::StrCat(kEpochs),
       "--train_seed", absl::StrCat(seed), "--model_dir", models.string()});
  INFO(trained.output);
  REQUIRE(trained.exit_code == 0);
  const std::set<std::string> versions = VersionsIn(models);
  REQUIRE(versions.size() == 1);
  const nlohmann::json undisturbed = ManifestOf(models, *versions.begin());
  const nlohmann::json resumed = ManifestOf(suite.model_dir(), version);
  CHECK(resumed.at("metrics") == undisturbed.at("metrics"));
  CHECK(resumed.at("golden") == undisturbed.at("golden"));
}

TEST_CASE("kill -9 of who trains what comes next: another replica ends it, with one bundle") {
  const TestDatabase database = Suite::Database();
  Suite suite(SuiteOptions{.conninfo = database.conninfo(),
                           .service_replicas = {{"recommend-service", 2}},
                           .flags = {{"recommend-service", {"--training_lease", "1s"}}}});
  const auto pool = database.Pool();
  const fs::path models = suite.model_dir();
  Walkers walkers(suite);
  REQUIRE(Eventually(std::chrono::seconds(60),
                     [&] { return Count(*pool, kFollowed) == kCustomers * kSteps; }));
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto moment = [&](int most) {
    return milliseconds(std::uniform_int_distribution<int>(0, most)(random));
  };
  const auto kill = [&](const std::string& process) {
    CHECK(suite.log(process).find("\"event\":\"model_rejected\"") == std::string::npos);
    suite.Kill(process);
  };

  ReliabilityRow row{.fault = "kill -9 of the replica that trains what comes next",
                     .recovery = milliseconds(0),
                     .test = "e2e.training_kill_test"};
  const int trainings = Rounds(2, 20);
  for (int round = 0; round < trainings; ++round) {
    INFO("training " << round);
    const bool deletes = round % 2 == 1;
    const std::set<std::string> begun = BegunIn(models);
    Training training(suite, kReplicas[0], round + 1);
    ++row.acknowledged;

    // In the middle.
    REQUIRE(Soon(std::chrono::seconds(60), [&] { return CheckpointsIn(models).newest > 0; }));
    std::this_thread::sleep_for(moment(500));
    kill(kReplicas[0]);
    auto killed = Clock::now();
    ++row.rounds;
    const Checkpoints left = CheckpointsIn(models);
    if (deletes) walkers.Delete(round);
    CHECK(VersionsIn(models).size() == static_cast<std::size_t>(round));
    Checkpoints next;
    REQUIRE(Soon(std::chrono::seconds(60), [&] {
      next = CheckpointsIn(models);
      return next.newest != left.newest || next.trainings != left.trainings;
    }));
    row.recovery =
        std::max(*row.recovery, std::chrono::duration_cast<milliseconds>(Clock::now() - killed));
    if (!deletes) {
      CHECK(next.trainings == left.trainings);
      CHECK(next.newest > left.newest);
    }
    suite.Start(kReplicas[0]);

    // While the bundle is written, or just after it.
    REQUIRE(Soon(std::chrono::seconds(120), [&] { return BegunIn(models) != begun; }));
    std::this_thread::sleep_for(moment(150));
    kill(kReplicas[1]);
    ++row.rounds;
    suite.Start(kReplicas[1]);

    const recommend::v1::TrainModelResponse made = training.Result();
    const std::set<std::string> versions = VersionsIn(models);
    REQUIRE_FALSE(versions.empty());
    const std::int64_t surplus = static_cast<std::int64_t>(versions.size()) - round - 1;
    row.lost += surplus < 0 ? 1 : 0;
    row.duplicated += std::max<std::int64_t>(surplus, 0);
    const std::string version = *versions.rbegin();
    CHECK(made.model() == absl::StrCat(kBundle, "/", version));
    CHECK(made.publications_size() == 1);
    const CommandResult verified =
        RunCommand({BinDir() + "/clientele-models", "verify", (models / kBundle / version).string(),
                    "--public_key", Suite::PublicKeyFile()});
    INFO(verified.output);
    CHECK(verified.exit_code == 0);
    CHECK_FALSE(fs::exists(models / ".training" / kBundle));
    CHECK_FALSE(AnyFileHolds(models, CustomerId(0).substr(0, 11)));
    if (round >= trainings - 2) CheckSameAsUndisturbed(suite, version, round + 1);
  }
  CHECK(row.lost == 0);
  CHECK(row.duplicated == 0);
  Record(row);
}

}  // namespace
}  // namespace clientele::testing
