#include "services/recommend-service/core/training/training.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::recommend {
namespace {

// Notes the order of the steps; each can be told to fail.
struct FakePorts final : TrainingStore,
                         Factorizer,
                         FactorizationJudge,
                         ModelPublisher,
                         CollaborativeModels {
  class Turn final : public TrainingTurn {
   public:
    explicit Turn(FakePorts* ports) : ports_(ports) {}
    ~Turn() override { ports_->steps.push_back("end"); }
    const std::string& training_id() const override { return ports_->training_id; }
    absl::Status Check() const override { return ports_->turn_error; }

   private:
    FakePorts* const ports_;
  };
  absl::StatusOr<std::unique_ptr<TrainingTurn>> BeginTraining(const RequestContext&,
                                                              absl::string_view name) override {
    if (!begin_error.ok()) return begin_error;
    steps.push_back("begin " + std::string(name));
    return std::make_unique<Turn>(this);
  }
  absl::StatusOr<std::optional<LastTraining>> GetLastTraining(const RequestContext&) override {
    return std::nullopt;
  }
  absl::StatusOr<TrainingSet> LoadTrainingSet(const RequestContext&) override {
    steps.push_back("load");
    return set;
  }
  absl::StatusOr<Factorization> Train(const TrainingSet&, const TrainingOptions&,
                                      const TrainingProgress& progress) const override {
    if (absl::Status status = progress(1, 2); !status.ok()) return status;
    steps.push_back("train");
    Factorization model;
    model.metrics = {{"rmse", 0.5}};
    return model;
  }
  absl::StatusOr<std::string> NextModelId() const override { return "factorization/7"; }
  absl::Status SaveCustomerFactors(const RequestContext&, const ModelIdentity& model,
                                   absl::string_view, const TrainingSet&,
                                   const Factorization&) override {
    steps.push_back("save " + model.id + " of " + model.training_id);
    return save_error;
  }
  std::optional<TrainingReport> FindReport(absl::string_view training) const override {
    if (written.training != training) return std::nullopt;
    return written;
  }
  absl::Status Publish(const ModelIdentity& model, const TrainingSet&, const TrainingOptions&,
                       const Factorization&, const TrainingReport& report) const override {
    steps.push_back("publish " + model.id + " of " + model.training_id);
    if (publish_error.ok()) written = report;
    return publish_error;
  }
  absl::Status KeepAside(const ModelIdentity& model, const TrainingSet&, const TrainingOptions&,
                         const Factorization&, const TrainingReport& report) const override {
    steps.push_back("keep aside " + model.id);
    if (publish_error.ok()) written = report;
    return publish_error;
  }
  absl::StatusOr<Comparison> Compare(const RequestContext&, const TrainingOptions&,
                                     const std::shared_ptr<const CollaborativeModel>&,
                                     const std::function<absl::Status()>& check) const override {
    if (absl::Status status = check(); !status.ok()) return status;
    steps.push_back("judge");
    return comparison;
  }
  std::shared_ptr<const CollaborativeModel> Current() override { return nullptr; }
  void Refresh() override { steps.push_back("refresh"); }

  TrainingSet set{{"c"}, {1}, {"i"}, {{0, 0, 1.0f, 0}}, 3};
  const std::string training_id = "t1";
  absl::Status begin_error, turn_error, save_error, publish_error;
  Comparison comparison;
  mutable std::vector<std::string> steps;
  mutable TrainingReport written;  // with the bundle
};

absl::StatusOr<TrainingReport> Run(FakePorts& ports, TrainingOptions options = {}) {
  return ModelTraining(&ports, &ports, &ports, &ports, &ports)
      .Run({}, "operation", options, [](int, int) { return absl::OkStatus(); });
}

TEST_CASE("customers' factors are stored before the bundle appears, and it serves at the end") {
  FakePorts ports;
  const auto report = Run(ports);
  REQUIRE(report.ok());
  CHECK(ports.steps == std::vector<std::string>{"begin operation", "load", "train", "refresh",
                                                "judge", "save factorization/7 of t1",
                                                "publish factorization/7 of t1", "refresh", "end"});
  CHECK(report->model_id == "factorization/7");
  CHECK(report->metrics.at("rmse") == 0.5);
  CHECK(report->interaction_count == 3);
  REQUIRE(report->publications.size() == 1);
  CHECK(report->publications[0].model_id == "factorization/7");
  CHECK(report->publications[0].outcome == PublicationOutcome::kNothingServed);
}

TEST_CASE("a model that is worse is kept aside with its reason, and no factors are stored") {
  FakePorts ports;
  ports.comparison = {.serving_id = "factorization/6",
                      .measured = MeasuredPair{0.1, 0.2, 50, absl::UnixEpoch(), false},
                      .obstacle = ""};
  SECTION("by itself") {
    const auto report = Run(ports);
    REQUIRE(report.ok());
    CHECK(ports.steps == std::vector<std::string>{"begin operation", "load", "train", "refresh",
                                                  "judge", "keep aside factorization/7", "end"});
    CHECK(report->model_id == "factorization/7");
    CHECK(report->metrics.at("rmse") == 0.5);
    REQUIRE(report->publications.size() == 1);
    CHECK(report->publications[0].outcome == PublicationOutcome::kKeptAside);
    CHECK(report->publications[0].reason == ports.written.publications.at(0).reason);
    CHECK(report->publications[0].reason.find("factorization/6") != std::string::npos);
  }
  SECTION("unless the caller wants it") {
    TrainingOptions options;
    options.publish_anyway = true;
    const auto report = Run(ports, options);
    REQUIRE(report.ok());
    CHECK(ports.steps.at(6) == "publish factorization/7 of t1");
    CHECK(report->publications.at(0).outcome == PublicationOutcome::kPublishedAnyway);
  }
}

TEST_CASE("a training that is begun again after its bundle was written makes no second one") {
  FakePorts ports;
  const auto report = Run(ports);
  REQUIRE(report.ok());
  ports.steps.clear();
  const auto again = Run(ports);
  REQUIRE(again.ok());
  CHECK(ports.steps == std::vector<std::string>{"begin operation", "refresh", "end"});
  CHECK(again->model_id == report->model_id);
  CHECK(again->metrics == report->metrics);
  CHECK(again->publications.size() == 1);

  // One of another name is another training.
  ports.steps.clear();
  ports.written.training = "operation before";
  REQUIRE(Run(ports).ok());
  CHECK(ports.steps.at(6) == "publish factorization/7 of t1");
}

TEST_CASE("without interactions nothing is trained") {
  FakePorts ports;
  ports.set.examples.clear();
  const absl::Status status = Run(ports).status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(GetReason(status) == "NO_INTERACTIONS");
  CHECK(ports.steps == std::vector<std::string>{"begin operation", "load", "end"});
}

TEST_CASE("a failed step ends the training before anything serves") {
  FakePorts ports;
  SECTION("factors") {
    ports.save_error = absl::UnavailableError("away");
    CHECK(absl::IsUnavailable(Run(ports).status()));
    CHECK(ports.steps.at(5) == "save factorization/7 of t1");
    CHECK(ports.steps.size() == 7);
  }
  SECTION("bundle") {
    ports.publish_error = absl::AlreadyExistsError("taken");
    CHECK(absl::IsAlreadyExists(Run(ports).status()));
    CHECK(ports.steps.at(6) == "publish factorization/7 of t1");
    CHECK(ports.steps.size() == 8);
  }
}

TEST_CASE("a training that may not begin reads nothing") {
  FakePorts ports;
  ports.begin_error = TrainingRunning("operations/1", absl::FromUnixSeconds(1'700'000'000));
  const absl::Status status = Run(ports).status();
  CHECK(GetReason(status) == "TRAINING_RUNNING");
  CHECK(status.message() ==
        "another training runs: operations/1, since 2023-11-14T22:13:20Z; wait until it has ended, "
        "or cancel it");
  CHECK(ports.steps.empty());
}

TEST_CASE("a training that lost its turn stops at its next step and stores nothing") {
  FakePorts ports;
  ports.turn_error = TrainingTurnLost();
  CHECK(GetReason(Run(ports).status()) == "TRAINING_TURN_LOST");
  CHECK(ports.steps == std::vector<std::string>{"begin operation", "load", "end"});
}

TEST_CASE("options outside their limits are refused before the data are read") {
  FakePorts ports;
  const absl::Status status = Run(ports, {1, 501, 0}).status();
  CHECK(GetFieldViolations(status).size() == 2);
  TrainingOptions options;
  options.held_out_days = kMaxHeldOutDays + 1;
  CHECK(GetFieldViolations(Run(ports, options).status()).at(0).field ==
        "factorization.held_out_days");
  options.hybrid = true;
  CHECK(GetFieldViolations(Run(ports, options).status()).at(0).field == "hybrid.held_out_days");
  CHECK(ports.steps.empty());
}

}  // namespace
}  // namespace clientele::recommend
