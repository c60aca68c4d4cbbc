// What comes next in the order of a customer's items, and of an anonymous session's.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "tests/unit/recommend/fake_sequence_model.h"
#include "tests/unit/recommend/mug_shop.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// Orders by what the sequence says, where it has learned from it.
class SequenceRanker final : public Ranker {
 public:
  std::shared_ptr<const RankerVersion> Current() override { return nullptr; }
  bool stands() const override { return serves; }
  bool ReadsSource(absl::string_view source, absl::string_view) override {
    return source != "sequence" || has_learned_it;
  }
  absl::StatusOr<RankerScores> Score(const RequestContext&,
                                     const std::vector<std::vector<float>>& rows,
                                     absl::string_view) override {
    const auto& names = RankingFeatureNames();
    const auto column = static_cast<std::size_t>(
        std::find(names.begin(), names.end(), "sequence_score") - names.begin());
    RankerScores scores{"recommend-ranker/1", {}};
    for (const std::vector<float>& row : rows) {
      knows_sequence |= !std::isnan(row[column]);
      scores.scores.push_back(std::isnan(row[column]) ? -1.0F : row[column]);
    }
    return scores;
  }

  bool serves = true;
  bool has_learned_it = true;
  bool knows_sequence = false;
};

// mug -> cup -> lamp -> torch -> mug.
struct SequenceShop {
  explicit SequenceShop(Ranker* ranker = nullptr, std::int64_t positions = 50)
      : shop({.ranker = ranker, .sequences = &sequences}) {
    sequences.current = std::make_shared<const FakeSequenceModel>(
        std::vector<std::string>{"torch", "lamp", "cup", "mug", "gone"},
        std::map<std::string, std::string>{
            {"mug", "cup"}, {"cup", "lamp"}, {"lamp", "torch"}, {"torch", "mug"}},
        positions);
  }
  // `ids` in the order of their first touches.
  void Know(const std::string& customer, const std::vector<std::string>& ids) {
    CustomerHistory& history = shop.stores.histories[customer];
    history.items.clear();
    ++history.revision;
    for (std::size_t at = 0; at < ids.size(); ++at) {
      ItemHistory item = MugShop::Bought(ids[at]);
      item.first_time = absl::FromUnixSeconds(1000 + static_cast<std::int64_t>(at));
      item.last_time = absl::FromUnixSeconds(9000);
      history.items.push_back(item);
    }
    std::sort(history.items.begin(), history.items.end(),
              [](const auto& a, const auto& b) { return a.item_id < b.item_id; });
  }
  RecommendationList Session(std::vector<std::string> items) {
    RecommendQuery query;
    query.session_items = std::move(items);
    query.wants_trace = true;
    return shop.Recommend(query);
  }
  RecommendationList Next(const std::string& customer) {
    return shop.Recommend(
        {.customer_id = customer, .method = Method::kSequence, .wants_trace = true});
  }

  FakeSequenceModels sequences;
  MugShop shop;
};

const TraceStage* Stage(const RecommendationList& list, const std::string& name) {
  const auto found = std::find_if(list.trace.begin(), list.trace.end(),
                                  [&](const TraceStage& stage) { return stage.name == name; });
  return found == list.trace.end() ? nullptr : &*found;
}

SequenceTerms SequenceTermsOf(const Recommendation& r) {
  REQUIRE(r.explanations.size() == 1);
  return std::get<SequenceTerms>(r.explanations[0].terms);
}

TEST_CASE("an anonymous session gets what comes next after its items, without them") {
  SequenceShop shop;
  const RecommendationList list = shop.Session({"mug", "cup"});
  CHECK(list.strategy == Strategy::kSequence);
  CHECK(list.fallback == Fallback::kNone);
  CHECK(list.models == std::vector<std::string>{"recommend-sequence/1"});
  // The items of which the model says nothing come behind, by id; what is not available does not.
  CHECK(Ids(list) == std::vector<std::string>{"lamp", "torch"});
  CHECK(list.recommendations[0].score == 1);
  CHECK(list.recommendations[1].score == 0);
  CHECK(SequenceTermsOf(list.recommendations[0]).items == 2);
  CHECK(list.recommendations[0].explanations[0].model == "recommend-sequence/1");
  REQUIRE(Stage(list, "sequence") != nullptr);
  CHECK(Stage(list, "sequence")->items == 2);
  CHECK(Stage(list, "candidates/sequence")->items == 2);

  // The order counts, and of repeated items the first.
  CHECK(Ids(shop.Session({"cup", "mug"})) == std::vector<std::string>{"lamp", "torch"});
  CHECK(shop.Session({"cup", "mug"}).recommendations[0].score == 0.5);
  CHECK(shop.Session({"mug", "cup", "mug"}).recommendations[0].score == 1);
  // Without the trace nobody asked for.
  RecommendQuery quiet;
  quiet.session_items = {"mug"};
  CHECK(shop.shop.Recommend(quiet).trace.empty());
}

TEST_CASE("a session without a sequence model is folded in, and without any gets what is popular") {
  SequenceShop shop;
  shop.sequences.current = nullptr;
  RecommendationList list = shop.Session({"mug"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kNoModel);
  CHECK_FALSE(Contains(list, "mug"));

  shop.shop.Serve();
  list = shop.Session({"mug"});
  CHECK(list.strategy == Strategy::kFoldIn);
  CHECK(list.fallback == Fallback::kNone);
  CHECK_FALSE(Contains(list, "mug"));

  // Of what no model knows nothing comes.
  list = shop.Session({"new"});
  CHECK(list.strategy == Strategy::kPopular);
  CHECK(list.fallback == Fallback::kTooFewEvents);
}

TEST_CASE("an event moves what comes next at once") {
  SequenceShop shop;
  shop.Know("ada", {"mug"});
  CHECK(Ids(shop.Next("ada")).at(0) == "cup");
  shop.Know("ada", {"mug", "cup"});
  const RecommendationList moved = shop.Next("ada");
  CHECK(Ids(moved).at(0) == "lamp");
  CHECK(moved.strategy == Strategy::kSequence);
  // What was bought is left out.
  CHECK_FALSE(Contains(moved, "cup"));
  // A dismissed item, or one that was given back, leads nowhere.
  shop.shop.stores.histories["ada"].items[0].returns = 1;  // the cup
  shop.shop.stores.histories["ada"].revision = 9;
  CHECK(SequenceTermsOf(shop.Next("ada").recommendations.at(0)).items == 1);
}

TEST_CASE("the sequence is of first touches, and of the latest that the model has positions for") {
  SequenceShop shop(nullptr, /*positions=*/2);
  shop.Know("ada", {"torch", "lamp", "mug"});
  // lamp, mug: the torch is too long ago to count, and still left out.
  const RecommendationList list = shop.Next("ada");
  CHECK(Ids(list) == std::vector<std::string>{"cup"});
  CHECK(list.recommendations[0].score == 1);
  CHECK(SequenceTermsOf(list.recommendations[0]).items == 2);
}

TEST_CASE("items that the model does not know are skipped and counted") {
  SequenceShop shop;
  shop.Know("ada", {"new", "mug", "vanished"});
  const RecommendationList list = shop.Next("ada");
  CHECK(Ids(list).at(0) == "cup");
  CHECK(SequenceTermsOf(list.recommendations[0]).items == 1);
  CHECK(SequenceTermsOf(list.recommendations[0]).unknown_items == 2);
  REQUIRE(Stage(list, "sequence/unknown") != nullptr);
  CHECK(Stage(list, "sequence/unknown")->items == 2);
}

TEST_CASE("who asks for the sequence and has none is told why") {
  SequenceShop shop;
  CHECK(shop.Next("nobody").fallback == Fallback::kUnknownCustomer);
  shop.Know("ada", {"new"});
  CHECK(shop.Next("ada").fallback == Fallback::kTooFewEvents);
  CHECK(shop.Next("ada").strategy == Strategy::kPopular);
  shop.shop.stores.histories["ada"].consents.Set(consent::Purpose::kRecommendation,
                                                 consent::Decision::kWithdrawn);
  CHECK(shop.Next("ada").fallback == Fallback::kNoConsent);
  shop.Know("eve", {"mug"});
  shop.sequences.current = nullptr;
  CHECK(shop.Next("eve").fallback == Fallback::kNoModel);
}

TEST_CASE("the hybrid takes what comes next as a source, for customers and for sessions") {
  SequenceRanker ranker;
  SequenceShop shop(&ranker);
  shop.shop.Serve();
  shop.Know("ada", {"mug", "lamp"});
  RecommendationList list = shop.shop.Recommend({.customer_id = "ada", .wants_trace = true});
  CHECK(list.strategy == Strategy::kHybrid);
  CHECK(list.models ==
        std::vector<std::string>{"factorization/1", "recommend-ranker/1", "recommend-sequence/1"});
  CHECK(Ids(list).at(0) == "torch");
  const auto& terms = std::get<HybridTerms>(list.recommendations[0].explanations[0].terms);
  const auto term = std::find_if(terms.sources.begin(), terms.sources.end(),
                                 [](const auto& one) { return one.source == "sequence"; });
  REQUIRE(term != terms.sources.end());
  CHECK(term->score == 1);
  CHECK(term->rank == 1);
  CHECK(Stage(list, "sequence")->items == 2);
  CHECK(Stage(list, "candidates/sequence")->items == 2);
  CHECK(ranker.knows_sequence);

  list = shop.Session({"cup"});
  CHECK(list.strategy == Strategy::kHybrid);
  CHECK(Ids(list).at(0) == "lamp");
  CHECK_FALSE(Contains(list, "cup"));

  // A caller's candidates are put in the same order.
  const auto ranked = shop.shop.recommender.Rank({}, {"ada", {"cup", "torch"}});
  REQUIRE(ranked.ok());
  CHECK(Ids(ranked->list) == std::vector<std::string>{"torch", "cup"});
}

TEST_CASE("a ranker that has not learned from the sequence costs none") {
  SequenceRanker ranker;
  ranker.has_learned_it = false;
  SequenceShop shop(&ranker);
  shop.shop.Serve();
  shop.Know("ada", {"mug"});
  const RecommendationList list = shop.shop.Recommend({"ada"});
  CHECK(list.strategy == Strategy::kHybrid);
  CHECK(list.models == std::vector<std::string>{"factorization/1", "recommend-ranker/1"});
  CHECK_FALSE(ranker.knows_sequence);
  CHECK(shop.sequences.current->calls == 0);
}

TEST_CASE("a reason names the item without which the next one's score were lower") {
  SequenceShop shop;
  // Nothing but the cup leads to the lamp.
  const RecommendationList list = shop.Session({"cup", "torch"});
  REQUIRE(Ids(list).at(0) == "mug");
  CHECK(list.recommendations[0].reasons[0].code == reason_code::kChosenNext);
  CHECK(list.recommendations[0].reasons[0].item_id == "torch");
  CHECK(list.recommendations[0].reasons[0].text ==
        "Suggested by \"Torch\", which you chose before");
  REQUIRE(Ids(list).at(1) == "lamp");
  CHECK(list.recommendations[1].reasons[0].item_id == "cup");

  // Of one kind, and bought.
  shop.Know("ada", {"mug"});
  const RecommendationList alike = shop.Next("ada");
  REQUIRE(Ids(alike).at(0) == "cup");
  CHECK(alike.recommendations[0].reasons[0].code == reason_code::kSimilarToPurchase);
  CHECK(alike.recommendations[0].reasons[0].item_id == "mug");
  // What no item leads to has no item for a reason.
  for (const Reason& reason : alike.recommendations.back().reasons) CHECK(reason.item_id.empty());
}

TEST_CASE("an item's influence is what the score loses without it, as a plain loop has it") {
  const auto model = std::make_shared<const FakeSequenceModel>(
      std::vector<std::string>{"a", "b", "c", "d"},
      std::map<std::string, std::string>{{"a", "d"}, {"b", "d"}, {"c", "a"}});
  const std::vector<absl::string_view> ids = {"a", "b", "c"};
  const auto state = ReadSequence(model, ids);
  REQUIRE(state.ok());
  REQUIRE(state->has_value());
  const auto influence = SequenceInfluence::Of(**state);
  REQUIRE(influence.ok());
  REQUIRE(influence->rows().size() == 3);
  for (std::size_t left_out = 0; left_out < 3; ++left_out) {
    std::vector<absl::string_view> others = ids;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    const auto without = ReadSequence(model, others);
    for (std::int32_t row = 0; row < 4; ++row) {
      CHECK(influence->Amount(left_out, row) ==
            Approx((*state)->Score(row) - (*without)->Score(row)));
    }
  }
  // One item alone gave all there is.
  const auto single = ReadSequence(model, std::vector<absl::string_view>{"c"});
  const auto alone = SequenceInfluence::Of(**single);
  REQUIRE(alone.ok());
  CHECK(alone->Amount(0, 0) == (*single)->Score(0));
}

TEST_CASE("the best by sequence are those of a plain loop over all items") {
  SequenceShop shop;
  std::mt19937 random(3);
  std::vector<std::string> ids;
  for (int i = 0; i < 3000; ++i) ids.push_back("item-" + std::to_string(10'000 + i));
  shop.shop.stores.items = {};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    shop.shop.stores.items.changed.push_back({ids[i], "Thing", i % 2 == 0 ? "even" : "odd", true});
  }
  shop.shop.stores.items.revision = 5;
  REQUIRE(shop.shop.catalog.Refresh({}).ok());
  class RandomModel final : public SequenceModel {
   public:
    using SequenceModel::SequenceModel;
    const std::string& id() const override { return id_; }
    absl::StatusOr<std::vector<float>> States(
        absl::Span<const std::vector<std::int32_t>> sequences) const override {
      std::vector<float> states;
      for (std::size_t i = 0; i < sequences.size(); ++i) {
        for (std::int64_t j = 0; j < items().width; ++j) states.push_back(0.25F * (j % 5) - 0.4F);
      }
      return states;
    }

   private:
    const std::string id_ = "recommend-sequence/7";
  };
  SequenceItems items{ids, 16, {}};
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::size_t i = 0; i < ids.size() * 16; ++i) items.vectors.push_back(uniform(random));
  const auto model = std::make_shared<const RandomModel>(items, 50);
  const std::vector<absl::string_view> own = {ids[4], ids[9]};
  const auto state = ReadSequence(model, own);
  REQUIRE(state.ok());

  const auto view = shop.shop.recommender.views()->Current({});
  const ItemFilter everything;
  const WantedItems wanted(*view, {"even"}, everything, shop.shop.clock.Now());
  const ResolvedHistory nothing(nullptr, {}, {}, shop.shop.clock.Now());
  const LeftOut left_out(*view, nothing, {}, shop.shop.clock.Now());
  const auto best = SelectBySequence(*view, wanted, left_out, **state, 25);
  std::vector<std::pair<double, std::string>> all;
  for (std::size_t i = 0; i < ids.size(); i += 2) {
    if (i == 4) continue;
    all.emplace_back(-(*state)->Score(static_cast<std::int32_t>(i)), ids[i]);
  }
  std::sort(all.begin(), all.end());
  REQUIRE(best.size() == 25);
  for (std::size_t at = 0; at < best.size(); ++at) {
    CHECK(best[at].id == all[at].second);
    CHECK(best[at].score == -all[at].first);
  }
}

TEST_CASE("a model that fails, and a call that nobody waits for, end with their errors") {
  SequenceShop shop;
  auto broken = std::make_shared<FakeSequenceModel>(std::vector<std::string>{"mug"},
                                                    std::map<std::string, std::string>{});
  broken->error = absl::InternalError("broken");
  shop.sequences.current = broken;
  RecommendQuery query;
  query.session_items = {"mug"};
  CHECK(absl::IsInternal(shop.shop.recommender.Recommend({}, query).status()));
  RequestContext late;
  late.deadline = shop.shop.clock.Now() - absl::Seconds(1);
  CHECK(absl::IsDeadlineExceeded(shop.shop.recommender.Recommend(late, query).status()));
  CHECK(broken->calls == 1);
}

TEST_CASE("a session is nobody's, and bounded") {
  SequenceShop shop;
  const auto field = [&](const RecommendQuery& query) {
    const auto violations = GetFieldViolations(shop.shop.recommender.Recommend({}, query).status());
    return violations.empty() ? std::string() : violations[0].field;
  };
  RecommendQuery query;
  CHECK(field(query) == "customer");
  query.session_items = {"mug"};
  CHECK(field(query).empty());
  query.customer_id = "ada";
  CHECK(field(query) == "session_items");
  query.customer_id = "";
  query.session_items.assign(kMaxSessionItems + 1, "mug");
  CHECK(field(query) == "session_items");
}

}  // namespace
}  // namespace clientele::recommend
