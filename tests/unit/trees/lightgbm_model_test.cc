#include "common/modeling/trees/lightgbm_model.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"

namespace clientele::modeling {
namespace {

constexpr char kModel[] = R"(tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:2
feature_names=age region
feature_infos=[0:99] 0:1:2
tree_sizes=300 300

Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=5 3
threshold=30.5 0
decision_type=10 1
left_child=-1 -2
right_child=1 -3
leaf_value=0.25 -0.75 2
leaf_weight=1 1 1
leaf_count=4 3 3
internal_value=0 0
internal_weight=0 0
internal_count=10 6
cat_boundaries=0 2
cat_threshold=2 1
is_linear=0
shrinkage=0.1


Tree=1
num_leaves=1
num_cat=0
leaf_value=0.5
shrinkage=1

end of trees

feature_importances:
age=1

parameters:
[boosting: gbdt]
end of parameters

pandas_categorical:null
)";

double LightgbmMargin(const TreeEnsemble& ensemble, const std::vector<double>& row) {
  double margin = 0;
  inference::TreeMargins(ensemble.View(), row.data(), 1, &margin);
  return margin;
}

TEST_CASE("a text gives the margins that its trees say, with either line end") {
  const std::string text =
      GENERATE(std::string(kModel), absl::StrReplaceAll(kModel, {{"\n", "\r\n"}}));
  const auto ensemble = ParseLightgbmModel(text);
  INFO(ensemble.status());
  REQUIRE(ensemble.ok());
  CHECK(ensemble->link == TreeLink::kSigmoid);
  CHECK(ensemble->link_scale == 2);
  CHECK(ensemble->features == std::vector<std::string>{"age", "region"});
  CHECK(LightgbmMargin(*ensemble, {30.5, 9}) == 0.5 + 0.25);
  CHECK(LightgbmMargin(*ensemble, {31, 1}) == 0.5 - 0.75);   // bit 1 of the first word
  CHECK(LightgbmMargin(*ensemble, {31, 32}) == 0.5 - 0.75);  // bit 0 of the second
  CHECK(LightgbmMargin(*ensemble, {31, 2}) == 0.5 + 2);
  CHECK(LightgbmMargin(*ensemble, {std::nan(""), 2}) ==
        0.5 + 0.25);  // NaN is missing, and goes left
}

TEST_CASE("a random forest gives the mean of its trees") {
  const auto ensemble = ParseLightgbmModel(
      absl::StrReplaceAll(kModel, {{"feature_infos", "average_output\nfeature_infos"}}));
  INFO(ensemble.status());
  REQUIRE(ensemble.ok());
  CHECK(LightgbmMargin(*ensemble, {20, 0}) == (0.25 + 0.5) / 2);
}

TEST_CASE("objectives have their link functions") {
  const auto [objective, link] = GENERATE(
      table<std::string, TreeLink>({{"regression", TreeLink::kIdentity},
                                    {"regression sqrt", TreeLink::kSignedSquare},
                                    {"poisson", TreeLink::kExp},
                                    {"tweedie tweedie_variance_power:1.5", TreeLink::kExp},
                                    {"lambdarank", TreeLink::kIdentity},
                                    {"cross_entropy", TreeLink::kSigmoid},
                                    {"cross_entropy_lambda", TreeLink::kLogOnePlusExp},
                                    {"multiclass num_class:5", TreeLink::kSoftmax},
                                    {"multiclassova num_class:5 sigmoid:1", TreeLink::kSigmoid}}));
  const auto ensemble =
      ParseLightgbmModel(absl::StrReplaceAll(kModel, {{"binary sigmoid:2", objective}}));
  INFO(objective << ": " << ensemble.status());
  REQUIRE(ensemble.ok());
  CHECK(ensemble->link == link);
}

TEST_CASE("what LightGBM has and this has not, and what is damaged, is named") {
  const auto [from, to, message] = GENERATE(table<std::string, std::string, std::string>({
      {"is_linear=0", "is_linear=1", "tree 0: is_linear: linear trees are not supported"},
      {"binary sigmoid:2", "newloss", "objective: 'newloss' is not known"},
      {"left_child=-1 -2", "left_child=-1 0", "tree 0: node 1: a child is out of range"},
      {"left_child=-1 -2", "left_child=-9 -2", "a child is out of range"},
      {"left_child=-1 -2", "left_child=-1", "left_child: has 1 numbers instead of 2"},
      {"split_feature=0 1", "split_feature=0 5", "feature 5 is out of range"},
      {"threshold=30.5 0", "threshold=x 0", "threshold: 'x' is not a number"},
      {"threshold=30.5 0", "threshold=30.5 4", "a set of categories is out of range"},
      {"cat_boundaries=0 2", "cat_boundaries=0 9", "cat_threshold: has 2 numbers instead of 9"},
      {"num_leaves=3", "num_leaves=99999999999", "num_leaves: must be from 0"},
      {"tree_sizes=300 300", "tree_sizes=300 300 300", "is the file cut off?"},
      {"feature_names=age region", "feature_names=age", "feature_names: must be 2 names"},
      {"tree\nversion", "bush\nversion", "no model of LightGBM"},
  }));
  const auto ensemble = ParseLightgbmModel(absl::StrReplaceAll(kModel, {{from, to}}));
  INFO(to << ": " << ensemble.status());
  CHECK(absl::IsInvalidArgument(ensemble.status()));
  CHECK(absl::StrContains(ensemble.status().message(), message));
}

}  // namespace
}  // namespace clientele::modeling
