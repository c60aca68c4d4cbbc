// Recommendations that are recorded, and computed again.
#include "services/recommend-service/core/predictions/predictions.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "tests/contract/recommend/feed.h"
#include "tests/contract/recommend/memory_predictions.h"
#include "tests/unit/recommend/fake_sequence_model.h"
#include "tests/unit/recommend/mug_shop.h"

namespace clientele::recommend {
namespace {

// A row's score: the sum of what is known in it, over the version's divisor.
class SummingRanker final : public Ranker, public RankerVersion {
 public:
  explicit SummingRanker(std::string id = "recommend-ranker/1", float divisor = 3)
      : id_(std::move(id)), divisor_(divisor) {}

  std::shared_ptr<const RankerVersion> Current() override { return nullptr; }
  bool stands() const override { return serves; }
  absl::StatusOr<RankerScores> Score(const RequestContext&,
                                     const std::vector<std::vector<float>>& rows,
                                     absl::string_view) override {
    absl::StatusOr<std::vector<float>> scores = Score(rows);
    if (!scores.ok()) return scores.status();
    return RankerScores{id_, *std::move(scores)};
  }

  const std::string& id() const override { return id_; }
  std::optional<RankerRecipe> recipe() const override { return std::nullopt; }
  std::shared_ptr<const frame::FeatureHistograms> histograms() const override { return nullptr; }
  absl::StatusOr<std::vector<float>> Score(
      const std::vector<std::vector<float>>& rows) const override {
    std::vector<float> scores;
    for (const std::vector<float>& row : rows) {
      if (row.size() != RankingFeatureNames().size()) return absl::InvalidArgumentError("width");
      float sum = 0;
      for (const float value : row) sum += value == value ? value : 0;
      scores.push_back(sum / divisor_);
    }
    return scores;
  }

  bool serves = true;

 private:
  const std::string id_;
  const float divisor_;
};

class FakeArchive final : public ModelArchive {
 public:
  absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenFactorization(
      absl::string_view id) override {
    if (const auto found = factorizations.find(std::string(id)); found != factorizations.end()) {
      return found->second;
    }
    return WithReason(absl::FailedPreconditionError("gone"), "MODEL_GONE");
  }
  absl::StatusOr<std::shared_ptr<const RankerVersion>> OpenRanker(absl::string_view id) override {
    if (const auto found = rankers.find(std::string(id)); found != rankers.end()) {
      return found->second;
    }
    return WithReason(absl::FailedPreconditionError("gone"), "MODEL_GONE");
  }

  absl::StatusOr<std::shared_ptr<const SequenceModel>> OpenSequence(absl::string_view id) override {
    if (const auto found = sequences.find(std::string(id)); found != sequences.end()) {
      return found->second;
    }
    return WithReason(absl::FailedPreconditionError("gone"), "MODEL_GONE");
  }

  std::map<std::string, std::shared_ptr<const SequenceModel>> sequences;
  std::map<std::string, std::shared_ptr<const CollaborativeModel>> factorizations;
  std::map<std::string, std::shared_ptr<const RankerVersion>> rankers;
};

struct RecordingShop : MugShop {
  explicit RecordingShop(const RecommenderOptions& options = {}, double share = 0)
      : MugShop(options),
        predictions(&recommender, &store, &archive, &clock,
                    {share, [this](Recording one) { recordings.push_back(one); }}) {
    Serve();
    archive.factorizations["factorization/1"] = model;
    Know("ada");
    stores.histories["ada"].items = {Bought("cup")};
    stores.histories["ada"].revision = 1;
  }
  void Tell(changefeed::Change::Kind kind, const std::string& customer) {
    testing::Feed(store, {testing::CustomerChange(kind, customer)});
  }
  void Know(const std::string& customer) {
    Tell(changefeed::Change::Kind::kCustomerCreated, customer);
  }
  RecommendationList Ask(const RecommendQuery& query, bool record = true) {
    auto list = predictions.Recommend({}, query, record);
    INFO(list.status());
    REQUIRE(list.ok());
    return *std::move(list);
  }
  ReplayedPrediction Replay(const RecommendationList& list, const std::string& customer = "ada") {
    auto replayed = predictions.Replay({}, customer, list.prediction_id);
    INFO(replayed.status());
    REQUIRE(replayed.ok());
    return *std::move(replayed);
  }
  absl::Status ReplayError(const RecommendationList& list) {
    return predictions.Replay({}, "ada", list.prediction_id).status();
  }

  testing::MemoryPredictions store;
  FakeArchive archive;
  std::vector<Recording> recordings;
  Predictions predictions;
};

// The list as it is told.
std::vector<double> ScoresOf(const RecommendationList& list) {
  std::vector<double> scores;
  for (const Recommendation& one : list.recommendations) scores.push_back(one.score);
  return scores;
}

void CheckReplay(const ReplayedPrediction& replayed, const RecommendationList& list) {
  CHECK(replayed.is_bit_exact);
  CHECK(replayed.scores == ScoresOf(list));
  CHECK(replayed.prediction.item_ids == Ids(list));
  CHECK(replayed.prediction.strategy == list.strategy);
  CHECK(replayed.prediction.models == list.models);
}

TEST_CASE("a list folded in is computed again, whatever the customer did since") {
  RecordingShop shop;
  const RecommendationList list = shop.Ask({"ada"});
  REQUIRE(list.strategy == Strategy::kFoldIn);
  CHECK(Contains(list, "new"));  // which the model does not know
  shop.stores.histories["ada"].items = {MugShop::Bought("lamp"), MugShop::Bought("torch")};
  shop.stores.histories["ada"].revision = 2;
  CHECK(ScoresOf(shop.Ask({"ada"}, false)) != ScoresOf(list));
  CheckReplay(shop.Replay(list), list);
}

TEST_CASE("a list by trained factors is computed again after another training replaced them") {
  RecordingShop shop;
  CustomerHistory& history = shop.stores.histories["ada"];
  history.trained = CustomerFactors{{0.7F, 0.3F}, 0.1F};
  const RecommendationList list = shop.Ask({"ada"});
  REQUIRE(list.strategy == Strategy::kFactorization);
  history.trained = CustomerFactors{{-0.7F, 0.9F}, 0.2F};
  shop.models.current = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"mug", "lamp"}, std::vector<float>{0, 1, 1, 0},
      std::vector<float>{0, 0}, 0.1F);
  CheckReplay(shop.Replay(list), list);
}

TEST_CASE("a list by what comes next is computed again from the items of then") {
  FakeSequenceModels sequences;
  sequences.current = std::make_shared<const FakeSequenceModel>(
      std::vector<std::string>{"lamp", "cup", "mug"},
      std::map<std::string, std::string>{{"cup", "mug"}, {"mug", "lamp"}});
  RecordingShop shop({.sequences = &sequences});
  shop.archive.sequences["recommend-sequence/1"] = sequences.current;
  const RecommendationList list = shop.Ask({.customer_id = "ada", .method = Method::kSequence});
  REQUIRE(list.strategy == Strategy::kSequence);
  CHECK(Ids(list).at(0) == "mug");
  shop.stores.histories["ada"].items = {MugShop::Bought("cup"), MugShop::Bought("mug")};
  shop.stores.histories["ada"].revision = 2;
  CheckReplay(shop.Replay(list), list);
  shop.archive.sequences.clear();
  CHECK(GetReason(shop.ReplayError(list)) == "MODEL_GONE");

  // Of an anonymous session nothing is recorded.
  RecommendQuery session;
  session.session_items = {"cup"};
  CHECK(shop.Ask(session).prediction_id.empty());
}

TEST_CASE("a list of the hybrid is computed again by the ranker that ordered it") {
  SummingRanker ranker;
  RecordingShop shop({.ranker = &ranker});
  shop.archive.rankers["recommend-ranker/1"] = std::make_shared<SummingRanker>();
  const RecommendationList list = shop.Ask({"ada"});
  REQUIRE(list.strategy == Strategy::kHybrid);
  REQUIRE(list.models.size() == 2);
  CheckReplay(shop.Replay(list), list);

  SECTION("another model under that name is told apart") {
    shop.archive.rankers["recommend-ranker/1"] =
        std::make_shared<SummingRanker>("recommend-ranker/1", 3.000001F);
    const ReplayedPrediction replayed = shop.Replay(list);
    CHECK_FALSE(replayed.is_bit_exact);
    CHECK(replayed.prediction.scores == ScoresOf(list));
  }
  SECTION("without the ranker there is nothing to compute it by") {
    shop.archive.rankers.clear();
    CHECK(GetReason(shop.ReplayError(list)) == "MODEL_GONE");
  }
}

TEST_CASE("a list by rank fusion is computed again without a model") {
  SummingRanker ranker;
  ranker.serves = false;
  RecordingShop shop({.ranker = &ranker});
  const RecommendationList list = shop.Ask({.customer_id = "ada", .method = Method::kHybrid});
  REQUIRE(list.strategy == Strategy::kHybrid);
  REQUIRE(list.models.size() == 1);
  shop.archive.factorizations.clear();
  CheckReplay(shop.Replay(list), list);
}

TEST_CASE("a list by popularity is told as it was recorded") {
  RecordingShop shop;
  shop.Know("bob");
  const RecommendationList list = shop.Ask({"bob"});
  REQUIRE(list.strategy == Strategy::kPopular);
  CheckReplay(shop.Replay(list, "bob"), list);
}

TEST_CASE("a version that another training made is not taken for the one of then") {
  class Retrained final : public CollaborativeModel {
   public:
    const ModelIdentity& identity() const override { return identity_; }
    const std::vector<std::string>& item_ids() const override { return items_; }
    std::int64_t dimension() const override { return 2; }
    absl::Span<const float> item_factors() const override { return numbers_; }
    absl::Span<const float> item_biases() const override { return numbers_; }
    float mu() const override { return 0; }
    const ImplicitLossWeights& implicit_loss_weights() const override { return weights_; }

   private:
    const ModelIdentity identity_{"factorization/1", "training-2"};
    const std::vector<std::string> items_{"mug"};
    const std::vector<float> numbers_{1, 1};
    const ImplicitLossWeights weights_;
  };
  RecordingShop shop;
  const RecommendationList list = shop.Ask({"ada"});
  shop.archive.factorizations["factorization/1"] = std::make_shared<Retrained>();
  const absl::Status replayed = shop.ReplayError(list);
  CHECK(absl::IsFailedPrecondition(replayed));
  CHECK(GetReason(replayed) == "MODEL_GONE");
}

TEST_CASE("only what was asked for, or is of the share, is recorded") {
  SECTION("nothing without being asked") {
    RecordingShop shop;
    CHECK(shop.Ask({"ada"}, false).prediction_id.empty());
    CHECK(shop.store.size() == 0);
    CHECK(shop.recordings.empty());
  }
  SECTION("a quarter of the calls, spread evenly") {
    RecordingShop shop({}, 0.25);
    std::vector<int> recorded;
    for (int call = 1; call <= 8; ++call) {
      if (!shop.Ask({"ada"}, false).prediction_id.empty()) recorded.push_back(call);
    }
    CHECK(recorded == std::vector<int>{4, 8});
  }
}

TEST_CASE(
    "nothing is recorded of whoever the feed did not tell of, or who withholds their history") {
  RecordingShop shop;
  CHECK(shop.Ask({"eve"}).prediction_id.empty());
  shop.stores.histories["ada"].consents.Set(consent::Purpose::kRecommendation,
                                            consent::Decision::kWithdrawn);
  CHECK(shop.Ask({"ada"}).prediction_id.empty());
  CHECK(shop.store.size() == 0);
  CHECK(shop.recordings == std::vector{Recording::kUnknownCustomer, Recording::kWithheld});
}

TEST_CASE("a store that is away costs no answer, and the answer says that it is not recorded") {
  RecordingShop shop;
  shop.store.error = absl::UnavailableError("away");
  const RecommendationList list = shop.Ask({"ada"});
  CHECK_FALSE(list.recommendations.empty());
  CHECK(list.prediction_id.empty());
  CHECK(shop.recordings == std::vector{Recording::kFailed});
  shop.store.error = absl::CancelledError("gone");
  CHECK(absl::IsCancelled(shop.predictions.Recommend({}, {"ada"}, true).status()));
}

TEST_CASE("a prediction is not found for another customer, nor after a deletion") {
  RecordingShop shop;
  const RecommendationList list = shop.Ask({"ada"});
  CHECK(absl::IsNotFound(shop.predictions.Replay({}, "bob", list.prediction_id).status()));
  shop.Tell(changefeed::Change::Kind::kCustomerDeleted, "ada");
  CHECK(absl::IsNotFound(shop.ReplayError(list)));
}

}  // namespace
}  // namespace clientele::recommend
