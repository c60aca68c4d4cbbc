#include "services/recommend-service/training/factorization_publisher.h"

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"

#include "common/inference/bundle/manifest.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "services/recommend-service/training/training_note.h"

namespace clientele::recommend {
namespace {

// Equals model/'s kModelName; training does not depend on model/.
constexpr char kBundleName[] = "factorization";

constexpr char kMethods[] = R"(
def forward(self, p: Tensor, b_u: Tensor) -> Tuple[Tensor, Tensor]:
    bias = self.global_mean + b_u.unsqueeze(1) + self.b_i.unsqueeze(0)
    return bias, torch.matmul(p, self.q.t())

def item_factors(self) -> Tensor:
    return self.q

def item_biases(self) -> Tensor:
    return self.b_i

def mu(self) -> Tensor:
    return self.global_mean
)";

// Name and version are the publisher's to set.
model::v1::Bundle Manifest(const ModelIdentity& identity, const TrainingSet& set,
                           const TrainingOptions& options, const Factorization& factorization) {
  const std::int64_t k = factorization.dimension;
  const std::int64_t items = static_cast<std::int64_t>(set.item_ids.size());
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_COLLABORATIVE_FILTER);
  manifest.set_architecture("biased-matrix-factorization-als");
  manifest.set_description(
      "r_ui = mu + b_u + b_i + q_i^T p_u, trained by recommend-service on this deployment's own "
      "interactions; holds items only, customers' factors stay in the database");
  manifest.set_source("recommend-service");
  inference::AddSpec(*manifest.mutable_inputs(), "p", model::v1::DATA_TYPE_FLOAT32, {-1, k});
  inference::AddSpec(*manifest.mutable_inputs(), "b_u", model::v1::DATA_TYPE_FLOAT32, {-1});
  inference::AddSpec(*manifest.mutable_outputs(), "bias", model::v1::DATA_TYPE_FLOAT32,
                     {-1, items});
  inference::AddSpec(*manifest.mutable_outputs(), "affinity", model::v1::DATA_TYPE_FLOAT32,
                     {-1, items});
  auto& settings = *manifest.mutable_settings();
  const ImplicitLossWeights& weights = factorization.implicit_loss_weights;
  settings["unobserved_weight"] = absl::StrCat(weights.unobserved_weight);
  settings["factor_penalty"] = absl::StrCat(weights.factor_penalty);
  settings["bias_penalty"] = absl::StrCat(weights.bias_penalty);
  settings["training_id"] = identity.training_id;
  std::vector<std::string> sources;
  sources.reserve(factorization.links.size());
  for (const ItemLinks& links : factorization.links) sources.push_back(links.source);
  settings["links"] = absl::StrJoin(sources, ",");
  settings["factors"] = absl::StrCat(options.factors);
  settings["epochs"] = absl::StrCat(options.epochs);
  settings["seed"] = absl::StrCat(options.seed);
  settings["trained_until"] = absl::FormatTime(absl::RFC3339_full, set.newest, absl::UTCTimeZone());
  for (const auto& [name, value] : factorization.metrics) {
    (*manifest.mutable_metrics())[name] = value;
  }
  (*manifest.mutable_metrics())["interaction_count"] = static_cast<double>(set.interaction_count);
  return manifest;
}

// What a bundle is written from.
struct Made {
  torch::jit::Module module{"CollaborativeFilter"};
  model::v1::Bundle manifest;
  std::vector<inference::BundleFile> files;
  std::vector<at::Tensor> golden;
};

absl::StatusOr<Made> Make(const ModelIdentity& model, const TrainingSet& set,
                          const TrainingOptions& options, const Factorization& factorization,
                          const TrainingReport& report) try {
  if (!absl::StartsWith(model.id, absl::StrCat(kBundleName, "/"))) {
    return absl::InvalidArgumentError("the model id is of another bundle");
  }
  const std::int64_t k = factorization.dimension;
  const std::int64_t items = static_cast<std::int64_t>(set.item_ids.size());
  Made made;
  torch::jit::Module& module = made.module;
  module.register_buffer("q", at::tensor(factorization.item_factors).view({items, k}));
  module.register_buffer("b_i", at::tensor(factorization.item_biases));
  module.register_buffer("global_mean", at::full({1}, factorization.mu, at::kFloat));
  module.define(kMethods);
  for (const ItemLinks& links : factorization.links) {
    const std::string name = absl::StrReplaceAll(links.source, {{"-", "_"}});
    const auto register_table = [&](const std::string& table, const at::Tensor& values) {
      module.register_buffer(absl::StrCat(name, "_", table),
                             values.view({items, links.links_per_item}));
      module.define(absl::Substitute("def $0_link_$1(self) -> Tensor:\n    return self.$0_$1\n",
                                     name, table));
    };
    register_table("targets", at::tensor(links.targets, at::kInt));
    register_table("weights", at::tensor(links.weights));
  }
  module.eval();

  // Any customer does as an example: this one is no customer's.
  made.golden = {at::linspace(-1, 1, k).view({1, k}), at::full({1}, 0.5, at::kFloat)};
  made.manifest = Manifest(model, set, options, factorization);
  made.files = {{"items.json", nlohmann::json(set.item_ids).dump()},
                {kHistogramsFile, HistoryHistograms(set, factorization).ToJson().dump()},
                NoteOf(report)};
  return made;
} catch (const std::exception&) {
  return absl::InternalError("the factorization's TorchScript module cannot be made");
}

}  // namespace

absl::StatusOr<std::string> FactorizationPublisher::NextModelId() const {
  return bundles_.ReserveVersion(kBundleName);
}

std::optional<TrainingReport> FactorizationPublisher::FindReport(absl::string_view training) const {
  return FindNote(model_dir_, kBundleName, training);
}

absl::Status FactorizationPublisher::Publish(const ModelIdentity& model, const TrainingSet& set,
                                             const TrainingOptions& options,
                                             const Factorization& factorization,
                                             const TrainingReport& report) const {
  CLIENTELE_ASSIGN_OR_RETURN(const Made made, Make(model, set, options, factorization, report));
  return bundles_.Publish(model.id, made.module, made.manifest, made.files, made.golden);
}

absl::Status FactorizationPublisher::KeepAside(const ModelIdentity& model, const TrainingSet& set,
                                               const TrainingOptions& options,
                                               const Factorization& factorization,
                                               const TrainingReport& report) const {
  CLIENTELE_ASSIGN_OR_RETURN(const Made made, Make(model, set, options, factorization, report));
  return bundles_.KeepAside(model.id, report.publications.back().reason, made.module, made.manifest,
                            made.files, made.golden);
}

}  // namespace clientele::recommend
