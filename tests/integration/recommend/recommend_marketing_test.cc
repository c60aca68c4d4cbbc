// Dismissals, audiences, explanations and experiments, through the server.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"

#include "common/status/error_details.h"
#include "tests/integration/recommend/running_service.h"

namespace clientele::recommend {
namespace {

using std::chrono::seconds;
using testing::Eventually;
namespace profile_v1 = profile::v1;
using Stub = v1::RecommendService::Stub;

// A service with a model of two kinds of items, and customers who keep to one of them: even ones
// to mugs.
struct Market {
  Market() {
    for (int i = 0; i < 8; ++i) {
      REQUIRE(client.CreateItem("mug-" + std::to_string(i), "kitchen").ok());
      REQUIRE(client.CreateItem("lamp-" + std::to_string(i), "light").ok());
    }
    for (int u = 0; u < kCustomers; ++u) {
      const std::string customer = "c" + std::to_string(u);
      profile_v1::Change created;
      created.set_customer("customers/" + customer);
      created.mutable_customer_created();
      service.profiles.Append(created);
      Decide(customer, profile_v1::CONSENT_STATE_GRANTED);
      for (int k = 0; k < 5; ++k) {
        service.profiles.AppendEvent(
            customer, "e" + std::to_string(k), profile_v1::EVENT_TYPE_PURCHASE,
            (u % 2 == 0 ? "mug-" : "lamp-") + std::to_string((u / 2 + k) % 8), 1'600'000'000 + k);
      }
    }
    const auto bought = [&] {
      std::int64_t all = 0;
      for (int i = 0; i < 8; ++i) {
        all += client.Purchases("mug-" + std::to_string(i)) +
               client.Purchases("lamp-" + std::to_string(i));
      }
      return all;
    };
    REQUIRE(Eventually(seconds(30), [&] { return bought() == 5 * kCustomers; }));
    const auto queued = client.Train("train");
    REQUIRE(Eventually(seconds(60), [&] { return client.GetOperation(queued.name()).done(); }));
    REQUIRE(Eventually(seconds(20), [&] {
      return client.Recommend("c0").strategy() == v1::STRATEGY_FACTORIZATION;
    }));
  }
  template <class Response, class Request>
  Response Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    Response response;
    const absl::Status status = client.Call(method, request, &response);
    INFO(status);
    REQUIRE(status.ok());
    return response;
  }
  std::vector<v1::AudienceMember> Audience(v1::ListAudienceRequest request) {
    std::vector<v1::AudienceMember> members;
    do {
      const auto page = Call(&Stub::ListAudience, request);
      CHECK(page.consent_check() == v1::CONSENT_CHECK_DONE);
      members.insert(members.end(), page.members().begin(), page.members().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return members;
  }

  // About marketing.
  void Decide(const std::string& customer, profile_v1::ConsentState state) {
    profile_v1::Change change;
    change.set_customer("customers/" + customer);
    auto& decision = *change.mutable_consents_changed()->add_decisions();
    decision.set_purpose(profile_v1::CONSENT_PURPOSE_MARKETING);
    decision.set_state(state);
    service.profiles.Append(change);
  }

  static constexpr int kCustomers = 40;
  RunningService service;
  std::unique_ptr<Server> server = service.StartServing();
  Client client{*server};
};

bool LikesMugs(const std::string& customer) {
  return std::stoi(customer.substr(std::string("customers/c").size())) % 2 == 0;
}

TEST_CASE("who withdraws consent to marketing leaves every audience, pages in memory too") {
  Market market;
  v1::ListAudienceRequest request;
  request.set_item("items/mug-0");
  const auto audience = market.Audience(request);
  REQUIRE(audience.size() == 29);
  const std::string best = audience[0].customer().substr(std::string("customers/").size());
  market.Decide(best, profile_v1::CONSENT_STATE_WITHDRAWN);
  REQUIRE(Eventually(seconds(20), [&] { return market.Audience(request).size() == 28; }));
  CHECK(market.Audience(request)[0].customer() == audience[1].customer());
  // Recommendations are another purpose.
  CHECK(market.client.Recommend(best).fallback_reason() == v1::FALLBACK_REASON_UNSPECIFIED);
}

TEST_CASE("audiences, dismissals and explanations agree with recommendations") {
  Market market;
  v1::ListAudienceRequest request;
  request.set_item("items/mug-0");
  request.set_page_size(3);
  const auto audience = market.Audience(request);
  // Of the 20 customers who like mugs 11 bought this one.
  REQUIRE(audience.size() == 29);
  std::set<std::string> seen;
  int first_who_like_mugs = 0;
  for (std::size_t i = 0; i < audience.size(); ++i) {
    if (i < 9 && LikesMugs(audience[i].customer())) ++first_who_like_mugs;
    CHECK(seen.insert(audience[i].customer()).second);
    CHECK(audience[i].reasons_size() > 0);
    if (i > 0) CHECK(audience[i].score() <= audience[i - 1].score());
  }
  CHECK(first_who_like_mugs >= 6);
  const std::string best = audience[0].customer().substr(std::string("customers/").size());

  v1::ExplainRecommendationRequest explain;
  explain.set_customer("customers/" + best);
  explain.set_item("items/mug-0");
  auto explained = market.Call(&Stub::ExplainRecommendation, explain);
  CHECK(std::abs(explained.recommendation().score() - audience[0].score()) < 1e-5);
  CHECK(explained.contributions_size() == 5);
  CHECK(explained.contributions(0).amount() > 0);
  CHECK(explained.exclusions().empty());

  // A dismissal takes the item from the customer, and the customer from the item's audience.
  market.service.profiles.AppendEvent(best, "no", profile_v1::EVENT_TYPE_DISMISS, "mug-0",
                                      absl::ToUnixSeconds(absl::Now()) - 60);
  REQUIRE(Eventually(seconds(20), [&] {
    const v1::RecommendResponse list = market.client.Recommend(best);
    for (const auto& one : list.recommendations()) {
      if (one.item() == "items/mug-0") return false;
    }
    return true;
  }));
  explained = market.Call(&Stub::ExplainRecommendation, explain);
  REQUIRE(explained.exclusions_size() == 1);
  CHECK(explained.exclusions(0) == v1::EXCLUSION_DISMISSED);
  CHECK(explained.strategy() == v1::STRATEGY_FOLD_IN);
  CHECK(market.Audience(request).size() == 28);
  request.set_exclusion(v1::AUDIENCE_EXCLUSION_NONE);
  CHECK(market.Audience(request).size() == Market::kCustomers);

  // An erased customer is in no audience.
  market.service.profiles.AppendDeletion(best);
  REQUIRE(Eventually(seconds(20),
                     [&] { return market.Audience(request).size() == Market::kCustomers - 1; }));
  v1::ListAudienceRequest wrong;
  v1::ListAudienceResponse none;
  CHECK(absl::IsInvalidArgument(market.client.Call(&Stub::ListAudience, wrong, &none)));
}

TEST_CASE("an experiment answers by variant, counts feedback once and reports") {
  Market market;
  v1::CreateExperimentRequest create;
  create.set_experiment_id("popular");
  create.set_request_id("create-1");
  create.mutable_experiment()->add_variants()->set_variant_id("control");
  v1::Variant& popular = *create.mutable_experiment()->add_variants();
  popular.set_variant_id("popular");
  popular.set_method(v1::RECOMMENDATION_METHOD_POPULAR);
  const auto created = market.Call(&Stub::CreateExperiment, create);
  CHECK(created.name() == "experiments/popular");
  CHECK(created.goal() == v1::FEEDBACK_TYPE_BOUGHT);
  CHECK(market.Call(&Stub::CreateExperiment, create).SerializeAsString() ==
        created.SerializeAsString());

  v1::RecordFeedbackRequest feedback;
  feedback.set_request_id("feedback-1");
  const std::int64_t now = absl::ToUnixSeconds(absl::Now());
  const auto add = [&](const std::string& customer, const std::string& id, v1::FeedbackType type) {
    v1::Feedback& one = *feedback.add_feedback();
    one.set_customer("customers/" + customer);
    one.set_feedback_id(id);
    one.set_item("items/mug-0");
    one.set_type(type);
    one.mutable_feedback_time()->set_seconds(now - 100);
    one.set_experiment("experiments/popular");
  };
  int control = 0, converted = 0;
  for (int u = 0; u < Market::kCustomers; ++u) {
    const std::string customer = "c" + std::to_string(u);
    v1::RecommendRequest recommend;
    recommend.set_customer("customers/" + customer);
    recommend.set_experiment("experiments/popular");
    const auto list = market.Call(&Stub::Recommend, recommend);
    const bool is_control = list.variant_id() == "control";
    CHECK((list.strategy() == v1::STRATEGY_POPULAR) == !is_control);
    control += is_control;
    add(customer, "s", v1::FEEDBACK_TYPE_SHOWN);
    if (is_control && u % 2 == 0) {
      add(customer, "b", v1::FEEDBACK_TYPE_BOUGHT);
      ++converted;
    }
  }
  add("stranger", "s", v1::FEEDBACK_TYPE_SHOWN);
  const auto recorded = market.Call(&Stub::RecordFeedback, feedback);
  CHECK(recorded.created_count() == Market::kCustomers + converted);
  CHECK(recorded.unknown_customer_count() == 1);
  CHECK(market.Call(&Stub::RecordFeedback, feedback).created_count() == recorded.created_count());
  feedback.set_request_id("feedback-2");
  CHECK(market.Call(&Stub::RecordFeedback, feedback).created_count() == 0);

  v1::GetExperimentReportRequest ask;
  ask.set_name("experiments/popular/report");
  auto report = market.Call(&Stub::GetExperimentReport, ask);
  REQUIRE(report.variants_size() == 2);
  CHECK(report.variants(0).exposed_count() == control);
  CHECK(report.variants(0).converted_count() == converted);
  CHECK(!report.variants(0).has_difference_lower());
  CHECK(report.variants(1).exposed_count() == Market::kCustomers - control);
  CHECK(report.variants(1).converted_count() == 0);
  CHECK(report.variants(1).lift() == -1);
  CHECK(report.variants(1).difference_lower() < -report.variants(0).conversion_rate());

  // A deletion takes the customer's feedback along.
  market.service.profiles.AppendDeletion("c0");
  REQUIRE(Eventually(seconds(20), [&] {
    report = market.Call(&Stub::GetExperimentReport, ask);
    return report.variants(0).exposed_count() + report.variants(1).exposed_count() ==
           Market::kCustomers - 1;
  }));

  v1::StopExperimentRequest stop;
  stop.set_name("experiments/popular");
  CHECK(market.Call(&Stub::StopExperiment, stop).has_stop_time());
  v1::RecommendRequest recommend;
  recommend.set_customer("customers/c1");
  recommend.set_experiment("experiments/popular");
  CHECK(market.Call(&Stub::Recommend, recommend).variant_id() == "control");
  recommend.set_experiment("experiments/none");
  v1::RecommendResponse none;
  CHECK(absl::IsNotFound(market.client.Call(&Stub::Recommend, recommend, &none)));
  const auto listed = market.Call(&Stub::ListExperiments, v1::ListExperimentsRequest());
  REQUIRE(listed.experiments_size() == 1);
  CHECK(listed.experiments(0).has_stop_time());
}

}  // namespace
}  // namespace clientele::recommend
