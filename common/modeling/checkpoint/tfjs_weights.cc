#include "common/modeling/checkpoint/tfjs_weights.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/modeling/checkpoint/json_file.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace fs = std::filesystem;
namespace {

constexpr char kModelJson[] = "model.json";
constexpr std::uintmax_t kMaxTfjsBytes = std::uintmax_t{4} << 30;

absl::Status ManifestError(absl::string_view what) {
  return InvalidField(absl::StrCat(kModelJson, ": weightsManifest"), what);
}

std::vector<std::int64_t> WithoutLeadingOnes(std::vector<std::int64_t> shape) {
  while (shape.size() > 1 && shape.front() == 1) shape.erase(shape.begin());
  return shape;
}

// The bytes of a group's files, one after another.
absl::StatusOr<std::string> ReadGroup(const fs::path& dir, const nlohmann::json& group) {
  const auto paths = group.find("paths");
  if (paths == group.end() || !paths->is_array()) return ManifestError("has a group without paths");
  std::string bytes;
  for (const auto& entry : *paths) {
    const std::string name = entry.is_string() ? entry.get<std::string>() : "";
    if (name.empty() || fs::path(name).filename() != name || name == "." || name == "..") {
      return ManifestError("has a path that is no file of the same folder");
    }
    std::error_code error;
    const std::uintmax_t size = fs::file_size(dir / name, error);
    std::ifstream in(dir / name, std::ios::binary);
    if (error || !in) return NotFound(name);
    if (bytes.size() + size > kMaxTfjsBytes) {
      return InvalidField(name,
                          absl::StrCat("makes more than ", kMaxTfjsBytes, " bytes of weights"));
    }
    std::string content(std::istreambuf_iterator<char>(in), {});
    CLIENTELE_RETURN_IF_ERROR(RefuseLfsPointer(content, name));
    bytes += content;
  }
  return bytes;
}

struct TfjsEntry {
  std::string name;
  bool is_float = false;
  std::vector<std::int64_t> shape;
  std::int64_t bytes = 0;
};

absl::StatusOr<TfjsEntry> ReadEntry(const nlohmann::json& json) {
  TfjsEntry entry;
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) {
    return ManifestError("has a tensor without a name");
  }
  entry.name = json["name"].get<std::string>();
  const auto error = [&](absl::string_view what) {
    return InvalidField(absl::StrCat(kModelJson, ": ", entry.name.substr(0, 200)), what);
  };
  if (json.contains("quantization")) return error("is quantized, which is not supported");
  const std::string type =
      json.value("dtype", nlohmann::json()).is_string() ? json["dtype"].get<std::string>() : "";
  if (type != "float32" && type != "int32") return error("must be float32 or int32");
  entry.is_float = type == "float32";
  const auto shape = json.find("shape");
  if (shape == json.end() || !shape->is_array()) return error("must have a shape");
  for (const auto& axis : *shape) {
    if (!axis.is_number_integer()) return error("has a shape that is not of whole numbers");
    entry.shape.push_back(axis.get<std::int64_t>());
  }
  entry.bytes = FloatBytes(entry.shape);
  if (entry.bytes < 0) return error("has an impossible shape");
  return entry;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TfjsWeights>> TfjsWeights::Open(const fs::path& dir,
                                                               const Rename& rename) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, ReadJsonFile(dir / kModelJson));
  const auto groups = json.is_object() ? json.find("weightsManifest") : json.end();
  if (!json.is_object() || groups == json.end() || !groups->is_array()) {
    return ManifestError("must be a list");
  }
  std::unique_ptr<TfjsWeights> weights(new TfjsWeights());
  for (const auto& group : *groups) {
    if (!group.is_object() || !group.contains("weights") || !group["weights"].is_array()) {
      return ManifestError("has a group without weights");
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, ReadGroup(dir, group));
    std::size_t at = 0;
    for (const auto& listed : group["weights"]) {
      CLIENTELE_ASSIGN_OR_RETURN(const TfjsEntry entry, ReadEntry(listed));
      const auto size = static_cast<std::size_t>(entry.bytes);
      if (size > bytes.size() - at) return ManifestError("lists more bytes than its files hold");
      const std::string name = entry.is_float ? rename(entry.name) : "";
      if (!name.empty()) {
        const TensorView view = {.type = ElementType::kF32,
                                 .shape = WithoutLeadingOnes(entry.shape),
                                 .bytes = absl::string_view(bytes).substr(at, size)};
        if (!weights->tensors_.emplace(name, ToTensor(view)).second) {
          return InvalidField(absl::StrCat(kModelJson, ": ", entry.name.substr(0, 200)),
                              absl::StrCat("is a second ", name));
        }
      }
      at += size;
    }
    if (at != bytes.size()) return ManifestError("lists fewer bytes than its files hold");
  }
  return weights;
}

bool TfjsWeights::Has(absl::string_view name, bool /*in_new*/) const {
  return tensors_.find(name) != tensors_.end();
}

void TfjsWeights::Ignore(absl::string_view name) { used_.emplace(name); }

absl::Status TfjsWeights::Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                               Init /*init*/, at::Tensor& out) {
  const std::string at = absl::StrCat(kModelJson, ": ", name);
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) return InvalidField(at, "is missing");
  if (found->second.sizes() != at::IntArrayRef(WithoutLeadingOnes(shape))) {
    return InvalidField(at, absl::StrCat("has shape [", absl::StrJoin(found->second.sizes(), ", "),
                                         "]; the model wants [", absl::StrJoin(shape, ", "), "]"));
  }
  out = found->second.view(shape);
  used_.insert(name);
  return absl::OkStatus();
}

absl::Status TfjsWeights::Finish() {
  if (!ok()) return status();
  for (const auto& [name, tensor] : tensors_) {
    if (used_.count(name) == 0) {
      return InvalidField(absl::StrCat(kModelJson, ": ", name),
                          "is a tensor that this architecture has no place for");
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::modeling
