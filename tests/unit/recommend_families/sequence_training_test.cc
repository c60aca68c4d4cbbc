#include "services/recommend-service/training/sequence/sequence_training.h"

#include <random>
#include <string>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>

#include "absl/strings/match.h"

#include "common/status/error_details.h"
#include "services/recommend-service/training/candidates/ranking_experiment.h"
#include "services/recommend-service/training/sequence/sequence_family.h"
#include "tests/support/temporary_folder.h"

namespace clientele::recommend {
namespace {

using clientele::testing::TemporaryFolder;

constexpr int kItems = 24;

// Item k + 1 follows item k, around a circle; the file is not in the order of time.
InteractionLog Circle(int customers) {
  std::mt19937 random(4);
  InteractionLog log;
  for (int i = 0; i < kItems; ++i) log.items.push_back(std::to_string(i));
  for (int c = 0; c < customers; ++c) {
    log.customers.push_back(std::to_string(c));
    const int first = static_cast<int>(random() % kItems);
    const int length = 3 + static_cast<int>(random() % 5);
    for (int at = length - 1; at >= 0; --at) {
      log.rows.push_back({c, (first + at) % kItems, 1, static_cast<double>(at)});
    }
  }
  return log;
}

ItemSequences CircleSequences(int customers) {
  const InteractionLog log = Circle(customers);
  std::vector<std::size_t> rows(log.rows.size());
  std::vector<std::int32_t> number(kItems);
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  for (std::int32_t item = 0; item < kItems; ++item) number[static_cast<std::size_t>(item)] = item;
  return SequencesOf(log, rows, number);
}

SequenceTrainingOptions Quick() {
  return {.positions = 4, .width = 16, .heads = 1, .negatives = 8, .epochs = 3, .seed = 5};
}

TEST_CASE("an order is learned that items without their order do not tell") {
  const InteractionLog log = Circle(300);
  const Protocol protocol{.kind = ProtocolKind::kLeaveLast};
  const auto splits = SplitRows(log, protocol);
  REQUIRE(splits.ok());
  const auto hit_rate = [&](const char* algorithm) {
    const auto experiment = RunRankingExperiment(
        log, splits->front(), {.algorithm = algorithm, .protocol = protocol, .k = 1});
    INFO(experiment.status());
    REQUIRE(experiment.ok());
    return experiment->report.hit_rate;
  };
  // Of items that are neighbors on either side, one is the next.
  CHECK(hit_rate("item-item") < 0.7);
  CHECK(hit_rate("sequence") > 0.95);
}

TEST_CASE("a training that was cut ends with the same bits as one that was not") {
  const ItemSequences sequences = CircleSequences(60);
  const auto whole = TrainItemSequence(sequences, kItems, Quick());
  REQUIRE(whole.ok());
  CHECK(whole->held_out == 6);
  REQUIRE(whole->loop.best.has_value());

  const TemporaryFolder folder;
  SequenceTrainingOptions options = Quick();
  options.checkpoints = folder.path() / "checkpoints";
  options.checkpoint_every = 1;
  options.progress = [](const training::LoopProgress& at) {
    return at.step == 4 ? absl::CancelledError("cut") : absl::OkStatus();
  };
  CHECK(absl::IsCancelled(TrainItemSequence(sequences, kItems, options).status()));
  options.progress = {};
  const auto resumed = TrainItemSequence(sequences, kItems, options);
  REQUIRE(resumed.ok());
  CHECK(resumed->loop.resumed);
  CHECK((resumed->loop.epochs == whole->loop.epochs));
  CHECK(
      at::equal(resumed->module.attr("table").toTensor(), whole->module.attr("table").toTensor()));

  options.seed = 6;
  CHECK(absl::IsFailedPrecondition(TrainItemSequence(sequences, kItems, options).status()));
}

TEST_CASE("a customer's vector is of the last items alone, and zero without one") {
  const auto trained = TrainItemSequence(CircleSequences(40), kItems, Quick());
  REQUIRE(trained.ok());
  const ItemSequences sequences{.begin = {0, 6, 6, 10}, .item = {9, 8, 3, 4, 5, 6, 3, 4, 5, 6}};
  const auto vectors = SequenceVectors(trained->module, sequences, Quick().positions);
  REQUIRE(vectors.ok());
  CHECK(at::allclose((*vectors)[0], (*vectors)[2], 1e-5, 1e-6));
  CHECK((*vectors)[1].abs().sum().item<float>() == 0);
  CHECK((*vectors)[0].abs().sum().item<float>() > 0);
}

TEST_CASE("sequences that no training can take are refused before it begins") {
  const auto status = [](const ItemSequences& sequences, const SequenceTrainingOptions& options) {
    return TrainItemSequence(sequences, 3, options).status();
  };
  const ItemSequences pair{.begin = {0, 2}, .item = {0, 1}};
  CHECK(status(pair, Quick()).ok());
  CHECK(absl::StrContains(status({.begin = {0, 2}, .item = {0, 3}}, Quick()).message(), "item 3"));
  CHECK(absl::IsInvalidArgument(status({.begin = {0, 2}, .item = {0, -1}}, Quick())));
  CHECK(GetReason(status({.begin = {0, 1, 2}, .item = {0, 1}}, Quick())) == "TOO_FEW_INTERACTIONS");
  CHECK(GetReason(status({}, Quick())) == "TOO_FEW_INTERACTIONS");
  SequenceTrainingOptions wrong = Quick();
  wrong.negatives = 0;
  CHECK(absl::IsInvalidArgument(status(pair, wrong)));
  wrong = Quick();
  wrong.positions = 0;
  CHECK(absl::IsInvalidArgument(status(pair, wrong)));
  wrong = Quick();
  wrong.calibration = 1.5;
  CHECK(absl::IsInvalidArgument(status(pair, wrong)));
}

TEST_CASE("a family of sequences needs their order") {
  const SparseMatrix interactions = CompressRows(std::vector<SparseEntry>{{0, 0}, {0, 1}}, 1, 2);
  CHECK(absl::IsInvalidArgument(SequenceFamily().Fit({.interactions = interactions}).status()));
}

}  // namespace
}  // namespace clientele::recommend
