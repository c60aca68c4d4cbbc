#include "common/modeling/checkpoint/checkpoint_weights.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/modeling/checkpoint/json_file.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace fs = std::filesystem;
namespace {

constexpr char kSingleFile[] = "model.safetensors";
constexpr char kIndexFile[] = "model.safetensors.index.json";
constexpr std::size_t kMaxShards = 1000;
constexpr std::size_t kNamesInError = 5;

// File name of a shard to the tensors that the index expects in it.
absl::StatusOr<std::map<std::string, std::set<std::string>>> ReadIndex(const fs::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json index, ReadJsonFile(path));
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (!index.is_object() || map == index.end() || !map->is_object()) {
    return InvalidField(absl::StrCat(kIndexFile, ": weight_map"), "must be a JSON object");
  }
  std::map<std::string, std::set<std::string>> shards;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string()) {
      return InvalidField(absl::StrCat(kIndexFile, ": weight_map.", tensor.substr(0, 200)),
                          "must be a file name");
    }
    const auto name = file.get<std::string>();
    // A link that someone put into the folder is followed: the hub's cache is made of them.
    const bool plain = !name.empty() && name != "." && name != ".." &&
                       fs::path(name).filename() == name && name.find('\0') == std::string::npos;
    if (!plain) {
      return InvalidField(absl::StrCat(kIndexFile, ": weight_map.", tensor.substr(0, 200)),
                          "must name a file in the same folder");
    }
    shards[name].insert(tensor);
    if (shards.size() > kMaxShards) {
      return InvalidField(absl::StrCat(kIndexFile, ": weight_map"),
                          absl::StrCat("must name at most ", kMaxShards, " files"));
    }
  }
  return shards;
}

std::string Shape(const std::vector<std::int64_t>& shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "]");
}

}  // namespace

absl::StatusOr<std::unique_ptr<CheckpointWeights>> CheckpointWeights::Open(const fs::path& dir) {
  std::unique_ptr<CheckpointWeights> weights(new CheckpointWeights());
  std::error_code error;
  if (fs::exists(dir / kSingleFile, error)) {
    CLIENTELE_RETURN_IF_ERROR(weights->Add(dir / kSingleFile, nullptr));
    return weights;
  }
  if (!fs::exists(dir / kIndexFile, error)) {
    std::string instead;
    for (const char* other : {"pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5",
                              "flax_model.msgpack", "model.onnx"}) {
      if (instead.empty() && fs::exists(dir / other, error)) {
        instead = absl::StrCat("; of ", other,
                               ", which it holds, Python makes one: save_pretrained("
                               "..., safe_serialization=True)");
      }
    }
    if (instead.empty() && fs::exists(dir / "adapter_config.json", error)) {
      instead = "; it holds an adapter: merge it into its base model and save that";
    }
    return absl::NotFoundError(
        absl::StrCat("the folder holds neither ", kSingleFile, " nor ", kIndexFile, instead));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto shards, ReadIndex(dir / kIndexFile));
  for (const auto& [file, tensors] : shards) {
    CLIENTELE_RETURN_IF_ERROR(weights->Add(dir / file, &tensors));
  }
  return weights;
}

absl::Status CheckpointWeights::Add(const fs::path& path, const std::set<std::string>* expected) {
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<SafetensorsFile> file, SafetensorsFile::Open(path));
  if (expected != nullptr) {
    for (const std::string& name : *expected) {
      if (file->tensors().find(name) == file->tensors().end()) {
        return InvalidField(absl::StrCat(file->name(), ": ", name),
                            absl::StrCat("is missing; ", kIndexFile, " says it is here"));
      }
    }
  }
  for (const auto& [name, tensor] : file->tensors()) {
    if (expected != nullptr && expected->count(name) == 0) continue;
    if (!sources_.emplace(name, Source{file.get(), &tensor}).second) {
      return InvalidField(absl::StrCat(file->name(), ": ", name), "is in another shard too");
    }
  }
  files_.push_back(std::move(file));
  return absl::OkStatus();
}

void CheckpointWeights::Rename(const std::string& from, std::string to) {
  // A name that is taken is kept by its owner; this one is then reported as unused.
  if (sources_.count(to) == 0) sources_.emplace(std::move(to), sources_.extract(from).mapped());
}

std::string CheckpointWeights::StripWrapper() {
  std::string stripped;
  for (const std::string prefix :
       {"module.", "_orig_mod.", "0.auto_model.", "0.model.", "auto_model."}) {
    const auto has = [&](const std::string& name) { return absl::StartsWith(name, prefix); };
    const std::vector<std::string> now = Names();
    const auto count = std::count_if(now.begin(), now.end(), has);
    const bool all = count == static_cast<std::ptrdiff_t>(now.size());
    if (count == 0 || (!all && prefix[0] != '0')) continue;
    StripPrefix(prefix);
    stripped += prefix;
  }
  return stripped;
}

void CheckpointWeights::StripPrefix(const std::string& prefix) {
  for (const std::string& name : Names()) {
    if (absl::StartsWith(name, prefix)) Rename(name, name.substr(prefix.size()));
  }
}

void CheckpointWeights::ReplaceSuffix(const std::string& suffix, const std::string& with) {
  for (const std::string& name : Names()) {
    if (!absl::EndsWith(name, suffix)) continue;
    Rename(name, name.substr(0, name.size() - suffix.size()) + with);
  }
}

std::vector<std::string> CheckpointWeights::Names() const {
  std::vector<std::string> names;
  names.reserve(sources_.size());
  for (const auto& [name, source] : sources_) names.push_back(name);
  return names;
}

bool CheckpointWeights::Has(absl::string_view name, bool /*in_new*/) const {
  return sources_.find(name) != sources_.end();
}

void CheckpointWeights::Ignore(absl::string_view name) { used_.emplace(name); }

absl::Status CheckpointWeights::Fill(const std::string& name,
                                     const std::vector<std::int64_t>& shape, Init /*init*/,
                                     at::Tensor& out) {
  const auto found = sources_.find(name);
  if (found == sources_.end()) {
    return InvalidField(
        absl::StrCat(files_.empty() ? kSingleFile : files_.front()->name().c_str(), ": ", name),
        absl::StrCat("is missing; config.json requires it with shape ", Shape(shape)));
  }
  const auto& [file, tensor] = found->second;
  const std::string at = absl::StrCat(file->name(), ": ", name);
  if (tensor->shape != shape) {
    return InvalidField(
        at, absl::StrCat("has shape ", Shape(tensor->shape), "; config.json wants ", Shape(shape)));
  }
  switch (tensor->type) {
    case ElementType::kF32:
    case ElementType::kF16:
    case ElementType::kBF16:
    case ElementType::kF64:
      break;
    default:
      return InvalidField(at, absl::StrCat("has dtype ", NameOf(tensor->type),
                                           "; weights are F32, F16, BF16 or F64"));
  }
  out = ToTensor(*tensor).to(at::kFloat);
  used_.insert(name);
  return absl::OkStatus();
}

absl::Status CheckpointWeights::Finish() {
  if (!ok()) return status();
  std::vector<std::string> unused;
  for (const auto& [name, source] : sources_) {
    if (used_.count(name) == 0) unused.push_back(name);
  }
  if (unused.empty()) return absl::OkStatus();
  const std::size_t count = unused.size();
  if (count > kNamesInError) {
    unused.resize(kNamesInError);
    unused.push_back("...");
  }
  return InvalidField(
      sources_.find(unused.front())->second.file->name(),
      absl::StrCat("holds ", count, " tensors that this architecture has no place for: ",
                   absl::StrJoin(unused, ", "), "; is config.json the one of these weights?"));
}

}  // namespace clientele::modeling
