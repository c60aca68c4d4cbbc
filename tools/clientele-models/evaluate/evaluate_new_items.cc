#include "tools/clientele-models/evaluate/evaluate_new_items.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"

namespace clientele::models {

absl::Status EvaluateNewItems(const EvaluateNewItemsOptions& options, std::ostream& out) {
  const auto start = std::chrono::steady_clock::now();
  if (options.columns.text.empty()) {
    return absl::InvalidArgumentError("the column of the items' texts must be named: --text COL");
  }
  CLIENTELE_ASSIGN_OR_RETURN(InteractionsFile file, ReadInteractions(options.columns));
  const std::size_t repeated = recommend::KeepFirstOfEachPair(file.log);
  CLIENTELE_ASSIGN_OR_RETURN(
      const recommend::NewItemsExperiment experiment,
      recommend::RunNewItemsExperiment(file.log, file.texts, options.experiment));
  const int k = options.experiment.k;
  out << absl::StrFormat("%d of %d items are new, %d of them without a text; %d users measured\n",
                         experiment.new_items, experiment.items, experiment.new_items_without_text,
                         experiment.content.customers);
  nlohmann::ordered_json json = {{"task", "new-items"}};
  const std::pair<const char*, const recommend::RankingReport*> reports[] = {
      {"", &experiment.content},
      {"estimates_", &experiment.estimates},
      {"popularity_", &experiment.popularity}};
  for (const auto& [prefix, report] : reports) {
    const std::pair<const char*, double> values[] = {
        {"ndcg", report->ndcg}, {"recall", report->recall}, {"hit_rate", report->hit_rate}};
    for (const auto& [name, value] : values) {
      out << absl::StrFormat("%s%s@%d %.4f\n", prefix, name, k, value);
      json[absl::StrCat(prefix, name, "@", k)] = value;
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  json["seed"] = options.experiment.seed;
  json["split"] = absl::StrFormat("%g of the items taken out", options.experiment.share);
  json["candidates"] = "all items taken out";
  json["popularity"] = "of the items taken out, by their own rows";
  json["users"] = experiment.content.customers;
  json["items"] = experiment.items;
  json["new_items"] = experiment.new_items;
  json["new_items_without_text"] = experiment.new_items_without_text;
  json["unknown_users"] = experiment.unknown_customers;
  json["repeated_rows"] = repeated;
  json["rows_without_ids"] = file.rows_without_ids;
  json["seconds"] = seconds.count();
  out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
