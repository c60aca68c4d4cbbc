#include "services/recommend-service/core/training/training_schedule.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fake_clock.h"

namespace clientele::recommend {
namespace {

constexpr absl::Duration kPeriod = absl::Hours(24);
const absl::Time kLastBegan = absl::FromUnixSeconds(1'700'000'000);

// What the database would say.
struct SchedulePorts final : TrainingStore, PastInteractionStore {
  absl::StatusOr<std::unique_ptr<TrainingTurn>> BeginTraining(const RequestContext&,
                                                              absl::string_view) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<LastTraining>> GetLastTraining(const RequestContext&) override {
    if (!error.ok()) return error;
    return last;
  }
  absl::StatusOr<TrainingSet> LoadTrainingSet(const RequestContext&) override {
    return absl::UnimplementedError("");
  }
  absl::Status SaveCustomerFactors(const RequestContext&, const ModelIdentity&, absl::string_view,
                                   const TrainingSet&, const Factorization&) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<absl::Time>> NewestInteraction(const RequestContext&) override {
    return newest;
  }
  absl::Status ReadPast(const RequestContext&, absl::Time,
                        absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)>) override {
    return absl::UnimplementedError("");
  }

  std::optional<LastTraining> last;
  std::optional<absl::Time> newest = kLastBegan;
  absl::Status error;
};

// One replica's schedule; all share what `started` notes.
struct ScheduleReplica {
  ScheduleReplica(SchedulePorts* ports, const Clock* clock, std::vector<std::string>* started)
      : schedule(ports, ports, clock, kPeriod,
                 [started](const RequestContext&, absl::string_view turn) {
                   started->emplace_back(turn);
                   return absl::OkStatus();
                 }) {}
  TrainingSchedule schedule;
};

TEST_CASE("a training is due so long after the last one began, and not sooner after a restart") {
  SchedulePorts ports;
  ports.last = LastTraining{kLastBegan, false};
  clientele::testing::FakeClock clock(kLastBegan);
  std::vector<std::string> started;
  const auto restarted = [&] {
    REQUIRE(ScheduleReplica(&ports, &clock, &started).schedule.Run({}).ok());
    return started.size();
  };
  CHECK(restarted() == 0);
  clock.Advance(kPeriod - absl::Microseconds(1));
  CHECK(restarted() == 0);
  clock.Advance(absl::Microseconds(1));
  CHECK(restarted() == 1);
  // It began.
  ports.last = LastTraining{clock.Now(), true};
  clock.Advance(2 * kPeriod);
  CHECK(restarted() == 1);
  // It took two days: the next is due.
  ports.last->is_running = false;
  CHECK(restarted() == 2);
}

TEST_CASE("all replicas start the same turn, and another one when it did not begin") {
  SchedulePorts ports;
  ports.last = LastTraining{kLastBegan, false};
  clientele::testing::FakeClock clock(kLastBegan + kPeriod);
  std::vector<std::string> started;
  ScheduleReplica one(&ports, &clock, &started), two(&ports, &clock, &started);
  REQUIRE(one.schedule.Run({}).ok());
  clock.Advance(absl::Hours(5));
  REQUIRE(two.schedule.Run({}).ok());
  REQUIRE(started.size() == 2);
  CHECK(started[0] == "scheduled-1700000000000000-1");
  CHECK(started[0] == started[1]);
  clock.Advance(kPeriod);
  REQUIRE(one.schedule.Run({}).ok());
  CHECK(started.back() == "scheduled-1700000000000000-2");
}

TEST_CASE("the first training waits for something to learn from, and for the database") {
  SchedulePorts ports;
  ports.newest = std::nullopt;
  clientele::testing::FakeClock clock(kLastBegan);
  std::vector<std::string> started;
  ScheduleReplica replica(&ports, &clock, &started);
  REQUIRE(replica.schedule.Run({}).ok());
  CHECK(started.empty());
  ports.error = absl::UnavailableError("away");
  CHECK(absl::IsUnavailable(replica.schedule.Run({})));
  ports.error = absl::OkStatus();
  ports.newest = kLastBegan;
  REQUIRE(replica.schedule.Run({}).ok());
  CHECK(started.size() == 1);
}

}  // namespace
}  // namespace clientele::recommend
