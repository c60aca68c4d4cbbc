#include "services/recommend-service/core/training/training.h"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::recommend {
namespace {

// Notes the order of the steps; each can be told to fail.
struct FakePorts final : TrainingStore, Factorizer, ModelPublisher, CollaborativeModels {
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
  absl::Status SaveCustomerFactors(const RequestContext&, absl::string_view model_id,
                                   absl::string_view, const TrainingSet&,
                                   const Factorization&) override {
    steps.push_back("save " + std::string(model_id));
    return save_error;
  }
  absl::Status Publish(absl::string_view model_id, const TrainingSet&, const TrainingOptions&,
                       const Factorization&) const override {
    steps.push_back("publish " + std::string(model_id));
    return publish_error;
  }
  std::shared_ptr<const CollaborativeModel> Current() override { return nullptr; }
  void Refresh() override { steps.push_back("refresh"); }

  TrainingSet set{{"c"}, {"i"}, {{0, 0, 1.0f, 0}}, 3};
  absl::Status save_error, publish_error;
  mutable std::vector<std::string> steps;
};

absl::StatusOr<TrainingReport> Run(FakePorts& ports, TrainingOptions options = {}) {
  return ModelTraining(&ports, &ports, &ports, &ports).Run({}, options, [](int, int) {
    return absl::OkStatus();
  });
}

TEST_CASE("customers' factors are stored before the bundle appears, and it serves at the end") {
  FakePorts ports;
  const auto report = Run(ports);
  REQUIRE(report.ok());
  CHECK(ports.steps == std::vector<std::string>{"load", "train", "save factorization/7",
                                                "publish factorization/7", "refresh"});
  CHECK(report->model_id == "factorization/7");
  CHECK(report->metrics.at("rmse") == 0.5);
  CHECK(report->interaction_count == 3);
}

TEST_CASE("without interactions nothing is trained") {
  FakePorts ports;
  ports.set.examples.clear();
  const absl::Status status = Run(ports).status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(GetReason(status) == "NO_INTERACTIONS");
  CHECK(ports.steps == std::vector<std::string>{"load"});
}

TEST_CASE("a failed step ends the training before anything serves") {
  FakePorts ports;
  SECTION("factors") {
    ports.save_error = absl::UnavailableError("away");
    CHECK(absl::IsUnavailable(Run(ports).status()));
    CHECK(ports.steps.back() == "save factorization/7");
  }
  SECTION("bundle") {
    ports.publish_error = absl::AlreadyExistsError("taken");
    CHECK(absl::IsAlreadyExists(Run(ports).status()));
    CHECK(ports.steps.back() == "publish factorization/7");
  }
}

TEST_CASE("options outside their limits are refused before the data are read") {
  FakePorts ports;
  const absl::Status status = Run(ports, {1, 501, 0}).status();
  CHECK(GetFieldViolations(status).size() == 2);
  CHECK(ports.steps.empty());
}

}  // namespace
}  // namespace clientele::recommend
