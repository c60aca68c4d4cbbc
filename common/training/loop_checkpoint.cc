#include "common/training/loop_checkpoint.h"

#include <exception>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>
#include <torch/optim/optimizer.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::training {
namespace {

constexpr char kPosition[] = "position.json";
constexpr char kModule[] = "module.pt";
constexpr char kBest[] = "best.pt";
constexpr char kOptimizer[] = "optimizer.pt";
constexpr char kTorchGenerator[] = "torch-generator.bin";
constexpr char kEngine[] = "engine.txt";

nlohmann::json ToJson(const LoopPosition& position) {
  nlohmann::json epochs = nlohmann::json::array();
  for (const EpochRecord& epoch : position.epochs) {
    nlohmann::json record = {{"mean_loss", epoch.mean_loss}};
    if (epoch.validation.has_value()) record["validation"] = *epoch.validation;
    epochs.push_back(std::move(record));
  }
  nlohmann::json json = {{"epoch", position.epoch},
                         {"step_in_epoch", position.step_in_epoch},
                         {"step", position.step},
                         {"loss_sum", position.loss_sum},
                         {"stopped", position.stopped},
                         {"epochs", std::move(epochs)},
                         {"without_improvement", position.stopping.without_improvement}};
  if (position.stopping.best.has_value()) {
    json["best"] = {{"at", position.stopping.best->at}, {"value", position.stopping.best->value}};
  }
  return json;
}

// Throws what nlohmann::json throws.
LoopPosition PositionOf(const nlohmann::json& json) {
  LoopPosition position;
  position.epoch = json.at("epoch").get<std::int64_t>();
  position.step_in_epoch = json.at("step_in_epoch").get<std::int64_t>();
  position.step = json.at("step").get<std::int64_t>();
  position.loss_sum = json.at("loss_sum").get<double>();
  position.stopped = json.at("stopped").get<bool>();
  for (const nlohmann::json& record : json.at("epochs")) {
    EpochRecord epoch;
    epoch.mean_loss = record.at("mean_loss").get<double>();
    if (record.contains("validation")) epoch.validation = record["validation"].get<double>();
    position.epochs.push_back(epoch);
  }
  position.stopping.without_improvement = json.at("without_improvement").get<int>();
  if (json.contains("best")) {
    position.stopping.best = EarlyStopping::Best{json["best"].at("at").get<std::int64_t>(),
                                                 json["best"].at("value").get<double>()};
  }
  return position;
}

absl::Status Unreadable(const char* file) {
  return absl::DataLossError(absl::StrCat("the checkpoint's ", file, " cannot be read"));
}

}  // namespace

std::string TrainingIdentity(const std::string& fingerprint, const BatchOrderOptions& order,
                             std::int64_t epochs) {
  return nlohmann::json{{"fingerprint", fingerprint}, {"epochs", epochs},
                        {"examples", order.examples}, {"batch_size", order.batch_size},
                        {"shuffle", order.shuffle},   {"drop_last", order.drop_last},
                        {"seed", order.seed}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<CheckpointFiles> ToFiles(const std::string& identity, const LoopPosition& position,
                                        const std::vector<NamedTensor>& state,
                                        const std::vector<NamedTensor>& best,
                                        const torch::optim::Optimizer& optimizer,
                                        const RandomState& random) try {
  CheckpointFiles files;
  files[kPosition] = nlohmann::json{{"training", identity}, {"position", ToJson(position)}}.dump();
  CLIENTELE_ASSIGN_OR_RETURN(files[kModule], ToBytes(state));
  if (!best.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(files[kBest], ToBytes(best));
  }
  torch::serialize::OutputArchive archive;
  optimizer.save(archive);
  std::ostringstream out;
  archive.save_to(out);
  files[kOptimizer] = std::move(out).str();
  files[kTorchGenerator] = random.torch;
  files[kEngine] = random.engine;
  return files;
} catch (const std::exception&) {
  return absl::InternalError("the optimizer's state cannot be written");
}

absl::StatusOr<LoopPosition> FromFiles(const CheckpointFiles& files, const std::string& identity,
                                       const std::vector<NamedTensor>& state,
                                       std::vector<NamedTensor>& best,
                                       torch::optim::Optimizer& optimizer,
                                       RandomSource& random) try {
  for (const char* file : {kPosition, kModule, kOptimizer, kTorchGenerator, kEngine}) {
    if (!files.contains(file)) return Unreadable(file);
  }
  const nlohmann::json json = nlohmann::json::parse(files.at(kPosition));
  if (json.at("training") != identity) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the checkpoint is of another training: ", json.at("training").get<std::string>(), ", not ",
        identity));
  }
  LoopPosition position = PositionOf(json.at("position"));
  if (const absl::Status read = CopyInto(files.at(kModule), state); !read.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the checkpoint is of another module: ", read.message()));
  }
  best.clear();
  if (const auto file = files.find(kBest); file != files.end()) {
    best = Copy(state);
    if (!CopyInto(file->second, best).ok()) return Unreadable(kBest);
  }
  torch::serialize::InputArchive archive;
  archive.load_from(files.at(kOptimizer).data(), files.at(kOptimizer).size());
  optimizer.load(archive);
  if (!random.Restore({files.at(kTorchGenerator), files.at(kEngine)}).ok()) {
    return Unreadable(kTorchGenerator);
  }
  return position;
} catch (const std::exception&) {
  return absl::DataLossError("the checkpoint cannot be read: it is damaged, or of another program");
}

}  // namespace clientele::training
