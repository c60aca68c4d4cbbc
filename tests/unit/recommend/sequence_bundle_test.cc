// What comes next: trained, published, loaded and served by its bundle.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>
#include <nlohmann/json.hpp>

#include "common/crypto/signing.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/kept_aside.h"
#include "common/status/error_details.h"
#include "common/training/bundle_publisher.h"
#include "services/recommend-service/core/ranking/sequence_state.h"
#include "services/recommend-service/model/bundle_sequence_models.h"
#include "services/recommend-service/training/sequence/plain_sequence.h"
#include "services/recommend-service/training/sequence/sequence_publisher.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

constexpr std::int32_t kRing = 24;

// Customers who walk around a ring of items, each from a place of their own.
TrainingSet Ring(std::int32_t customers) {
  TrainingSet set;
  for (std::int32_t i = 0; i < kRing; ++i)
    set.item_ids.push_back("item-" + std::to_string(100 + i));
  for (std::int32_t u = 0; u < customers; ++u) {
    set.customer_ids.push_back("secret-customer-" + std::to_string(1000 + u));
    set.customer_revisions.push_back(0);
    const std::int32_t length = 4 + u % 4;
    for (std::int32_t item = 0; item < kRing; ++item) {
      const std::int32_t step = (item - u * 7 % kRing + kRing) % kRing;
      if (step < length) set.examples.push_back({u, item, 1, 1'000'000 + step});
    }
  }
  set.interaction_count = static_cast<std::int64_t>(set.examples.size());
  set.newest = absl::FromUnixSeconds(1'700'000'000);
  return set;
}

TrainingOptions Passes(int epochs) {
  TrainingOptions options;
  options.sequence = true;
  options.sequence_epochs = epochs;
  options.seed = 5;
  return options;
}

absl::Status GoOn(int, int) { return absl::OkStatus(); }
absl::StatusOr<Comparison> NothingServed() { return Comparison(); }

struct SequenceWorkshop {
  SequencePublisher Publisher() const {
    return {folder.path(), key, &clock, 0,
            SequenceTrainingOptions{
                .positions = 6, .width = 16, .negatives = 8, .checkpoint_every = 1}};
  }
  std::unique_ptr<SequenceModelHandle> Handle() const {
    auto handle = SequenceModelHandle::Create({.model_dir = folder.path(),
                                               .name = kSequenceName,
                                               .task = model::v1::TASK_SEQUENCE_RECOMMENDER,
                                               .public_key = key.public_key(),
                                               .runners = inference::TorchScriptRunner::Load,
                                               .refresh_interval = absl::ZeroDuration()},
                                              OpenSequenceModel);
    INFO(handle.status());
    REQUIRE(handle.ok());
    return *std::move(handle);
  }
  // Every byte of every file.
  std::string AllBytes() const {
    std::string bytes;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path())) {
      if (!file.is_regular_file()) continue;
      std::ifstream stream(file.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(stream), {});
    }
    return bytes;
  }

  testing::TemporaryFolder folder;
  testing::FakeClock clock;
  crypto::SigningKey key = crypto::SigningKey::Generate();
};

TEST_CASE("what is served gives the states that training's module gives, whatever is beside them") {
  const SequenceWorkshop workshop;
  const TrainingSet set = Ring(60);
  const auto trained = workshop.Publisher().Train(set, Passes(3), GoOn);
  REQUIRE(trained.ok());
  const auto report =
      workshop.Publisher().TrainAndPublish("operations/1", set, Passes(3), GoOn, NothingServed);
  INFO(report.status());
  REQUIRE(report.ok());
  CHECK(report->publications.at(0).outcome == PublicationOutcome::kNothingServed);
  CHECK(report->metrics.at("held_out_customers") == 6);
  const auto handle = workshop.Handle();
  BundleSequenceModels models(handle.get());
  const auto served = models.Current();
  REQUIRE(served != nullptr);
  CHECK(served->id() == report->publications.at(0).model_id);
  CHECK(served->items().ids == set.item_ids);
  CHECK(served->positions() == 6);
  REQUIRE(served->recipe().has_value());
  CHECK(served->recipe()->epochs == 3);
  CHECK(served->recipe()->seed == 5);
  CHECK(served->recipe()->trained_until == set.newest);

  const std::vector<std::vector<std::int32_t>> sequences = {
      {3}, {3, 4, 5}, {23, 0, 1, 2, 3, 4}, {7, 3}, {0}};
  const auto together = served->States(sequences);
  REQUIRE(together.ok());
  const auto expected = (*trained)->States(sequences);
  REQUIRE(expected.ok());
  REQUIRE(together->size() == expected->size());
  const auto width = static_cast<std::size_t>(served->items().width);
  for (std::size_t at = 0; at < sequences.size(); ++at) {
    // Alone, and beside a longer one.
    const auto alone = served->States({sequences[at]});
    REQUIRE(alone.ok());
    for (std::size_t j = 0; j < width; ++j) {
      CHECK((*together)[at * width + j] ==
            Approx((*expected)[at * width + j]).margin(2e-5).epsilon(1e-4));
      CHECK((*alone)[j] == Approx((*expected)[at * width + j]).margin(2e-5).epsilon(1e-4));
    }
  }
  for (std::size_t i = 0; i < served->items().vectors.size(); ++i) {
    CHECK(served->items().vectors[i] == (*trained)->items().vectors[i]);
  }

  // The score of each item, as a plain loop has it.
  const std::vector<absl::string_view> ids = {"item-103", "item-104"};
  const auto state = ReadSequence(served, ids);
  REQUIRE(state.ok());
  for (std::int32_t row = 0; row < kRing; ++row) {
    double sum = 0;
    for (std::size_t j = 0; j < width; ++j) {
      sum +=
          static_cast<double>(served->items().vectors[static_cast<std::size_t>(row) * width + j]) *
          (*state)->state[j];
    }
    CHECK((*state)->Score(row) == Approx(sum));
  }
}

TEST_CASE("an order is learned, by the first touches and by what is liked alone") {
  const SequenceWorkshop workshop;
  TrainingSet set = Ring(300);
  // What nobody likes is no step of anybody.
  for (std::size_t i = 0; i < set.examples.size(); i += 9) set.examples[i].value = -1;
  const ItemSequences sequences = SequencesOf(set);
  CHECK(sequences.customers() == 300);
  CHECK(static_cast<std::size_t>(sequences.begin.back()) ==
        set.examples.size() - (set.examples.size() + 8) / 9);
  const auto trained = workshop.Publisher().Train(Ring(300), Passes(100), GoOn);
  REQUIRE(trained.ok());
  int found = 0;
  for (std::int32_t from = 0; from < kRing; ++from) {
    std::vector<absl::string_view> ids;
    for (std::int32_t back = 3; back >= 0; --back) {
      ids.push_back(set.item_ids[static_cast<std::size_t>((from - back + kRing) % kRing)]);
    }
    const auto state = ReadSequence(*trained, ids);
    std::int32_t best = (from + 2) % kRing;
    for (std::int32_t row = 0; row < kRing; ++row) {
      if (!(*state)->HasRead(row) && (*state)->Score(row) > (*state)->Score(best)) best = row;
    }
    found += best == (from + 1) % kRing ? 1 : 0;
  }
  // By chance it is one.
  CHECK(found >= kRing / 2);
}

TEST_CASE("a bundle and its checkpoints hold no customer, and checkpoints go when they are done") {
  const SequenceWorkshop workshop;
  REQUIRE(workshop.Publisher()
              .TrainAndPublish("operations/1", Ring(60), Passes(2), GoOn, NothingServed)
              .ok());
  CHECK(std::filesystem::exists(workshop.folder.path() / ".training" / kSequenceName));
  CHECK(workshop.AllBytes().find("secret-customer") == std::string::npos);
  CHECK(workshop.AllBytes().find("item-105") != std::string::npos);
  workshop.Publisher().DropCheckpoints();
  CHECK_FALSE(std::filesystem::exists(workshop.folder.path() / ".training" / kSequenceName));
}

TEST_CASE("a training that was cut goes on where it was, and ends with the same model") {
  const SequenceWorkshop whole, cut;
  const TrainingSet set = Ring(60);
  const auto wanted = whole.Publisher().Train(set, Passes(4), GoOn);
  REQUIRE(wanted.ok());
  const auto stopped = cut.Publisher().Train(set, Passes(4), [](int completed, int) {
    return completed == 2 ? absl::CancelledError("killed") : absl::OkStatus();
  });
  CHECK(absl::IsCancelled(stopped.status()));
  int first_seen = -1;
  const auto resumed = cut.Publisher().Train(set, Passes(4), [&](int completed, int total) {
    CHECK(total == 4);
    // The first call is before the checkpoint is read.
    if (completed > 0 && first_seen < 0) first_seen = completed;
    return absl::OkStatus();
  });
  REQUIRE(resumed.ok());
  CHECK(first_seen == 2);
  CHECK((*resumed)->items().vectors == (*wanted)->items().vectors);
  CHECK(*(*resumed)->States({{1, 2}}) == *(*wanted)->States({{1, 2}}));

  // Another length of the training, and other data, begin anew.
  CHECK(cut.Publisher().Train(set, Passes(3), GoOn).ok());
  CHECK(cut.Publisher().Train(Ring(61), Passes(4), GoOn).ok());

  // A checkpoint that is damaged is thrown away.
  for (const auto& file : std::filesystem::recursive_directory_iterator(cut.folder.path())) {
    if (file.is_regular_file()) std::ofstream(file.path()) << "nonsense";
  }
  const auto anew = cut.Publisher().Train(set, Passes(4), GoOn);
  INFO(anew.status());
  REQUIRE(anew.ok());
  CHECK((*anew)->items().vectors == (*wanted)->items().vectors);
}

TEST_CASE("what is worse than the serving version is kept aside with its reason") {
  const SequenceWorkshop workshop;
  const auto report =
      workshop.Publisher().TrainAndPublish("operations/1", Ring(60), Passes(2), GoOn, [] {
        return Comparison{.serving_id = "recommend-sequence/1",
                          .measured = MeasuredPair{.trained = 0.1,
                                                   .serving = 0.2,
                                                   .customers = 30,
                                                   .since = absl::UnixEpoch(),
                                                   .by_recipe = false},
                          .obstacle = ""};
      });
  REQUIRE(report.ok());
  CHECK(report->publications.at(0).outcome == PublicationOutcome::kKeptAside);
  CHECK(workshop.Handle()->Current() == nullptr);
  CHECK(inference::ListKeptAside(workshop.folder.path(), kSequenceName).size() == 1);

  // An error of the comparison ends the training with it, and nothing is published.
  const auto failed = workshop.Publisher().TrainAndPublish(
      "operations/1", Ring(60), Passes(2), GoOn,
      []() -> absl::StatusOr<Comparison> { return absl::AbortedError("lost its turn"); });
  CHECK(absl::IsAborted(failed.status()));
  CHECK(workshop.Handle()->Current() == nullptr);
}

TEST_CASE("the report of a training stands in its bundle, whether published or kept aside") {
  const SequenceWorkshop workshop;
  const SequencePublisher publisher = workshop.Publisher();
  CHECK_FALSE(publisher.FindReport("operations/1").has_value());
  const auto same = [&](const TrainingReport& report) {
    const auto found = publisher.FindReport(report.training);
    REQUIRE(found.has_value());
    CHECK(found->training == report.training);
    CHECK(found->model_id == report.model_id);
    CHECK(found->interaction_count == report.interaction_count);
    CHECK(found->metrics == report.metrics);
    REQUIRE(found->publications.size() == 1);
    const Publication &read = found->publications[0], &made = report.publications.at(0);
    CHECK(read.model_id == made.model_id);
    CHECK(read.outcome == made.outcome);
    CHECK(read.reason == made.reason);
    CHECK(read.comparison.serving_id == made.comparison.serving_id);
    CHECK(read.comparison.obstacle == made.comparison.obstacle);
    REQUIRE(read.comparison.measured.has_value() == made.comparison.measured.has_value());
    if (!made.comparison.measured.has_value()) return;
    CHECK(read.comparison.measured->trained == made.comparison.measured->trained);
    CHECK(read.comparison.measured->serving == made.comparison.measured->serving);
    CHECK(read.comparison.measured->customers == made.comparison.measured->customers);
    CHECK(read.comparison.measured->since == made.comparison.measured->since);
    CHECK(read.comparison.measured->by_recipe == made.comparison.measured->by_recipe);
  };
  const auto published =
      publisher.TrainAndPublish("operations/1", Ring(60), Passes(2), GoOn, NothingServed);
  REQUIRE(published.ok());
  same(*published);
  const auto kept = publisher.TrainAndPublish("operations/2", Ring(60), Passes(2), GoOn, [] {
    return Comparison{.serving_id = "recommend-sequence/1",
                      .measured = MeasuredPair{.trained = 0.1,
                                               .serving = 0.2,
                                               .customers = 30,
                                               .since = absl::FromUnixSeconds(1'700'000'000),
                                               .by_recipe = true},
                      .obstacle = ""};
  });
  REQUIRE(kept.ok());
  CHECK(kept->publications.at(0).outcome == PublicationOutcome::kKeptAside);
  same(*kept);

  // A run without a name is nobody's, and what cannot be read is passed over.
  REQUIRE(publisher.TrainAndPublish("", Ring(60), Passes(2), GoOn, NothingServed).ok());
  CHECK_FALSE(publisher.FindReport("").has_value());
  for (const auto& file : std::filesystem::recursive_directory_iterator(workshop.folder.path())) {
    if (file.path().filename() == "training.json") std::ofstream(file.path()) << "[1";
  }
  CHECK_FALSE(publisher.FindReport("operations/1").has_value());
}

TEST_CASE("where nobody has two items there is nothing to learn") {
  const SequenceWorkshop workshop;
  TrainingSet set = Ring(1);
  set.examples.resize(1);
  CHECK(GetReason(workshop.Publisher().Train(set, Passes(2), GoOn).status()) ==
        "TOO_FEW_INTERACTIONS");
}

// A bundle of a ring's sequence model, changed before it is written.
struct ForeignBundle {
  model::v1::Bundle manifest;
  nlohmann::json ids;
};

std::string ReasonOfRefusal(const std::function<void(ForeignBundle&)>& change) {
  const SequenceWorkshop workshop;
  const TrainingSet set = Ring(30);
  const auto trained = TrainItemSequence(
      SequencesOf(set), kRing, {.positions = 6, .width = 16, .negatives = 8, .epochs = 1});
  REQUIRE(trained.ok());
  ForeignBundle bundle;
  bundle.ids = set.item_ids;
  bundle.manifest.set_task(model::v1::TASK_SEQUENCE_RECOMMENDER);
  bundle.manifest.set_license("Apache-2.0");
  bundle.manifest.set_source("somewhere");
  inference::AddSpec(*bundle.manifest.mutable_inputs(), "ids", model::v1::DATA_TYPE_INT64,
                     {-1, -1});
  inference::AddSpec(*bundle.manifest.mutable_inputs(), "mask", model::v1::DATA_TYPE_INT64,
                     {-1, -1});
  inference::AddSpec(*bundle.manifest.mutable_outputs(), "states", model::v1::DATA_TYPE_FLOAT32,
                     {-1, 16});
  bundle.manifest.mutable_limits()->set_max_tokens(6);
  bundle.manifest.mutable_limits()->set_vocabulary(kRing + 1);
  change(bundle);
  const training::BundlePublisher publisher(workshop.folder.path(), workshop.key, &workshop.clock);
  const absl::Status written =
      publisher.Publish("recommend-sequence/7", MakeSequenceRecommender(trained->module),
                        bundle.manifest, {{"items.json", bundle.ids.dump()}},
                        {at::ones({1, 3}, at::kLong), at::ones({1, 3}, at::kLong)});
  if (!written.ok()) return std::string(written.message());
  const auto handle = workshop.Handle();
  if (handle->Current() != nullptr) return "";
  return handle->Versions().at(0).reason;
}

TEST_CASE("a bundle that does not fit together is refused with the reason, before it serves") {
  CHECK(ReasonOfRefusal([](ForeignBundle&) {}).empty());
  CHECK(ReasonOfRefusal([](ForeignBundle& bundle) { bundle.ids[3] = bundle.ids[4]; }) ==
        "the bundle cannot be used: items.json repeats an id");
  CHECK(ReasonOfRefusal([](ForeignBundle& bundle) { bundle.ids.erase(0); }) ==
        "the bundle cannot be used: item_vectors, items.json and limits.vocabulary do not fit "
        "together");
  CHECK(ReasonOfRefusal([](ForeignBundle& bundle) { bundle.ids = "all"; }) ==
        "the bundle cannot be used: items.json must be an array of item ids");
  CHECK(ReasonOfRefusal([](ForeignBundle& bundle) {
          bundle.manifest.mutable_limits()->set_vocabulary(0);
        }).find("limits.vocabulary") != std::string::npos);
}

}  // namespace
}  // namespace clientele::recommend
