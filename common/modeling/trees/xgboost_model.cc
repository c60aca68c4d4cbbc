#include "common/modeling/trees/xgboost_model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/modeling/trees/model_file.h"
#include "common/modeling/trees/ubjson.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using Json = nlohmann::json;

constexpr int kMaxJsonDepth = 32;
// As inference::kCategoryNotListed bounds them.
constexpr std::int64_t kMaxCategory = 1 << 24;

absl::Status FieldError(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

// A member of an object; null where there is none.
const Json& Member(const Json& object, const char* name) {
  static const Json* const kNull = new Json();
  if (!object.is_object()) return *kNull;
  const auto found = object.find(name);
  return found == object.end() ? *kNull : *found;
}

// XGBoost writes NaN and Infinity, which JSON has not: as null and text that reads as a number.
std::string WithoutBareNumbers(absl::string_view text) {
  std::string json;
  json.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const absl::string_view rest = text.substr(i);
    if (in_string || text[i] == '"') {
      if (text[i] == '"') in_string = !in_string;
      if (text[i] == '\\' && i + 1 < text.size()) json += text[i++];
      json += text[i];
    } else if (absl::StartsWith(rest, "NaN")) {
      json += "null";
      i += 2;
    } else if (absl::StartsWith(rest, "-Infinity")) {
      json += "\"-inf\"";
      i += 8;
    } else if (absl::StartsWith(rest, "Infinity")) {
      json += "\"inf\"";
      i += 7;
    } else {
      json += text[i];
    }
  }
  return json;
}

// Parameters are numbers in quotes, or numbers; newer versions put one into a list.
std::optional<double> NumberOf(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_array() && value.size() == 1) return NumberOf(value.front());
  if (!value.is_string()) return std::nullopt;
  absl::string_view text = absl::StripAsciiWhitespace(value.get_ref<const std::string&>());
  if (absl::ConsumePrefix(&text, "[")) absl::ConsumeSuffix(&text, "]");
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return std::nullopt;
  return number;
}

absl::StatusOr<double> Parameter(const Json& object, const char* name, double otherwise) {
  const Json& value = Member(object, name);
  if (value.is_null()) return otherwise;
  const std::optional<double> number = NumberOf(value);
  if (!number.has_value() || !std::isfinite(*number)) return FieldError(name, "must be a number");
  return *number;
}

// An array of finite numbers, `size` of them.
absl::StatusOr<std::vector<double>> Numbers(const Json& tree, const char* name, std::size_t size) {
  const Json& array = Member(tree, name);
  if (!array.is_array() || array.size() != size) {
    return FieldError(name, absl::StrCat("must be a list of ", size, " numbers"));
  }
  std::vector<double> numbers;
  numbers.reserve(size);
  for (const Json& value : array) {
    const std::optional<double> number = NumberOf(value);
    if (!number.has_value()) return FieldError(name, "must be a list of numbers");
    numbers.push_back(*number);
  }
  return numbers;
}

struct Objective {
  TreeLink link;
  // What turns base_score into a margin.
  enum class Base { kAsItIs, kLogit, kLog } base;
};

std::optional<Objective> ObjectiveOf(absl::string_view name) {
  using Base = Objective::Base;
  if (name == "binary:logistic" || name == "reg:logistic") {
    return Objective{TreeLink::kSigmoid, Base::kLogit};
  }
  if (name == "binary:logitraw") return Objective{TreeLink::kIdentity, Base::kLogit};
  if (name == "binary:hinge") return Objective{TreeLink::kStep, Base::kAsItIs};
  if (name == "multi:softprob") return Objective{TreeLink::kSoftmax, Base::kAsItIs};
  if (name == "multi:softmax") return Objective{TreeLink::kArgmax, Base::kAsItIs};
  if (name == "count:poisson" || name == "reg:gamma" || name == "reg:tweedie" ||
      name == "survival:cox" || name == "survival:aft") {
    return Objective{TreeLink::kExp, Base::kLog};
  }
  constexpr absl::string_view kPlain[] = {
      "reg:squarederror",     "reg:linear",        "reg:squaredlogerror",
      "reg:pseudohubererror", "reg:absoluteerror", "reg:quantileerror",
      "rank:pairwise",        "rank:ndcg",         "rank:map"};
  if (std::find(std::begin(kPlain), std::end(kPlain), name) != std::end(kPlain)) {
    return Objective{TreeLink::kIdentity, Base::kAsItIs};
  }
  return std::nullopt;
}

absl::StatusOr<double> BaseMargin(Objective::Base kind, double base_score) {
  if (kind == Objective::Base::kAsItIs) return base_score;
  if (base_score <= 0 || (kind == Objective::Base::kLogit && base_score >= 1)) {
    return FieldError("learner_model_param.base_score", kind == Objective::Base::kLogit
                                                            ? "must be between 0 and 1"
                                                            : "must be above 0");
  }
  return kind == Objective::Base::kLogit ? -std::log(1 / base_score - 1) : std::log(base_score);
}

// The sets of categories of the nodes that split by them.
absl::Status ReadCategories(const Json& tree, std::vector<RawTreeNode>& nodes) {
  const Json& split_type = Member(tree, "split_type");
  if (split_type.is_null()) return absl::OkStatus();  // before version 1.5
  CLIENTELE_ASSIGN_OR_RETURN(const auto types, Numbers(tree, "split_type", nodes.size()));
  const std::size_t count = Member(tree, "categories_nodes").size();
  CLIENTELE_ASSIGN_OR_RETURN(const auto of, Numbers(tree, "categories_nodes", count));
  CLIENTELE_ASSIGN_OR_RETURN(const auto begins, Numbers(tree, "categories_segments", count));
  CLIENTELE_ASSIGN_OR_RETURN(const auto sizes, Numbers(tree, "categories_sizes", count));
  const std::size_t total = Member(tree, "categories").size();
  CLIENTELE_ASSIGN_OR_RETURN(const auto categories, Numbers(tree, "categories", total));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (types[i] == 1) {
      nodes[i].rule = (nodes[i].rule & ~inference::kDecisionMask) | inference::kCategoryNotListed;
    }
  }
  std::size_t used = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool fits = of[i] >= 0 && of[i] < static_cast<double>(nodes.size()) && begins[i] >= 0 &&
                      sizes[i] >= 0 && begins[i] + sizes[i] <= static_cast<double>(total);
    if (!fits) return FieldError("categories_nodes", "an index is out of range");
    used += static_cast<std::size_t>(sizes[i]);
    if (used > total) return FieldError("categories_sizes", "the sets share categories");
    RawTreeNode& node = nodes[static_cast<std::size_t>(of[i])];
    const auto begin = static_cast<std::size_t>(begins[i]);
    for (std::size_t at = begin; at < begin + static_cast<std::size_t>(sizes[i]); ++at) {
      const double category = categories[at];
      if (!(category >= 0 && category < static_cast<double>(kMaxCategory))) {
        return FieldError("categories", "a category is out of range");
      }
      AddCategory(static_cast<std::uint32_t>(category), node.categories);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RawTreeNode>> ReadTree(const Json& tree, double weight) {
  const Json& lefts = Member(tree, "left_children");
  if (!lefts.is_array() || lefts.empty() || lefts.size() > kMaxTreeNodes) {
    return FieldError("left_children", "must be a list");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const double outputs,
                             Parameter(Member(tree, "tree_param"), "size_leaf_vector", 0));
  if (outputs > 1)
    return FieldError("size_leaf_vector", "leaves of several outputs are not supported");
  const std::size_t size = lefts.size();
  CLIENTELE_ASSIGN_OR_RETURN(const auto left, Numbers(tree, "left_children", size));
  CLIENTELE_ASSIGN_OR_RETURN(const auto right, Numbers(tree, "right_children", size));
  CLIENTELE_ASSIGN_OR_RETURN(const auto feature, Numbers(tree, "split_indices", size));
  CLIENTELE_ASSIGN_OR_RETURN(const auto condition, Numbers(tree, "split_conditions", size));
  CLIENTELE_ASSIGN_OR_RETURN(const auto missing_left, Numbers(tree, "default_left", size));
  CLIENTELE_ASSIGN_OR_RETURN(const auto cover, Numbers(tree, "sum_hessian", size));
  const auto index = [](double number) {
    return number >= -1 && number < 1e9 ? static_cast<std::int64_t>(number) : std::int64_t{1} << 40;
  };
  std::vector<RawTreeNode> nodes(size);
  for (std::size_t i = 0; i < size; ++i) {
    RawTreeNode& node = nodes[i];
    node.left = index(left[i]);
    node.right = index(right[i]);
    node.feature = index(feature[i]);
    node.rule = inference::kFloatLess | (missing_left[i] != 0 ? inference::kMissingLeft : 0);
    node.threshold = condition[i];
    node.value = condition[i] * weight;
    node.cover = cover[i];
  }
  CLIENTELE_RETURN_IF_ERROR(ReadCategories(tree, nodes));
  return nodes;
}

absl::Status ReadFeatures(const Json& learner, TreeEnsemble& ensemble) {
  CLIENTELE_ASSIGN_OR_RETURN(const double count,
                             Parameter(Member(learner, "learner_model_param"), "num_feature", 0));
  if (!(count >= 1 && count <= 1e6)) {
    return FieldError("learner_model_param.num_feature", "must be from 1 to 1,000,000");
  }
  const auto width = static_cast<std::size_t>(count);
  const Json& names = Member(learner, "feature_names");
  if (names.is_array() && names.size() == width) {
    for (const Json& name : names) {
      if (!name.is_string()) return FieldError("feature_names", "must be a list of names");
      ensemble.features.push_back(name.get<std::string>());
    }
    return absl::OkStatus();
  }
  // As the library names them where it was told no names.
  for (std::size_t i = 0; i < width; ++i) ensemble.features.push_back(absl::StrCat("f", i));
  return absl::OkStatus();
}

absl::Status ReadTrees(const Json& booster, TreeEnsemble& ensemble) {
  const bool dart = Member(booster, "name") == "dart";
  const Json& gbtree = dart ? Member(booster, "gbtree") : booster;
  const Json& model = Member(gbtree, "model");
  const Json& trees = Member(model, "trees");
  if (!trees.is_array()) return FieldError("gradient_booster.model.trees", "must be a list");
  CLIENTELE_ASSIGN_OR_RETURN(const auto groups, Numbers(model, "tree_info", trees.size()));
  std::vector<double> weights(trees.size(), 1);
  if (dart) {
    CLIENTELE_ASSIGN_OR_RETURN(weights, Numbers(booster, "weight_drop", trees.size()));
  }
  for (std::size_t i = 0; i < trees.size(); ++i) {
    if (!(groups[i] >= 0 && groups[i] < static_cast<double>(ensemble.base.size()))) {
      return FieldError("tree_info", "a class is out of range");
    }
    absl::StatusOr<std::vector<RawTreeNode>> nodes = ReadTree(trees[i], weights[i]);
    absl::Status status = nodes.status();
    if (nodes.ok()) status = AppendTree(*nodes, static_cast<std::int32_t>(groups[i]), ensemble);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("tree ", i, ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> ParseBytes(absl::string_view bytes) {
  bool too_deep = false;
  const Json::parser_callback_t bounded = [&](int level, Json::parse_event_t, Json&) {
    too_deep = too_deep || level > kMaxJsonDepth;
    return !too_deep;
  };
  // A JSON document goes on with a quote or an end; UBJSON with a type or a length.
  const absl::string_view begin = absl::StripLeadingAsciiWhitespace(bytes);
  absl::string_view after = begin;
  absl::ConsumePrefix(&after, "{");
  after = absl::StripLeadingAsciiWhitespace(after);
  const bool is_text = absl::StartsWith(after, "\"") || absl::StartsWith(after, "}");
  Json json;
  if (absl::StartsWith(begin, "{") && is_text) {
    json = Json::parse(WithoutBareNumbers(bytes), bounded, /*allow_exceptions=*/false);
  } else if (absl::StartsWith(bytes, "{")) {
    CLIENTELE_ASSIGN_OR_RETURN(json, ParseUbjson(bytes));
  } else if (absl::StartsWith(bytes, "binf") || absl::StartsWith(bytes, "CONFIG-offset:")) {
    return absl::InvalidArgumentError(
        "this is XGBoost's old binary format: load the model there and save it as model.json");
  }
  if (too_deep || !json.is_object()) {
    return absl::InvalidArgumentError("this is no model of XGBoost in JSON or UBJSON");
  }
  return json;
}

}  // namespace

absl::StatusOr<TreeEnsemble> ParseXgboostModel(absl::string_view bytes) {
  CLIENTELE_ASSIGN_OR_RETURN(const Json json, ParseBytes(bytes));
  const Json& learner = Member(json, "learner");
  const Json& booster = Member(learner, "gradient_booster");
  const Json& kind = Member(booster, "name");
  if (kind != "gbtree" && kind != "dart") {
    return FieldError("learner.gradient_booster.name",
                      kind.is_string() ? absl::StrCat("'", kind.get<std::string>(),
                                                      "' is not supported: gbtree and dart are")
                                       : std::string("is missing"));
  }
  TreeEnsemble ensemble;
  const Json& name = Member(Member(learner, "objective"), "name");
  if (name.is_string()) ensemble.objective = name.get<std::string>();
  const std::optional<Objective> objective = ObjectiveOf(ensemble.objective);
  if (!objective.has_value()) {
    return FieldError("learner.objective.name",
                      absl::StrCat("'", ensemble.objective, "' is not known"));
  }
  ensemble.link = objective->link;
  CLIENTELE_RETURN_IF_ERROR(ReadFeatures(learner, ensemble));
  const Json& parameters = Member(learner, "learner_model_param");
  CLIENTELE_ASSIGN_OR_RETURN(const double classes, Parameter(parameters, "num_class", 0));
  CLIENTELE_ASSIGN_OR_RETURN(const double targets, Parameter(parameters, "num_target", 1));
  CLIENTELE_ASSIGN_OR_RETURN(const double base_score, Parameter(parameters, "base_score", 0.5));
  if (!(classes >= 0 && classes <= 100'000)) {
    return FieldError("learner_model_param.num_class", "must be from 0 to 100,000");
  }
  if (targets > 1) {
    return FieldError("learner_model_param.num_target", "several targets are not supported");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const double base, BaseMargin(objective->base, base_score));
  ensemble.base.assign(std::max<std::size_t>(1, static_cast<std::size_t>(classes)), base);
  CLIENTELE_RETURN_IF_ERROR(ReadTrees(booster, ensemble));
  return ensemble;
}

absl::StatusOr<TreeEnsemble> ReadXgboostModel(const std::filesystem::path& file) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, ReadModelFile(file));
  absl::StatusOr<TreeEnsemble> ensemble = ParseXgboostModel(bytes);
  if (ensemble.ok()) return ensemble;
  return absl::InvalidArgumentError(
      absl::StrCat(file.filename().string(), ": ", ensemble.status().message()));
}

}  // namespace clientele::modeling
