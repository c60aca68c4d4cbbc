#include "services/recommend-service/rpc/recommend_conversion.h"

#include <limits>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::recommend {
namespace {

TEST_CASE("anonymous interactions keep their kind, and have none where it is no interaction") {
  v1::BatchCreateAnonymousInteractionsRequest request;
  v1::AnonymousInteraction& good = *request.add_interactions();
  good.set_item("items/mug");
  good.set_interaction_id("line-1");
  good.set_type(profile::v1::EVENT_TYPE_RETURN);
  good.mutable_interaction_time()->set_seconds(1'600'000'000);
  good.set_quantity(2);
  const auto interactions = FromProto(request);
  REQUIRE(interactions.ok());
  CHECK(interactions->at(0).item_id == "mug");
  CHECK(interactions->at(0).type == InteractionType::kReturn);
  CHECK(interactions->at(0).interaction_time == absl::FromUnixSeconds(1'600'000'000));

  request.mutable_interactions(0)->set_type(profile::v1::EVENT_TYPE_SEARCH);
  CHECK(!FromProto(request)->at(0).type.has_value());

  v1::AnonymousInteraction& bad = *request.add_interactions();
  bad.set_item("mug");
  bad.mutable_interaction_time()->set_seconds(std::numeric_limits<std::int64_t>::max());
  const auto violations = GetFieldViolations(FromProto(request).status());
  REQUIRE(violations.size() == 2);
  CHECK(violations[0].field == "interactions[1].item");
  CHECK(violations[1].field == "interactions[1].interaction_time");
}

TEST_CASE("an unset algorithm, and zeros of one, become the defaults") {
  v1::TrainModelRequest request;
  CHECK(FromProto(request).factors == 32);
  CHECK(FromProto(request).epochs == 20);
  request.mutable_factorization();
  CHECK(FromProto(request).factors == 32);
  request.mutable_factorization()->set_factors(1);
  CHECK(absl::IsInvalidArgument(CheckTrainingOptions(FromProto(request))));
  request.mutable_sequence();
  CHECK(FromProto(request).sequence);
  CHECK(FromProto(request).sequence_epochs == 100);
  CHECK(FromProto(request).factors == 32);
  request.mutable_sequence()->set_epochs(501);
  CHECK(absl::IsInvalidArgument(CheckTrainingOptions(FromProto(request))));
  request.mutable_hybrid();
  CHECK_FALSE(FromProto(request).sequence);
  CHECK(CheckTrainingOptions(FromProto(request)).ok());
}

TEST_CASE("a session has items instead of a customer") {
  v1::RecommendRequest request;
  CHECK(absl::IsInvalidArgument(FromProto(request).status()));
  request.add_session_items("items/mug");
  request.add_session_items("items/cup");
  const auto query = FromProto(request);
  REQUIRE(query.ok());
  CHECK(query->customer_id.empty());
  CHECK(query->session_items == std::vector<std::string>{"mug", "cup"});
  request.add_session_items("cup");
  CHECK(GetFieldViolations(FromProto(request).status()).at(0).field == "session_items[2]");
}

TEST_CASE("a training's options are the same after a turn through the proto") {
  for (const bool hybrid : {false, true}) {
    TrainingOptions options{.factors = 7,
                            .epochs = 3,
                            .seed = -5,
                            .hybrid = hybrid,
                            .held_out_days = 9,
                            .publish_anyway = true};
    CHECK(FromProto(ToProto(options)) == options);
    // Of a sequence alone there are no factors.
    options.sequence = true;
    options.sequence_epochs = 8;
    if (!hybrid) options.factors = kDefaultFactors;
    if (!hybrid) options.epochs = kDefaultEpochs;
    CHECK(FromProto(ToProto(options)) == options);
  }
}

TEST_CASE("a training's metrics are told by name") {
  TrainingReport report;
  report.model_id = "factorization/1";
  report.interaction_count = 77;
  report.metrics = {{"rmse", 0.5}, {"recall_at_10", 0.25}};
  report.publications.push_back(
      DecidePublication("factorization/1",
                        {.serving_id = "factorization/0",
                         .measured = MeasuredPair{0.25, 0.5, 12, absl::FromUnixSeconds(7), false},
                         .obstacle = ""},
                        false));
  const v1::TrainModelResponse response = ToProto(report);
  REQUIRE(response.publications_size() == 1);
  const v1::Publication& publication = response.publications(0);
  CHECK(publication.model() == "factorization/1");
  CHECK(publication.outcome() == v1::Publication::OUTCOME_KEPT_ASIDE);
  CHECK(publication.reason() == report.publications[0].reason);
  CHECK(publication.serving_model() == "factorization/0");
  CHECK(publication.metric() == "ndcg_at_10");
  CHECK(publication.value() == 0.25);
  CHECK(publication.serving_value() == 0.5);
  CHECK(publication.customer_count() == 12);
  CHECK(publication.measured_since().seconds() == 7);
  CHECK(response.model() == "factorization/1");
  CHECK(response.interaction_count() == 77);
  REQUIRE(response.metrics_size() == 2);
  CHECK(response.metrics().at("rmse") == 0.5);
  CHECK(response.metrics().at("recall_at_10") == 0.25);
}

TEST_CASE("a score is explained in the terms of what made it") {
  RecommendationList list;
  list.recommendations.resize(2);
  list.recommendations[0].explanations = {{"factorization/1", FactorizationTerms{1, 2, 3, 4}}};
  list.recommendations[1].explanations = {{"", PopularityTerms{0.5}}};
  const v1::RecommendResponse response = ToProto(list);
  REQUIRE(response.recommendations(0).explanations_size() == 1);
  const v1::Explanation& factorization = response.recommendations(0).explanations(0);
  CHECK(factorization.model() == "factorization/1");
  CHECK(factorization.factorization().global_mean() == 1);
  CHECK(factorization.factorization().customer_bias() == 2);
  CHECK(factorization.factorization().item_bias() == 3);
  CHECK(factorization.factorization().affinity() == 4);
  const v1::Explanation& popularity = response.recommendations(1).explanations(0);
  CHECK(popularity.model().empty());
  CHECK(popularity.popularity().share() == 0.5);
}

}  // namespace
}  // namespace clientele::recommend
