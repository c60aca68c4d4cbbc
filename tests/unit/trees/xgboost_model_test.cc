#include "common/modeling/trees/xgboost_model.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"

namespace clientele::modeling {
namespace {

using Json = nlohmann::json;

// Two trees over two features, the second of them split by category.
Json SmallModel() {
  return Json::parse(R"({
    "version": [1, 7, 4],
    "learner": {
      "feature_names": ["age", "region"], "feature_types": ["float", "c"],
      "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
      "objective": {"name": "reg:squarederror"},
      "gradient_booster": {"name": "gbtree", "model": {
        "gbtree_model_param": {"num_trees": "2"}, "tree_info": [0, 0],
        "trees": [
          {"left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_indices": [0, 0, 0],
           "split_conditions": [30.5, 0.25, -0.75], "default_left": [1, 0, 0],
           "sum_hessian": [10, 4, 6], "split_type": [0, 0, 0], "categories": [],
           "categories_nodes": [], "categories_segments": [], "categories_sizes": [],
           "tree_param": {"size_leaf_vector": "0"}},
          {"left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_indices": [1, 0, 0],
           "split_conditions": [null, 0.125, 2], "default_left": [0, 0, 0],
           "sum_hessian": [10, 5, 5], "split_type": [1, 0, 0], "categories": [1, 4],
           "categories_nodes": [0], "categories_segments": [0], "categories_sizes": [2],
           "tree_param": {"size_leaf_vector": "0"}}]}}}})");
}

double XgboostMargin(const TreeEnsemble& ensemble, const std::vector<double>& row) {
  double margin = 0;
  inference::TreeMargins(ensemble.View(), row.data(), 1, &margin);
  return margin;
}

std::string Ubjson(const Json& json) {
  const std::vector<std::uint8_t> bytes = Json::to_ubjson(json, true, true);
  return {bytes.begin(), bytes.end()};
}

TEST_CASE("JSON and UBJSON give the margins that the trees say") {
  const std::string bytes = GENERATE(SmallModel().dump(), Ubjson(SmallModel()),
                                     absl::StrReplaceAll(SmallModel().dump(), {{"null", "NaN"}}));
  const auto ensemble = ParseXgboostModel(bytes);
  INFO(ensemble.status());
  REQUIRE(ensemble.ok());
  CHECK(ensemble->features == std::vector<std::string>{"age", "region"});
  CHECK(XgboostMargin(*ensemble, {20, 4}) == 0.5 + 0.25 + 2);
  CHECK(XgboostMargin(*ensemble, {30.5, 2}) == 0.5 - 0.75 + 0.125);
  CHECK(XgboostMargin(*ensemble, {std::nan(""), std::nan("")}) == 0.5 + 0.25 + 2);
}

TEST_CASE("the base score is turned into a margin by its objective") {
  struct Case {
    const char* objective;
    TreeLink link;
    double base;
  };
  const auto [objective, link, base] = GENERATE(
      Case{"binary:logistic", TreeLink::kSigmoid, std::log(0.2 / 0.8)},
      Case{"binary:logitraw", TreeLink::kIdentity, std::log(0.2 / 0.8)},
      Case{"binary:hinge", TreeLink::kStep, 0.2},
      Case{"count:poisson", TreeLink::kExp, std::log(0.2)},
      Case{"reg:tweedie", TreeLink::kExp, std::log(0.2)},
      Case{"rank:ndcg", TreeLink::kIdentity, 0.2}, Case{"multi:softprob", TreeLink::kSoftmax, 0.2},
      Case{"multi:softmax", TreeLink::kArgmax, 0.2});
  Json json = SmallModel();
  json["learner"]["objective"]["name"] = objective;
  json["learner"]["learner_model_param"]["base_score"] = GENERATE("2E-1", "[2E-1]");
  const auto ensemble = ParseXgboostModel(json.dump());
  INFO(objective << ": " << ensemble.status());
  REQUIRE(ensemble.ok());
  CHECK(ensemble->link == link);
  CHECK(std::abs(ensemble->base[0] - base) < 1e-12);
}

TEST_CASE("DART's trees weigh what they were kept with") {
  Json json = SmallModel();
  Json& booster = json["learner"]["gradient_booster"];
  booster = {{"name", "dart"}, {"gbtree", booster}, {"weight_drop", {0.5, 0.25}}};
  const auto ensemble = ParseXgboostModel(json.dump());
  INFO(ensemble.status());
  REQUIRE(ensemble.ok());
  CHECK(XgboostMargin(*ensemble, {20, 4}) == 0.5 + 0.25 * 0.5 + 2 * 0.25);
}

TEST_CASE("what XGBoost has and this has not, and what is damaged, is named") {
  Json json = SmallModel();
  Json& learner = json["learner"];
  Json& tree = learner["gradient_booster"]["model"]["trees"][1];
  struct Case {
    std::string change;
    std::string message;
  };
  const auto [change, message] = GENERATE(
      Case{"gblinear", "'gblinear' is not supported"}, Case{"objective", "'reg:new' is not known"},
      Case{"vector", "leaves of several outputs"}, Case{"targets", "several targets"},
      Case{"child", "tree 1: node 0: a child is out of range"},
      Case{"cycle", "tree 1: node 0: a child is out of range"},
      Case{"feature", "tree 1: node 0: feature 9 is out of range"},
      Case{"short", "tree 1: right_children: must be a list of 3 numbers"},
      Case{"category", "a category is out of range"}, Case{"segment", "an index is out of range"},
      Case{"class", "tree_info: a class is out of range"}, Case{"base", "between 0 and 1"});
  if (change == "gblinear") learner["gradient_booster"]["name"] = "gblinear";
  if (change == "objective") learner["objective"]["name"] = "reg:new";
  if (change == "vector") tree["tree_param"]["size_leaf_vector"] = "3";
  if (change == "targets") learner["learner_model_param"]["num_target"] = "2";
  if (change == "child") tree["left_children"][0] = 1e18;
  if (change == "cycle") tree["left_children"][0] = 0;
  if (change == "feature") tree["split_indices"][0] = 9;
  if (change == "short") tree["right_children"].erase(2);
  if (change == "category") tree["categories"][0] = 1e12;
  if (change == "segment") tree["categories_segments"][0] = 1;
  if (change == "class") learner["gradient_booster"]["model"]["tree_info"][0] = 1;
  if (change == "base") {
    learner["objective"]["name"] = "binary:logistic";
    learner["learner_model_param"]["base_score"] = "1";
  }
  const auto ensemble = ParseXgboostModel(GENERATE_COPY(json.dump(), Ubjson(json)));
  INFO(change << ": " << ensemble.status());
  CHECK(absl::IsInvalidArgument(ensemble.status()));
  CHECK(absl::StrContains(ensemble.status().message(), message));
}

TEST_CASE("bytes that are no model are refused, however they nest or count") {
  const std::string bytes =
      GENERATE(std::string(""), std::string("{"), std::string("binf"), std::string("[]"),
               std::string(200'000, '['), "{\"a\":" + std::string(200'000, '['),
               // A list that says to hold 2^40 nulls, and one list within another.
               std::string("{i\1a[$Z#L\0\0\1\0\0\0\0\0}", 18), "{i\1a" + std::string(200'000, '['));
  CHECK(absl::IsInvalidArgument(ParseXgboostModel(bytes).status()));
}

}  // namespace
}  // namespace clientele::modeling
