#include "common/modeling/trees/lightgbm_model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/modeling/trees/model_file.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

// "key=value" lines up to an empty line, or one without "=" (whose key has an empty value).
using Section = std::map<absl::string_view, absl::string_view>;

absl::Status SectionError(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

absl::string_view TakeLine(absl::string_view& text) {
  const std::size_t end = text.find('\n');
  absl::string_view line = text.substr(0, end);
  text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
  absl::ConsumeSuffix(&line, "\r");
  return line;
}

Section TakeSection(absl::string_view& text) {
  Section section;
  while (!text.empty()) {
    const absl::string_view line = TakeLine(text);
    if (absl::StripAsciiWhitespace(line).empty()) {
      if (section.empty()) continue;
      break;
    }
    const std::size_t equals = line.find('=');
    if (equals == absl::string_view::npos) {
      section[line] = "";
    } else {
      section[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  return section;
}

absl::string_view Field(const Section& section, absl::string_view name) {
  const auto found = section.find(name);
  return found == section.end() ? absl::string_view() : found->second;
}

absl::StatusOr<std::int64_t> Count(const Section& section, absl::string_view name,
                                   std::int64_t otherwise, std::int64_t max) {
  const absl::string_view text = Field(section, name);
  if (text.empty()) return otherwise;
  std::int64_t count = 0;
  if (!absl::SimpleAtoi(text, &count) || count < 0 || count > max) {
    return SectionError(
        name, absl::StrCat("must be from 0 to ", max, ", not '", text.substr(0, 40), "'"));
  }
  return count;
}

// `size` numbers between spaces.
absl::StatusOr<std::vector<double>> Numbers(const Section& section, absl::string_view name,
                                            std::size_t size) {
  std::vector<double> numbers;
  for (const absl::string_view text :
       absl::StrSplit(Field(section, name), ' ', absl::SkipWhitespace())) {
    double number = 0;
    if (!absl::SimpleAtod(text, &number)) {
      return SectionError(name, absl::StrCat("'", text.substr(0, 40), "' is not a number"));
    }
    numbers.push_back(number);
  }
  if (numbers.size() != size) {
    return SectionError(name, absl::StrCat("has ", numbers.size(), " numbers instead of ", size));
  }
  return numbers;
}

bool IsIndex(double number) {
  return number > -2147483648.0 && number < 2147483648.0 && std::trunc(number) == number;
}

// LightGBM's decision_type as rules of the kernel.
std::int32_t RuleOf(std::int64_t type) {
  if ((type & 1) != 0) return inference::kCategoryListed;
  std::int32_t rule = inference::kDoubleLessOrEqual;
  if ((type & 2) != 0) rule |= inference::kMissingLeft;
  const std::int64_t missing = type >> 2 & 3;  // 0 none, 1 zero, 2 NaN
  if (missing != 2) rule |= inference::kNaNIsZero;
  if (missing == 1) rule |= inference::kZeroIsMissing;
  return rule;
}

// The sets of categories that splits choose by their index.
absl::StatusOr<std::vector<std::vector<std::uint32_t>>> CategorySets(const Section& tree) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t count, Count(tree, "num_cat", 0, 1 << 24));
  std::vector<std::vector<std::uint32_t>> sets(static_cast<std::size_t>(count));
  if (count == 0) return sets;
  CLIENTELE_ASSIGN_OR_RETURN(const auto bounds, Numbers(tree, "cat_boundaries", sets.size() + 1));
  const bool sorted = std::is_sorted(bounds.begin(), bounds.end()) && bounds.front() == 0 &&
                      std::all_of(bounds.begin(), bounds.end(), IsIndex);
  if (!sorted) return SectionError("cat_boundaries", "must begin with 0 and never fall");
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto words, Numbers(tree, "cat_threshold", static_cast<std::size_t>(bounds.back())));
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (auto at = static_cast<std::size_t>(bounds[i]);
         at < static_cast<std::size_t>(bounds[i + 1]); ++at) {
      if (!(words[at] >= 0 && words[at] < 4294967296.0)) {
        return SectionError("cat_threshold", "must be words of 32 bits");
      }
      sets[i].push_back(static_cast<std::uint32_t>(words[at]));
    }
  }
  return sets;
}

absl::StatusOr<std::vector<RawTreeNode>> ReadTree(const Section& tree) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t linear, Count(tree, "is_linear", 0, 1));
  if (linear == 1) return SectionError("is_linear", "linear trees are not supported");
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t leaf_count, Count(tree, "num_leaves", 0, 1 << 24));
  if (leaf_count < 1) return SectionError("num_leaves", "must be at least 1");
  const auto leaves = static_cast<std::size_t>(leaf_count);
  const std::size_t splits = leaves - 1;
  CLIENTELE_ASSIGN_OR_RETURN(const auto values, Numbers(tree, "leaf_value", leaves));
  std::vector<RawTreeNode> nodes(splits + leaves);
  for (std::size_t i = 0; i < leaves; ++i) nodes[splits + i].value = values[i];
  if (splits == 0) return nodes;

  CLIENTELE_ASSIGN_OR_RETURN(const auto sets, CategorySets(tree));
  CLIENTELE_ASSIGN_OR_RETURN(const auto features, Numbers(tree, "split_feature", splits));
  CLIENTELE_ASSIGN_OR_RETURN(const auto thresholds, Numbers(tree, "threshold", splits));
  CLIENTELE_ASSIGN_OR_RETURN(const auto types, Numbers(tree, "decision_type", splits));
  CLIENTELE_ASSIGN_OR_RETURN(const auto left, Numbers(tree, "left_child", splits));
  CLIENTELE_ASSIGN_OR_RETURN(const auto right, Numbers(tree, "right_child", splits));
  CLIENTELE_ASSIGN_OR_RETURN(const auto leaf_counts, Numbers(tree, "leaf_count", leaves));
  CLIENTELE_ASSIGN_OR_RETURN(const auto counts, Numbers(tree, "internal_count", splits));
  // -1 is leaf 0, -2 leaf 1.
  const auto child = [splits](double index) {
    if (!IsIndex(index)) return std::int64_t{1} << 40;
    const auto whole = static_cast<std::int64_t>(index);
    return whole >= 0 ? whole : static_cast<std::int64_t>(splits) - whole - 1;
  };
  for (std::size_t i = 0; i < splits; ++i) {
    RawTreeNode& node = nodes[i];
    node.left = child(left[i]);
    node.right = child(right[i]);
    node.feature = IsIndex(features[i]) ? static_cast<std::int64_t>(features[i]) : -1;
    node.cover = counts[i];
    if (!(types[i] >= 0 && types[i] < 256)) return SectionError("decision_type", "is not known");
    node.rule = RuleOf(static_cast<std::int64_t>(types[i]));
    node.threshold = thresholds[i];
    if (node.rule != inference::kCategoryListed) continue;
    if (!(thresholds[i] >= 0 && thresholds[i] < static_cast<double>(sets.size()))) {
      return SectionError("threshold", "a set of categories is out of range");
    }
    node.categories = sets[static_cast<std::size_t>(thresholds[i])];
  }
  for (std::size_t i = 0; i < leaves; ++i) nodes[splits + i].cover = leaf_counts[i];
  return nodes;
}

// "binary sigmoid:1": a name and settings.
absl::Status ReadObjective(const Section& header, TreeEnsemble& ensemble) {
  ensemble.objective = std::string(Field(header, "objective"));
  const std::vector<std::string> words =
      absl::StrSplit(ensemble.objective, ' ', absl::SkipWhitespace());
  const std::string name = words.empty() ? "" : words.front();
  bool square_root = false;
  for (const absl::string_view word : words) {
    absl::string_view value = word;
    if (absl::ConsumePrefix(&value, "sigmoid:") &&
        (!absl::SimpleAtod(value, &ensemble.link_scale) || !std::isfinite(ensemble.link_scale))) {
      return SectionError("objective", absl::StrCat("'", word, "' is not a number"));
    }
    square_root = square_root || word == "sqrt";
  }
  constexpr absl::string_view kPlain[] = {
      "",         "regression", "regression_l1", "regression_l2", "huber", "fair",
      "quantile", "mape",       "lambdarank",    "rank_xendcg",   "none",  "custom"};
  if (name == "binary" || name == "multiclassova" || name == "cross_entropy" ||
      name == "xentropy") {
    ensemble.link = TreeLink::kSigmoid;
  } else if (name == "multiclass") {
    ensemble.link = TreeLink::kSoftmax;
  } else if (name == "poisson" || name == "gamma" || name == "tweedie") {
    ensemble.link = TreeLink::kExp;
  } else if (name == "cross_entropy_lambda" || name == "xentlambda") {
    ensemble.link = TreeLink::kLogOnePlusExp;
  } else if (std::find(std::begin(kPlain), std::end(kPlain), name) != std::end(kPlain)) {
    ensemble.link = square_root ? TreeLink::kSignedSquare : TreeLink::kIdentity;
  } else {
    return SectionError("objective", absl::StrCat("'", name, "' is not known"));
  }
  return absl::OkStatus();
}

absl::Status ReadHeader(const Section& header, TreeEnsemble& ensemble) {
  CLIENTELE_RETURN_IF_ERROR(ReadObjective(header, ensemble));
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t last,
                             Count(header, "max_feature_idx", -1, 1'000'000));
  ensemble.features = absl::StrSplit(Field(header, "feature_names"), ' ', absl::SkipWhitespace());
  if (last < 0 || static_cast<std::int64_t>(ensemble.features.size()) != last + 1) {
    return SectionError("feature_names", absl::StrCat("must be ", last + 1, " names"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t groups,
                             Count(header, "num_tree_per_iteration", 1, 100'000));
  if (groups < 1) return SectionError("num_tree_per_iteration", "must be at least 1");
  ensemble.base.assign(static_cast<std::size_t>(groups), 0);
  return absl::OkStatus();
}

// A random forest's margin is the mean over its iterations.
void TakeMeans(TreeEnsemble& ensemble) {
  const double iterations =
      static_cast<double>(ensemble.trees.size()) / static_cast<double>(ensemble.base.size());
  for (std::size_t i = 0; i < ensemble.nodes.size(); ++i) {
    if (ensemble.nodes[i].feature == inference::TreeNode::kLeaf) {
      ensemble.values[2 * i] /= iterations;
    }
  }
}

}  // namespace

absl::StatusOr<TreeEnsemble> ParseLightgbmModel(absl::string_view text) {
  const Section header = TakeSection(text);
  if (header.count("tree") == 0 || header.count("max_feature_idx") == 0) {
    return absl::InvalidArgumentError(
        "this is no model of LightGBM: its text begins with \"tree\" and names max_feature_idx");
  }
  TreeEnsemble ensemble;
  CLIENTELE_RETURN_IF_ERROR(ReadHeader(header, ensemble));
  const std::size_t groups = ensemble.base.size();
  bool ended = false;
  while (!text.empty() && !ended) {
    const Section tree = TakeSection(text);
    ended = tree.count("end of trees") > 0 || tree.count("parameters:") > 0 ||
            tree.count("feature importances:") > 0 || tree.count("feature_importances:") > 0;
    if (tree.count("Tree") == 0) continue;
    const std::size_t index = ensemble.trees.size();
    absl::StatusOr<std::vector<RawTreeNode>> nodes = ReadTree(tree);
    absl::Status status = nodes.status();
    if (nodes.ok()) {
      status = AppendTree(*nodes, static_cast<std::int32_t>(index % groups), ensemble);
    }
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("tree ", index, ": ", status.message()));
    }
  }
  const std::vector<absl::string_view> sizes =
      absl::StrSplit(Field(header, "tree_sizes"), ' ', absl::SkipWhitespace());
  const bool cut_off = ensemble.trees.size() % groups != 0 ||
                       (!sizes.empty() && sizes.size() != ensemble.trees.size());
  if (cut_off) {
    return SectionError("tree_sizes",
                        absl::StrCat("names ", sizes.size(), " trees, but there are ",
                                     ensemble.trees.size(), ": is the file cut off?"));
  }
  if (header.count("average_output") > 0 && !ensemble.trees.empty()) TakeMeans(ensemble);
  return ensemble;
}

absl::StatusOr<TreeEnsemble> ReadLightgbmModel(const std::filesystem::path& file) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, ReadModelFile(file));
  absl::StatusOr<TreeEnsemble> ensemble = ParseLightgbmModel(text);
  if (ensemble.ok()) return ensemble;
  return absl::InvalidArgumentError(
      absl::StrCat(file.filename().string(), ": ", ensemble.status().message()));
}

}  // namespace clientele::modeling
