#include "services/recommend-service/model/bundle_contents.h"

#include <cmath>
#include <set>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::Status BadBundle(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the bundle cannot be used: ", what));
}

absl::StatusOr<std::vector<std::string>> ReadItemIds(const inference::LoadedModel& loaded) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, loaded.ReadFile("items.json"));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return BadBundle("items.json must be an array of item ids");
  std::vector<std::string> ids;
  for (const nlohmann::json& id : json) {
    if (!id.is_string()) return BadBundle("items.json must be an array of item ids");
    ids.push_back(id.get<std::string>());
  }
  const std::set<std::string> unique(ids.begin(), ids.end());
  if (unique.size() != ids.size()) return BadBundle("items.json repeats an id");
  return ids;
}

absl::StatusOr<at::Tensor> ConstantOf(const inference::ModelRunner& runner,
                                      absl::string_view method, std::int64_t axes) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs, runner.Run(method, {}));
  if (outputs.size() != 1 || outputs[0].dim() != axes) {
    return BadBundle(absl::StrCat(method, "() must give one tensor of ", axes, " axes"));
  }
  return outputs[0];
}

std::vector<float> ValuesOf(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kFloat).contiguous();
  const float* const data = flat.data_ptr<float>();
  return {data, data + flat.numel()};
}

bool AllFinite(const std::vector<float>& values) {
  for (const float value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

}  // namespace clientele::recommend
