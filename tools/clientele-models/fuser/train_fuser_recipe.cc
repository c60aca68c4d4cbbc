#include "tools/clientele-models/fuser/train_fuser_recipe.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/inference/compute/usable_cores.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/profile-service/training/fuser/fuser_bundle.h"
#include "services/profile-service/training/fuser/fuser_heads.h"
#include "services/profile-service/training/fuser/fuser_network.h"
#include "tools/clientele-models/fuser/fuser_examples.h"
#include "tools/clientele-models/fuser/fuser_recipe.h"
#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {
namespace {

// One customer of so many measures the network.
constexpr std::uint64_t kHeldOut = 10;

using Metrics = std::map<std::string, double>;

absl::StatusOr<std::vector<PastCompany>> ReadCompanies(const FuserRecipe& recipe,
                                                       const RecipeOptions& options) {
  std::vector<PastCompany> companies;
  for (const HistorySource& source : recipe.histories) {
    const auto folder = source.beside_recipe ? options.recipe.parent_path() : options.data;
    CLIENTELE_ASSIGN_OR_RETURN(const profile::EventHistory history,
                               ReadHistory(folder / source.file, source.columns));
    PastCompany company{.source = &source, .past = {}};
    CLIENTELE_ASSIGN_OR_RETURN(company.past, profile::LookBack(history, source.look_back));
    companies.push_back(std::move(company));
  }
  return companies;
}

std::vector<profile::ScoredPast> ScoredOf(const std::vector<PastCompany>& companies,
                                          std::size_t but, bool only) {
  std::vector<profile::ScoredPast> rows;
  for (std::size_t c = 0; c < companies.size(); ++c) {
    if (!companies[c].source->scores || (c == but) != only) continue;
    for (const profile::PastCustomer& past : companies[c].past) {
      if (past.bought_before) rows.push_back({.company = c, .past = &past});
    }
  }
  return rows;
}

// Heads of each company by the others: how well they travel.
absl::Status MeasureTravel(const FuserRecipe& recipe, const std::vector<PastCompany>& companies,
                           const profile::HeadOptions& options, Metrics& metrics) {
  for (std::size_t c = 0; c < companies.size(); ++c) {
    if (!companies[c].source->scores) continue;
    const std::vector<profile::ScoredPast> others = ScoredOf(companies, c, /*only=*/false);
    if (others.empty()) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const profile::FuserHeads heads,
                               profile::TrainHeads(others, recipe.score_days, options));
    CLIENTELE_ASSIGN_OR_RETURN(
        const profile::ChurnTold told,
        profile::EvaluateHeads(heads, ScoredOf(companies, c, /*only=*/true)));
    metrics[absl::StrCat("churn_auc_of_", companies[c].source->name, "_by_others")] = told.auc;
    metrics[absl::StrCat("churn_ece_of_", companies[c].source->name, "_by_others")] =
        told.calibration_error;
  }
  return absl::OkStatus();
}

// The mean of those whose scores are learned.
profile::BehaviorVector TypicalOf(const std::vector<profile::ScoredPast>& rows) {
  profile::BehaviorVector typical;
  for (const profile::BehaviorFeatureInfo& info : profile::kBehaviorFeatureList) {
    double sum = 0;
    for (const profile::ScoredPast& row : rows) sum += row.past->behavior[info.feature];
    typical[info.feature] = static_cast<float>(sum / static_cast<double>(rows.size()));
  }
  return typical;
}

absl::StatusOr<torch::jit::Module> LearnNetwork(const FuserRecipe& recipe, const FuserData& data,
                                                const profile::FuserNetworkOptions& options,
                                                Metrics& metrics) {
  std::vector<std::int64_t> training, held_out;
  for (std::size_t i = 0; i < data.customers.size(); ++i) {
    const std::uint64_t drawn =
        training::DeriveSeed(recipe.seed, static_cast<std::uint64_t>(data.customers[i]));
    (drawn % kHeldOut == 0 ? held_out : training).push_back(static_cast<std::int64_t>(i));
  }
  const profile::FuserExamples known = profile::Select(data.examples, training);
  const profile::FuserExamples unknown = profile::Select(data.examples, held_out);
  CLIENTELE_ASSIGN_OR_RETURN(const torch::jit::Module measured,
                             profile::TrainFuserNetwork(known, options));
  const std::pair<const char*, std::vector<float>> masks[] = {{"behavior", {1, 0, 0}},
                                                              {"text", {0, 1, 0}},
                                                              {"image", {0, 0, 1}},
                                                              {"behavior_and_text", {1, 1, 0}}};
  for (const auto& [name, mask] : masks) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const profile::NextCategoryScore score,
        profile::EvaluateNextCategory(measured, known, unknown, at::tensor(mask)));
    if (score.customers == 0) continue;
    metrics[absl::StrCat("next_category_by_", name)] = score.hit;
    metrics[absl::StrCat("most_frequent_category_beside_", name)] = score.hit_popular;
  }
  return profile::TrainFuserNetwork(data.examples, options);
}

}  // namespace

absl::Status TrainFuserRecipe(const nlohmann::json& json, const RecipeOptions& options,
                              std::ostream& out, std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const FuserRecipe recipe, ParseFuserRecipe(json));
  const TrainedBundleOptions bundle{.out = options.out,
                                    .name = recipe.name,
                                    .version = recipe.version,
                                    .license = recipe.license,
                                    .key_file = options.key_file,
                                    .checkpoints = {},
                                    .seed = recipe.seed};
  TrainingRun run(bundle, log);
  CLIENTELE_RETURN_IF_ERROR(run.Begin());
  const auto progress = run.progress();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PastCompany> companies,
                             ReadCompanies(recipe, options));
  const std::vector<profile::ScoredPast> scored =
      ScoredOf(companies, companies.size(), /*only=*/false);
  const profile::HeadOptions head_options{
      .features = recipe.score_features, .seed = recipe.seed, .threads = inference::UsableCores()};
  progress(absl::StrCat("learning scores from ", scored.size(), " customers of earlier days"));
  Metrics metrics;
  CLIENTELE_ASSIGN_OR_RETURN(const profile::FuserHeads heads,
                             profile::TrainHeads(scored, recipe.score_days, head_options));
  const training::CandidateScore& churn = heads.churn_scores[heads.churn_chosen];
  metrics["churn_auc"] = churn.auc;
  metrics["churn_ece"] = churn.calibration_error;
  metrics["value_mae"] = heads.value_mae;
  metrics["value_mae_as_before"] = heads.spent_as_before_mae;
  CLIENTELE_RETURN_IF_ERROR(MeasureTravel(recipe, companies, head_options, metrics));
  CLIENTELE_ASSIGN_OR_RETURN(
      const FuserData data,
      MakeFuserData(recipe, options.recipe.parent_path(), options.data, companies, progress));
  progress(absl::StrCat("learning vectors from ", data.customers.size(), " customers"));
  CLIENTELE_ASSIGN_OR_RETURN(const torch::jit::Module network,
                             LearnNetwork(recipe, data,
                                          {.width = recipe.width,
                                           .epochs = recipe.epochs,
                                           .seed = recipe.seed,
                                           .progress = progress},
                                          metrics));
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto folder,
      profile::WriteFuserBundle(network, heads,
                                {.out = options.out,
                                 .name = recipe.name,
                                 .version = run.version(),
                                 .license = recipe.license,
                                 .description = recipe.description,
                                 .days = recipe.score_days,
                                 .typical = TypicalOf(scored),
                                 .metrics = metrics,
                                 .settings = {{"seed", absl::StrCat(recipe.seed)}},
                                 .key = run.key()}));
  nlohmann::ordered_json line = {{"bundle", folder.string()},
                                 {"scored_customers", scored.size()},
                                 {"customers", data.customers.size()}};
  for (const auto& [name, value] : metrics) line[name] = value;
  out << line.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
